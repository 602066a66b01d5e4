import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import { parseType, type SealedEvent } from '#events/envelope.ts'

/** EventBridge's limits to one PutEvents, the bytes with some room: it states 256 KB. */
export const maxEntries = 10
export const maxBytes = 250_000

/** What EventBridge counts for an entry's Time, in bytes. */
const timeBytes = 14

/** An event that no PutEvents can carry. The store lets none in that is nearly as large; publishing stops at it. */
export class EntryTooLarge extends Error {
  override readonly name = 'EntryTooLarge'
  readonly id: string
  readonly position: number
  readonly bytes: number
  constructor({ id, position }: SealedEvent, bytes: number) {
    super(`The event ${id} at position ${position} has ${bytes} bytes as an entry; EventBridge takes ${maxBytes}`)
    this.id = id
    this.position = position
    this.bytes = bytes
  }
}

/** An event as it stands on the bus: `Detail` is the CloudEvent and its position. */
export function entryOf(event: SealedEvent, bus: string): PutEventsRequestEntry {
  const type = parseType(event.type)
  if (!type) throw new Error(`The event ${event.id} at position ${event.position} is of no type: "${event.type}"`)
  return {
    EventBusName: bus,
    Source: 'rapporteur',
    DetailType: type.name,
    Time: new Date(event.time),
    Detail: JSON.stringify(event),
  }
}

/** Bytes that EventBridge counts for an entry: UTF-8 of Source, DetailType and Detail, and its Time. */
export const sizeOf = ({ Source = '', DetailType = '', Detail = '' }: PutEventsRequestEntry): number =>
  Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail) + timeBytes

/**
 * Cuts events, in order, into what one PutEvents takes. Gives each call before it looks further, so that all that
 * stands before an event too large is published.
 * @throws {EntryTooLarge}
 */
export function* calls(events: readonly SealedEvent[], bus: string): Generator<SealedEvent[]> {
  let call: SealedEvent[] = []
  let bytes = 0
  for (const event of events) {
    const size = sizeOf(entryOf(event, bus))
    if (call.length > 0 && (call.length === maxEntries || bytes + size > maxBytes)) {
      yield call
      call = []
      bytes = 0
    }
    if (size > maxBytes) throw new EntryTooLarge(event, size)
    call.push(event)
    bytes += size
  }
  if (call.length > 0) yield call
}
