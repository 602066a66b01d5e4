import type { CloudEvent } from '#events/envelope.ts'
import { jcs } from '#events/jcs.ts'
import { sameBytes } from '#events/log/base.ts'
import { parseBundle } from '#events/log/bundle.ts'
import { entryOf } from '#events/log/entry.ts'
import type { Leaf, Payload } from '#events/log/grow.ts'
import { type EntriesAt, entriesPath, tileWidth, widthOf } from '#events/log/tile.ts'
import { Unusable } from '../deployment.ts'
import { payloadsPath } from '../verify/payloads.ts'
import { type Source, textOf } from '../verify/source.ts'

/** An event of an export, and the leaf that it was. */
export interface Replayed {
  readonly position: number
  readonly leaf: Leaf
  readonly event: CloudEvent
}

/** What an export has at 256 positions, or at its end fewer, in the order of the log. */
export async function* replay(source: Source, size: number): AsyncGenerator<readonly Replayed[]> {
  for (let n = 0; n * tileWidth < size; n++) yield readBlock(source, { n, width: widthOf(0, n, size) })
}

async function readBlock(source: Source, at: EntriesAt): Promise<Replayed[]> {
  const [bundle, file] = await Promise.all([source.get(entriesPath(at)), source.get(payloadsPath(at))])
  const lines = file ? textOf(file).split('\n').filter(Boolean) : []
  const payloads = new Map(lines.map((line) => JSON.parse(line) as Line).map((line) => [line.position, line]))
  return parseBundle(bundle ?? new Uint8Array()).map((entry, index) => {
    const position = at.n * tileWidth + index
    return { position, ...read(entry, payloads.get(position)) }
  })
}

/** A line of payloads/. */
interface Line {
  readonly position: number
  readonly data?: unknown
  readonly datasalt?: string
  readonly withheld?: number
}

function read(entry: Uint8Array, line: Line | undefined): Omit<Replayed, 'position'> {
  const envelope = JSON.parse(textOf(entry)) as CloudEvent
  const { data, datasalt = '', withheld } = line ?? {}
  const payload: Payload = withheld === undefined ? { d: jcs(data), s: datasalt } : { withheld }
  const event: CloudEvent = withheld === undefined ? { ...envelope, datasalt, data } : { ...envelope, withheld }
  // What was sealed is canonical: what is written anew is the same, to the byte.
  if (!sameBytes(entryOf(event), entry)) throw new Unusable(`The entry of ${envelope.id} is not canonical`)
  return { leaf: { entry, payload }, event }
}
