import type { SealedEvent } from '#events/envelope.ts'
import { type EntriesAt, parseTilePath, tileWidth } from '#events/log/tile.ts'
import { type Source, textOf, Unchecked } from '../verify/source.ts'
import type { Folder } from './folder.ts'

/** The most events that a page has. */
const pageEvents = 100

/**
 * A log as it comes into a folder: whatever is read of it is taken from there, or else fetched and kept there. What is
 * full never changes, so it is fetched once; the rest is of a size, and so are its files. Its checkpoint is the given one,
 * and is not kept: it is to be written last.
 */
export class Mirroring implements Source {
  readonly name: string
  readonly #from: Source
  readonly #folder: Folder
  readonly #checkpoint: Uint8Array
  readonly #fetched: string[] = []

  constructor(from: Source, folder: Folder, checkpoint: Uint8Array) {
    this.name = from.name
    this.#from = from
    this.#folder = folder
    this.#checkpoint = checkpoint
  }

  /** Paths of what was fetched, and not there before. */
  get fetched(): readonly string[] {
    return this.#fetched
  }

  async get(path: string): Promise<Uint8Array | undefined> {
    if (path === 'checkpoint') return this.#checkpoint
    const payloads = payloadsIn(path)
    if (!payloads && !parseTilePath(path)) return undefined // pages of events among it: a mirror has none
    const kept = await this.#folder.read(path)
    if (kept) return kept
    const bytes = payloads ? await this.#payloads(payloads) : await this.#from.get(path)
    if (!bytes) return undefined
    await this.#folder.write(path, bytes)
    this.#fetched.push(path)
    return bytes
  }

  /** The payloads of a bundle, from as many pages as it takes: a JSON a line. */
  async #payloads({ n, width }: EntriesAt): Promise<Uint8Array> {
    const [first, end] = [n * tileWidth, n * tileWidth + width]
    const lines: string[] = []
    for (let at = first; at < end; at = first + lines.length) {
      const after = at === 0 ? '' : `after=${at - 1}&`
      const page = await this.#from.get(`events?${after}limit=${Math.min(pageEvents, end - at)}`)
      const events = page ? eventsIn(page) : []
      if (events.length === 0 || events.some(({ position }, index) => position !== at + index)) {
        throw new Unchecked(`${this.name} does not tell the events from position ${at} on`)
      }
      lines.push(...events.map(payloadLine))
    }
    return Buffer.from(lines.map((line) => `${line}\n`).join(''))
  }
}

const payloadLine = ({ position, data, datasalt, withheld }: SealedEvent): string =>
  JSON.stringify(withheld === undefined ? { position, data, datasalt } : { position, withheld })

function eventsIn(page: Uint8Array): SealedEvent[] {
  try {
    const { events } = JSON.parse(textOf(page)) as { events?: unknown }
    return Array.isArray(events) ? (events as SealedEvent[]) : []
  } catch {
    return []
  }
}

/** `payloads/x001/x234/067.p/8.ndjson` */
function payloadsIn(path: string): EntriesAt | undefined {
  const [, number] = /^payloads\/(.+)\.ndjson$/.exec(path) ?? []
  const at = number === undefined ? undefined : parseTilePath(`tile/entries/${number}`)
  return at?.kind === 'entries' ? at : undefined
}
