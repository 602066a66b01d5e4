import { type Tile, tilesOf, tileWidth } from '#events/log/tile.ts'
import type { Item } from '#functions/store/commit.ts'
import { chunkPartition, headKey, headOf, markKey, markOf, tileKey, tileOf } from '#functions/store/log-item.ts'
import { positionsIn } from '#functions/store/runs.ts'
import type { Findings } from './findings.ts'
import type { Leaves } from './leaves.ts'
import type { Reading } from './reading.ts'
import { widest } from './tree.ts'

/** Partitions of the log table besides those of chunks, tiles and marks. */
const known = /^(identity|head|checkpoint|sweep|parked|restore|witnessed|witness#.+|consumer#[a-z]+)$/

export interface LogReading {
  readonly reading: Reading
  readonly table: string
  readonly leaves: Leaves
  readonly findings: Findings
}

/** What was read of the log beside its events. */
interface LogItems {
  /** By level and number. */
  readonly tiles: Map<string, Tile>
  /** By stream. */
  readonly marks: Map<string, Item>
}

const nameOf = ({ level, n }: Pick<Tile, 'level' | 'n'>): string => `${level}/${n}`

/**
 * Reads the log whole: its events into `leaves`. What does not show is asked for strongly before it is missing; a tile or
 * a mark that was written meanwhile is let be. Holds the marks against the events, and answers the tiles.
 */
export async function readLog(log: LogReading, told: (events: number) => void): Promise<ReadonlyMap<string, Tile>> {
  const { reading, table, leaves, findings } = log
  const found: LogItems = { tiles: new Map(), marks: new Map() }
  const strays: string[] = []
  let events = 0
  await reading.scan(table, (items) => {
    for (const item of items) {
      const pk = item.pk?.S ?? ''
      if (pk.startsWith('entries#')) {
        leaves.take(item)
        events += Number(item.count?.N)
      } else if (pk.startsWith('tile#')) found.tiles.set(nameOf(tileOf(item)), tileOf(item))
      else if (pk.startsWith('stream#')) found.marks.set(pk.slice('stream#'.length), item)
      else if (!known.test(pk)) strays.push(pk)
    }
    told(Math.min(events, leaves.size))
  })
  const size = await sizeOf(log)
  if (leaves.end > size)
    findings.add('stray', `position ${leaves.end - 1}`, `a chunk beyond the end of the log, ${size}`)
  for (const pk of strays) findings.add('stray', pk, 'nobody keeps such an item in the log')
  await readMissing(log)
  await readTiles(log, found.tiles, size)
  await checkMarks(log, found.marks)
  return found.tiles
}

const sizeOf = async ({ reading, table }: LogReading): Promise<number> => headOf(await reading.get(table, headKey)).size

/** Asks strongly for what no page has shown. */
async function readMissing({ reading, table, leaves, findings }: LogReading): Promise<void> {
  for (let at = leaves.missing(); at !== undefined; ) {
    for (const item of await reading.partition(table, 'pk', chunkPartition(at))) {
      if (!leaves.has(Number(item.sk?.S))) leaves.take(item)
    }
    const end = (Math.floor(at / tileWidth) + 1) * tileWidth
    for (let next = leaves.missing(at); next !== undefined && next < end; next = leaves.missing(next + 1)) {
      findings.add('chunk', `position ${next}`, 'the log has no event there')
    }
    at = leaves.missing(end)
  }
}

/** Asks strongly for tiles that are missing or not as wide as they were; those that are to be nowhere are named. */
async function readTiles(log: LogReading, tiles: Map<string, Tile>, size: number): Promise<void> {
  const { reading, table, leaves, findings } = log
  for (const tile of tiles.values()) {
    const width = tile.hashes.length / 32
    if (width > widest(tile, size))
      findings.add('tile', `tile ${nameOf(tile)}`, `it has ${width} hashes, beyond the log`)
  }
  for (const at of tilesOf(leaves.size)) {
    if (at.level === 0 && at.width < tileWidth) continue
    if ((tiles.get(nameOf(at))?.hashes.length ?? 0) >= at.width * 32) continue
    const item = await reading.get(table, tileKey(at.level, at.n))
    if (item) tiles.set(nameOf(at), tileOf(item))
  }
}

/** Holds each stream's mark against its events; a mark that is wrong is read once more before it is so. */
async function checkMarks(log: LogReading, marks: ReadonlyMap<string, Item>): Promise<void> {
  const { reading, table, leaves, findings } = log
  for (const streamId of new Set([...marks.keys(), ...leaves.streams.keys()])) {
    if (markWrong(leaves, streamId, marks.get(streamId)) === undefined) continue
    const item = await reading.get(table, markKey(streamId))
    const what = markWrong(leaves, streamId, item) ?? (await beyond(log, item))
    if (what !== undefined) findings.add('mark', streamId, what)
  }
  for (const [streamId, item] of marks) {
    const what = Number(item.position?.N) >= leaves.size ? await beyond(log, item) : undefined
    if (what !== undefined) findings.add('mark', streamId, what)
  }
}

async function beyond(log: LogReading, item: Item | undefined): Promise<string | undefined> {
  const { position } = item ? markOf(item) : { position: -1 }
  if (position < log.leaves.size) return undefined
  const size = await sizeOf(log)
  return position < size ? undefined : `it says position ${position}, and the log ends at ${size}`
}

/** What is wrong with a mark; undefined where nothing is, as far as the log was read. */
function markWrong(leaves: Leaves, streamId: string, item: Item | undefined): string | undefined {
  const version = leaves.count(streamId)
  if (!item) return version === 0 ? undefined : 'the mark is missing'
  const mark = markOf(item)
  const positions = positionsIn(mark.runs, mark.version)
  for (const [at, position] of positions) {
    const own = leaves.position(streamId, at)
    if (position < leaves.size && own !== position)
      return `it says version ${at} at position ${position}, where it is not`
  }
  if (mark.position >= leaves.size)
    return mark.version > version ? undefined : `it says version ${mark.version}, of ${version}`
  if (mark.version !== version) return `it says version ${mark.version}, and the log has ${version}`
  const position = leaves.position(streamId, version)
  return mark.position === position ? undefined : `it says position ${mark.position}, and the event is at ${position}`
}
