import { type CloudEvent, type DomainEvent, parseType } from './envelope.ts'
import type { Upcast } from './fold.ts'

/** Lifts the payload of one shape of an event to that of the next. */
export type Lift = (data: object) => object

/**
 * Every event of one kind of stream, with what lifts its older shapes: the first lifts shape 1 to 2, and so on.
 * A stored shape is never edited; a new one is one more lift.
 */
export type Lifts<Event extends DomainEvent> = Readonly<Record<Event['type'], readonly Lift[]>>

/** The shape under which each event is stored now: one more than there are lifts. */
export const shapesOf = <Event extends DomainEvent>(lifts: Lifts<Event>): Readonly<Record<Event['type'], number>> =>
  Object.fromEntries(
    Object.entries<readonly Lift[]>(lifts).map(([type, steps]) => [type, steps.length + 1]),
  ) as unknown as Record<Event['type'], number>

/** Lifts a stored event of any shape to today's. Throws for an event, a shape or a payload that is not there. */
export const upcaster =
  <Event extends DomainEvent>(lifts: Lifts<Event>): Upcast<Event> =>
  (event: CloudEvent): Event => {
    const stored = parseType(event.type)
    const steps = stored && Object.hasOwn(lifts, stored.name) ? lifts[stored.name as Event['type']] : undefined
    if (!stored || !steps || stored.shape > steps.length + 1) {
      throw new Error(`Event ${event.id} is of a type that is not known here: ${event.type}`)
    }
    if (typeof event.data !== 'object' || event.data === null) throw new Error(`Event ${event.id} has no payload`)
    const data = steps.slice(stored.shape - 1).reduce<object>((older, lift) => lift(older), event.data)
    return { type: stored.name, data } as unknown as Event
  }
