import { type CloudEvent, parseType } from '#events/envelope.ts'
import { parseBundle } from '#events/log/bundle.ts'
import { type EntriesAt, entriesPath, tileWidth, widthOf } from '#events/log/tile.ts'
import { payloadWithheld } from '#events/withheld.ts'
import { payloadsPath } from '../verify/payloads.ts'
import type { Folder } from './folder.ts'

/** The payload of an event is withheld: by which position, from the positions after `from` on. */
interface Withheld {
  /** Of the event whose payload it is: `<streamId>/<version>`. */
  readonly id: string
  readonly by: number
}

/**
 * Takes out of the folder's payloads what events from position `from` on withhold, wherever it stands, whether those who
 * served it had removed it yet or not: a mirror that is brought forward forgets as the log does. Reads the new part, and
 * the whole only where something in it is withheld. Answers how many payloads went.
 */
export async function withhold(folder: Folder, from: number, size: number): Promise<number> {
  const found: Withheld[] = []
  for (const at of bundles(from, size)) found.push(...(await withholdingsIn(folder, at)))
  const sought = new Map(found.toReversed().map(({ id, by }) => [id, by])) // the first of them counts
  let gone = 0
  for (const at of sought.size > 0 ? bundles(0, size) : []) {
    for (const [index, { id }] of (await envelopesIn(folder, at)).entries()) {
      const by = sought.get(id)
      if (by !== undefined && (await takeOut(folder, at, at.n * tileWidth + index, by))) gone++
    }
  }
  return gone
}

function* bundles(from: number, size: number): Generator<EntriesAt> {
  for (let n = Math.floor(from / tileWidth); n * tileWidth < size; n++) yield { n, width: widthOf(0, n, size) }
}

async function envelopesIn(folder: Folder, at: EntriesAt): Promise<CloudEvent[]> {
  const bundle = (await folder.read(entriesPath(at))) ?? new Uint8Array()
  return parseBundle(bundle).map((entry) => JSON.parse(Buffer.from(entry).toString('utf8')) as CloudEvent)
}

async function withholdingsIn(folder: Folder, at: EntriesAt): Promise<Withheld[]> {
  const found: Withheld[] = []
  let payloads: Line[] | undefined
  for (const [index, { type, subject }] of (await envelopesIn(folder, at)).entries()) {
    if (parseType(type)?.name !== payloadWithheld) continue
    payloads ??= await linesOf(folder, at)
    const version = (payloads[index]?.data as { version?: unknown } | undefined)?.version
    found.push({ id: `${subject}/${version}`, by: at.n * tileWidth + index })
  }
  return found
}

interface Line {
  readonly position: number
  readonly data?: unknown
  readonly datasalt?: string
  readonly withheld?: number
}

async function linesOf(folder: Folder, at: EntriesAt): Promise<Line[]> {
  const file = Buffer.from((await folder.read(payloadsPath(at))) ?? new Uint8Array()).toString('utf8')
  return file.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]))
}

/** False where it is out already. */
async function takeOut(folder: Folder, at: EntriesAt, position: number, by: number): Promise<boolean> {
  const lines = await linesOf(folder, at)
  const index = lines.findIndex((line) => line.position === position && line.withheld === undefined)
  if (index < 0) return false
  const left = lines.with(index, { position, withheld: by })
  await folder.write(payloadsPath(at), left.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return true
}
