import type { CloudEvent, DomainEvent } from './envelope.ts'
import { type Fold, type Folded, foldOnto, nothing, type Upcast } from './fold.ts'

/**
 * What a stream held at an instant: the fold of the events whose `time` is not after it. `instant` is as `time` is:
 * RFC 3339, UTC, milliseconds. A stream's times never run backwards, so these are its first events, whatever their
 * positions; throws where they are not. `from` is the stream before these events, and is no later than the instant; it
 * is owned here and may change.
 */
export const foldAsOf = <State, Event extends DomainEvent>(
  { fold, upcast }: { readonly fold: Fold<State, Event>; readonly upcast: Upcast<Event> },
  events: readonly CloudEvent[],
  instant: string,
  from: Folded<State> = nothing(fold),
): Folded<State> =>
  foldOnto(
    fold,
    upcast,
    from,
    events.filter(({ time }) => time <= instant),
  )
