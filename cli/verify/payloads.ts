import type { CloudEvent } from '#events/envelope.ts'
import { entryOf } from '#events/log/entry.ts'
import { type EntriesAt, entriesPath, tileWidth } from '#events/log/tile.ts'
import { type Source, textOf, Unchecked } from './source.ts'

/** What is said of the payload at a position: data and salt, or who withholds them. Nothing of it is checked yet. */
export interface Payload {
  readonly data?: unknown
  readonly datasalt?: unknown
  readonly withheld?: unknown
  /** The entry that the envelope beside it gives, where there is one; null where it gives none. */
  readonly entry?: Uint8Array | null
  /** More than one is told, and readers could take the one or the other. */
  readonly isTwice?: boolean
}

/** Reads the payloads of a bundle of entries, by position. What is not there is left out. */
export type ReadPayloads = (at: EntriesAt) => Promise<ReadonlyMap<number, Payload>>

/** The most events that a page has. */
const pageEvents = 100

/** From `/events` where the source answers it, else from the files of an export. */
export async function payloadsFrom(source: Source): Promise<ReadPayloads> {
  const answered = await source.get('events?limit=1')
  return answered && eventsIn(answered) ? (at) => fromPages(source, at) : (at) => fromFile(source, at)
}

/** The events of a page; undefined where it is none, as of a host that answers every path with a page of its own. */
function eventsIn(page: Uint8Array): readonly (CloudEvent & { position?: unknown })[] | undefined {
  const { events } = (parsed(readable(page)) ?? {}) as { events?: unknown }
  return Array.isArray(events) ? events : undefined
}

/** `payloads/x001/x234/067.p/8.ndjson` */
export const payloadsPath = (at: EntriesAt): string => `${entriesPath(at).replace('tile/entries/', 'payloads/')}.ndjson`

async function fromFile(source: Source, at: EntriesAt): Promise<Map<number, Payload>> {
  const file = await source.get(payloadsPath(at))
  const found = new Map<number, Payload>()
  const first = at.n * tileWidth
  for (const line of file ? readable(file).split('\n') : []) {
    const read = parsed(line) as
      | { position?: number; data?: unknown; datasalt?: unknown; withheld?: unknown }
      | undefined
    const position = read?.position
    if (!read || position === undefined || position < first || position >= first + at.width) continue
    const { data, datasalt, withheld } = read
    found.set(position, { data, datasalt, withheld, isTwice: found.has(position) })
  }
  return found
}

async function fromPages(source: Source, { n, width }: EntriesAt): Promise<Map<number, Payload>> {
  const found = new Map<number, Payload>()
  const [first, end] = [n * tileWidth, n * tileWidth + width]
  let next = first
  while (next < end) {
    const after = next === 0 ? '' : `after=${next - 1}&`
    const path = `events?${after}limit=${Math.min(pageEvents, end - next)}`
    const page = await source.get(path)
    const events = page && eventsIn(page)
    if (!events) throw new Unchecked(`${source.name} answers /${path} with what is no page of events`)
    if (events.length === 0) break
    for (const event of events) {
      if (event?.position !== next || next === end) return found
      const { data, datasalt, withheld } = event
      found.set(next++, { data, datasalt, withheld, entry: entryIn(event) })
    }
  }
  return found
}

function entryIn(event: CloudEvent): Uint8Array | null {
  try {
    return entryOf(event)
  } catch {
    return null
  }
}

/** Text of bytes in UTF-8; none of others. */
function readable(bytes: Uint8Array): string {
  try {
    return textOf(bytes)
  } catch {
    return ''
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
