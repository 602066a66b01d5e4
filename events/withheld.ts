import * as v from 'valibot'
import { type CloudEvent, parseType, type SealedEvent, versionOf } from './envelope.ts'
import { type Recorded, recorded } from './recorded.ts'
import { integer, Name, Prose, strict } from './schema.ts'
import { parseStream } from './streams.ts'

/**
 * That the payload of one event of the same stream is withheld by law. An event of every kind of stream, and never
 * withheld itself: whoever finds a payload missing finds here why.
 */
export const PayloadWithheld = v.pipe(
  strict({
    version: v.pipe(integer(1), v.description('Of the event in this stream whose payload is withheld')),
    ground: v.pipe(Prose, v.description('The legal ground, as it may be told to everybody')),
    authority: v.exactOptional(v.pipe(Name, v.description('Who ordered it: a court, an office'))),
  }),
  v.title('PayloadWithheld'),
  v.description('The payload of one event of this stream is withheld by law. The rest of that event stays.'),
)
export type PayloadWithheld = v.InferOutput<typeof PayloadWithheld>

/** The event's name, and the shape number under which it is stored. */
export const payloadWithheld = 'PayloadWithheld'
export const withholdingShapes = { [payloadWithheld]: 1 } as const

/** What remains of an event whose payload is withheld: what its envelope says, and why. Plain JSON, kept with the state. */
export interface Withheld {
  /** `<streamId>/<version>` */
  readonly eventId: string
  readonly version: number
  /** `StatementRecorded` */
  readonly type: string
  readonly recordedAt: string
  readonly recordedBy: string
  /** What withholds it. Absent where the payload was removed and the stream is folded no further than before that. */
  by?: Recorded<PayloadWithheld>
}

/** What is withheld in a stream: by version of the event whose payload it is. */
export type Withholdings = ReadonlyMap<number, Recorded<PayloadWithheld>>

const typePrefix = `rapporteur.${payloadWithheld}.`

/** Of any shape: one that is not known here is refused where it is read. Asked of every event that is folded. */
export const isWithholding = ({ type }: Pick<CloudEvent, 'type'>): boolean => type.startsWith(typePrefix)

/** The withholding that an event is. Throws where it says what none can say. */
export function withholdingOf(event: CloudEvent): Recorded<PayloadWithheld> {
  const version = versionOf(event)
  const told = v.safeParse(PayloadWithheld, event.data)
  if (parseType(event.type)?.shape !== withholdingShapes[payloadWithheld] || !told.success) {
    throw new Error(`Event ${event.id} is not as what withholds a payload is`)
  }
  if (told.output.version >= version) throw new Error(`Event ${event.id} withholds what does not come before it`)
  return recorded(told.output, { version, recordedAt: event.time, recordedBy: event.recordedby })
}

const none: Withholdings = new Map()

/** All that some events of one stream withhold. The first that withholds an event's payload is the one that counts. */
export function withholdingsIn(events: readonly CloudEvent[], before: readonly Withheld[] = []): Withholdings {
  if (before.length === 0 && !events.some(isWithholding)) return none // of nearly all streams, and asked event by event
  const found = new Map(before.flatMap(({ version, by }) => (by ? [[version, by] as const] : [])))
  for (const event of events) {
    if (!isWithholding(event)) continue
    const withholding = withholdingOf(event)
    if (!found.has(withholding.data.version)) found.set(withholding.data.version, withholding)
  }
  return found
}

/**
 * Events of the log as they are handed on: what one of them withholds of another, that one is without, be it removed yet
 * or not.
 */
export function withoutWithheld<Sealed extends SealedEvent>(events: readonly Sealed[]): Sealed[] {
  const by = new Map<string, number>()
  for (const event of events) {
    if (!isWithholding(event)) continue
    const id = `${event.subject}/${withholdingOf(event).data.version}`
    if (!by.has(id)) by.set(id, event.position)
  }
  return events.map((event) => {
    const position = by.get(event.id)
    return position === undefined ? event : without(event, position)
  })
}

/** The event without its payload, withheld by the one at this position; what was removed already says itself by which. */
export function without<Event extends CloudEvent>(event: Event, position: number): Event {
  const { data: _, datasalt: __, ...envelope } = event
  return { withheld: position, ...envelope } as Event
}

/** What is left of an event. */
export const remainderOf = (event: CloudEvent, by: Recorded<PayloadWithheld> | undefined): Withheld => ({
  eventId: event.id,
  version: versionOf(event),
  type: parseType(event.type)?.name ?? event.type,
  recordedAt: event.time,
  recordedBy: event.recordedby,
  ...(by ? { by } : {}),
})

/** As resources and histories show it. */
export const WithheldView = v.pipe(
  v.strictObject({
    eventId: v.pipe(v.string(), v.description('`<streamId>/<version>`: its `id` in the log')),
    version: v.pipe(integer(1), v.description('Of the event whose payload is withheld')),
    type: v.pipe(v.string(), v.description('What that event is: `ClaimRead`')),
    recordedAt: v.pipe(v.string(), v.description('When that event was recorded')),
    ground: v.exactOptional(v.pipe(v.string(), v.description('The legal ground'))),
    authority: v.exactOptional(v.pipe(v.string(), v.description('Who ordered it, where that is told'))),
    withheldAt: v.exactOptional(v.pipe(v.string(), v.description('Since when: RFC 3339, UTC, milliseconds'))),
    by: v.exactOptional(
      v.pipe(integer(1), v.description('Version of the event by which it is withheld, in the same stream')),
    ),
  }),
  v.title('Withheld'),
  v.description('What remains of an event whose payload is withheld by law.'),
)
export type WithheldView = v.InferOutput<typeof WithheldView>

export const withheldView = ({ recordedBy: _, by, ...event }: Withheld): WithheldView => ({
  ...event,
  ...(by
    ? {
        ground: by.data.ground,
        ...(by.data.authority === undefined ? {} : { authority: by.data.authority }),
        withheldAt: by.recordedAt,
        by: by.version,
      }
    : {}),
})

/** What remains of a stream's first event, by which everything in it is what it is; undefined where that is not withheld. */
export const firstWithheld = ({ withheld = [] }: { readonly withheld?: readonly Withheld[] }): Withheld | undefined =>
  withheld.find(({ version }) => version === 1)

/** The id within its kind that the stream of an event has. */
export const idOf = ({ eventId }: Pick<Withheld, 'eventId'>): string =>
  parseStream(eventId.slice(0, eventId.lastIndexOf('/')))?.id ?? ''
