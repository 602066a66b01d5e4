/**
 * Where the events of a stream are in the log: a run for those of successive versions at successive positions. A stream's
 * mark keeps the latest of them, so that one read tells the position of each event of all but the busiest streams.
 */
export interface Run {
  /** Of its first event. */
  readonly position: number
  readonly count: number
}

/** As many as keep a mark below 1 KB, above which each write of it costs twice as much. */
export const keptRuns = 96
const runBytes = 8
const maxCount = 0xffff

/** The runs once `count` events more are sealed, the first of them at `position`. The oldest make way for the latest. */
export function withRun(runs: readonly Run[], { position, count }: Run): Run[] {
  const last = runs.at(-1)
  const goesOn = last && last.position + last.count === position && last.count + count <= maxCount
  const grown = goesOn
    ? [...runs.slice(0, -1), { position: last.position, count: last.count + count }]
    : [...runs, { position, count }]
  return grown.slice(-keptRuns)
}

/** Of each event that the runs know, its version and position, `version` being that of the last one. */
export function positionsIn(runs: readonly Run[], version: number): Map<number, number> {
  let next = version - runs.reduce((sum, { count }) => sum + count, 0)
  const positions = new Map<number, number>()
  for (const { position, count } of runs) {
    for (let index = 0; index < count; index++) positions.set(++next, position + index)
  }
  return positions
}

/** 6 bytes of each run are its position, and 2 its count, big-endian. */
export function formatRuns(runs: readonly Run[]): Uint8Array {
  const bytes = Buffer.alloc(runs.length * runBytes)
  runs.forEach(({ position, count }, index) => {
    bytes.writeUIntBE(position, index * runBytes, 6)
    bytes.writeUInt16BE(count, index * runBytes + 6)
  })
  return bytes
}

export function parseRuns(bytes: Uint8Array): Run[] {
  const { buffer, byteOffset, byteLength } = bytes
  const view = Buffer.from(buffer, byteOffset, byteLength)
  return Array.from({ length: Math.floor(byteLength / runBytes) }, (_, index) => ({
    position: view.readUIntBE(index * runBytes, 6),
    count: view.readUInt16BE(index * runBytes + 6),
  }))
}
