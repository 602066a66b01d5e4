import type { CloudEvent, DomainEvent } from './envelope.ts'
import { type Fold, type Folded, foldOnto, nothing, type Upcast } from './fold.ts'

/**
 * What a stream held at an instant: the fold of the events whose `time` is not after it. `instant` is as `time` is:
 * RFC 3339, UTC, milliseconds. A stream's times never run backwards, so these are its first events, whatever their
 * positions; throws where they are not.
 */
export const foldAsOf = <State, Event extends DomainEvent>(
  { fold, upcast }: { readonly fold: Fold<State, Event>; readonly upcast: Upcast<Event> },
  events: readonly CloudEvent[],
  instant: string,
): Folded<State> =>
  foldOnto(
    fold,
    upcast,
    nothing(fold),
    events.filter(({ time }) => time <= instant),
  )
