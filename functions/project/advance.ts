import { type CloudEvent, type DomainEvent, type SealedEvent, versionOf } from '#events/envelope.ts'
import { FoldAnew, type Folded, foldOnto, nothing } from '#events/fold.ts'
import type { Foldable } from '#functions/projections/kept.ts'
import type { ReadModel, Row } from '#functions/projections/row.ts'
import { type Changes, Difference } from './difference.ts'

/** Position of a state without events. */
export const nowhere = -1

/** A stream folded so far, and the position of its last event. */
export interface Point {
  readonly folded: Folded<unknown>
  readonly position: number
}

/** What became of the events: all folded, or those before one that could not be, and why it could not. */
export type Outcome =
  | { readonly to: Point; readonly changes: Changes }
  | { readonly done: number; readonly error: unknown }

/**
 * Folds events that follow on a point, and finds what they change in its rows: over every state on the way, or with
 * `ends` between the first and the last alone. Where one of them withholds what is folded already, the stream is folded
 * anew up to there, from `whole`, which is the stream from its first event on and no shorter. So a state is a matter of
 * the events up to it and of nothing that came later. Pure, but that it owns the state and changes it: after an error it
 * is not to be used.
 */
export function advance(
  kind: Foldable,
  models: readonly ReadModel[],
  streamId: string,
  from: Point,
  events: readonly SealedEvent[],
  { ends = false, whole = [] }: { readonly ends?: boolean; readonly whole?: readonly CloudEvent[] } = {},
): Outcome {
  const rows = (folded: Folded<unknown>, position: number): Row[] =>
    models.flatMap((model) => model.rows(folded, streamId, position))
  let done = 0
  try {
    let { folded, position } = from
    const difference = new Difference(rows(folded, position))
    for (const event of events) {
      folded = next(kind, folded, event, whole)
      position = event.position
      if (!ends || event === events.at(-1)) difference.see(rows(folded, position))
      done++
    }
    return { to: { folded, position }, changes: difference.changes() }
  } catch (error) {
    return { done, error }
  }
}

function next(
  { fold, upcast }: Foldable,
  folded: Folded<unknown>,
  event: SealedEvent,
  whole: readonly CloudEvent[],
): Folded<unknown> {
  try {
    return foldOnto<unknown, DomainEvent>(fold, upcast, folded, [event])
  } catch (error) {
    if (!(error instanceof FoldAnew)) throw error
    const until = versionOf(event)
    const events = whole.filter((earlier) => versionOf(earlier) <= until)
    if (events.length !== until) throw error
    return foldOnto<unknown, DomainEvent>(fold, upcast, nothing(fold), events)
  }
}
