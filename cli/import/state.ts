import { createHash } from 'node:crypto'
import { createReadStream, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { From } from './lines.ts'
import { emptyTally, type Tally } from './tally.ts'

/** How far an import of a file into a deployment has come. It stands beside the file while the import is not at its end. */
interface State {
  /** Of the deployment: another one knows nothing of what was sent here. */
  readonly source: string
  readonly lines: number
  readonly offset: number
  /** Of the file's first `offset` bytes: in a file that was changed there, nothing is skipped. */
  readonly sha256: string
  readonly tally: Tally
}

/** `harbour.ndjson.import.json` */
const statePath = (file: string) => `${file}.import.json`

let unwritable = false

/** Where it cannot be written, the import goes on, and could not be resumed: that is said. */
export function saveState(file: string, state: State, say: (line: string) => void): void {
  const path = statePath(file)
  try {
    writeFileSync(`${path}.draft`, `${JSON.stringify(state)}\n`)
    renameSync(`${path}.draft`, path)
  } catch (error) {
    if (!unwritable) say(`Not to be resumed: ${(error as Error).message}`)
    unwritable = true
  }
}

export const forgetState = (file: string): void => rmSync(statePath(file), { force: true })

/** Where an import of the file goes on: after all that was settled, if that is what the file still begins with. */
export async function resume(file: string, source: string): Promise<{ from: From; tally: Tally }> {
  const beginning = () => ({ from: { number: 0, offset: 0, hash: createHash('sha256') }, tally: emptyTally() })
  const state = readState(file)
  if (!state || state.source !== source || state.offset === 0) return beginning()
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { end: state.offset - 1 })) hash.update(chunk as Buffer)
  if (hash.copy().digest('hex') !== state.sha256) return beginning()
  return { from: { number: state.lines, offset: state.offset, hash }, tally: state.tally }
}

function readState(file: string): State | undefined {
  try {
    return JSON.parse(readFileSync(statePath(file), 'utf8')) as State
  } catch {
    return undefined // there is none, or it is broken: then from the beginning, which does no harm
  }
}
