import type { CloudEvent, DomainEvent } from './envelope.ts'
import { type Fold, type Folded, foldOnto, nothing, type Upcast } from './fold.ts'
import { type Withholdings, withholdingsIn } from './withheld.ts'

/**
 * What a stream held at an instant: the fold of the events whose `time` is not after it. `instant` is as `time` is:
 * RFC 3339, UTC, milliseconds. A stream's times never run backwards, so these are its first events, whatever their
 * positions; throws where they are not. `from` is the stream before these events, and is no later than the instant; it
 * is owned here and may change. What was withheld later is withheld from it too.
 */
export const foldAsOf = <State, Event extends DomainEvent>(
  { fold, upcast }: { readonly fold: Fold<State, Event>; readonly upcast: Upcast<Event> },
  events: readonly CloudEvent[],
  instant: string,
  from: Folded<State> = nothing(fold),
  withholdings: Withholdings = withholdingsIn(events, from.withheld),
): Folded<State> =>
  foldOnto(
    fold,
    upcast,
    from,
    events.filter(({ time }) => time <= instant),
    withholdings,
  )
