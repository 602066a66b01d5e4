import { parseStream, type StreamKind } from '#events/streams.ts'
import type { WithheldView } from '#events/withheld.ts'
import { Unusable } from '../deployment.ts'

/** What is on record of an event. */
export interface Found {
  readonly eventId: string
  readonly type: string
  readonly recordedAt: string
  readonly recordedBy: string
  /** What it changed in its resource, a line each, the first few. */
  readonly says: readonly string[]
  readonly withheld: boolean
  /** Whether a text may be held beside it. */
  readonly hasTexts: boolean
}

/** How it is withheld. */
export interface Told {
  /** The event that does. */
  readonly by: string
  readonly position: number
}

export interface Order {
  readonly ground: string
  readonly authority?: string
}

interface Item {
  readonly version: number
  readonly type: string
  readonly recordedAt: string
  readonly recordedBy: string
  readonly changes: readonly { readonly pointer: string; readonly to?: unknown }[]
  readonly withheld?: WithheldView
}

const resources: Readonly<Record<StreamKind, string>> = {
  document: 'documents',
  actor: 'actors',
  statement: 'statements',
  mission: 'missions',
}

const shownLines = 12
const lineLength = 140
/** How often the lists are waited for, five seconds each. */
const maxWaits = 12

/** One event of a deployment, through its API. */
export class EventToWithhold {
  readonly streamId: string
  readonly version: number
  readonly #url: string
  readonly #key: string
  readonly #resource: string

  /** @throws {Unusable} it is the id of no event */
  constructor({ url, key, eventId }: { url: string; key: string; eventId: string }) {
    const [, streamId = '', version = ''] = /^([a-z0-9-]+)\/([1-9][0-9]{0,14})$/.exec(eventId) ?? []
    const stream = parseStream(streamId)
    if (!stream) throw new Unusable(`${eventId} is the id of no event. It is <stream>/<version>, like statement-s-…/2.`)
    this.#url = url.replace(/\/$/, '')
    this.#key = key
    this.streamId = streamId
    this.version = Number(version)
    this.#resource = `/${resources[stream.kind]}/${stream.id}`
  }

  /** @throws {Unusable} it is not on record */
  async find(): Promise<Found> {
    const after = this.version > 1 ? `&cursor=${this.version - 1}` : ''
    const { status, body } = await this.#ask('GET', `${this.#resource}/history?limit=1${after}`)
    const [item] = (body as { items?: readonly Item[] }).items ?? []
    if (status !== 200 || item?.version !== this.version) {
      throw new Unusable(`There is no event ${this.streamId}/${this.version}: ${describe(status, body)}`)
    }
    const { type, recordedAt, recordedBy, changes, withheld } = item
    const says = changes.flatMap(({ pointer, to }) => (to === undefined || withheld ? [] : [line(pointer, to)]))
    return {
      eventId: `${this.streamId}/${this.version}`,
      type,
      recordedAt,
      recordedBy,
      says: says.length > shownLines ? [...says.slice(0, shownLines), `and ${says.length - shownLines} more`] : says,
      withheld: withheld !== undefined,
      hasTexts: !withheld && (type === 'DocumentRecorded' || type === 'DocumentRevised'),
    }
  }

  /**
   * Records that it is withheld, and waits until every list has forgotten it: only then may its bytes go. Told again, it
   * finds what was told before. @throws {Unusable}
   */
  async withhold(order: Order, say: (line: string) => void): Promise<Told> {
    const path = `/events/${this.streamId}/${this.version}/withholding`
    for (let waits = 0; waits < maxWaits; waits++) {
      const { status, body } = await this.#ask('POST', path, order)
      if (status !== 200 && status !== 201) throw new Unusable(`It is not withheld. ${describe(status, body)}`)
      const { version, position } = body as { version: number; position?: number }
      if (position !== undefined) return { by: `${this.streamId}/${version}`, position }
      say('It is withheld. Waiting until it is sealed, and every list has forgotten it.')
    }
    throw new Unusable('It is withheld, and the lists have not come to that yet: see /healthz. Run this again, then.')
  }

  async #ask(method: string, path: string, json?: object): Promise<{ status: number; body: unknown }> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        Authorization: `Bearer ${this.#key}`,
        ...(json ? { 'Content-Type': 'application/json', Prefer: 'wait=5' } : {}),
      },
      ...(json ? { body: JSON.stringify(json) } : {}),
    }).catch((cause: unknown) => {
      throw new Unusable(`${this.#url} does not answer: ${cause instanceof Error ? cause.message : cause}`, { cause })
    })
    const text = await response.text()
    try {
      return { status: response.status, body: JSON.parse(text) }
    } catch {
      return { status: response.status, body: {} }
    }
  }
}

function line(pointer: string, value: unknown): string {
  const text = `${pointer.slice(1) || '/'}: ${JSON.stringify(value)}`
  return text.length > lineLength ? `${text.slice(0, lineLength)}…` : text
}

function describe(status: number, body: unknown): string {
  const { title, detail } = body as { title?: string; detail?: string }
  return [status, title, detail].filter((part) => part !== undefined).join(', ')
}
