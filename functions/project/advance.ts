import type { DomainEvent, SealedEvent } from '#events/envelope.ts'
import { type Folded, foldOnto } from '#events/fold.ts'
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
 * `ends` between the first and the last alone. Pure, but that it owns the state and changes it: after an error it is
 * not to be used.
 */
export function advance(
  kind: Foldable,
  models: readonly ReadModel[],
  streamId: string,
  from: Point,
  events: readonly SealedEvent[],
  ends = false,
): Outcome {
  const rows = (folded: Folded<unknown>, position: number): Row[] =>
    models.flatMap((model) => model.rows(folded, streamId, position))
  let done = 0
  try {
    let { folded, position } = from
    const difference = new Difference(rows(folded, position))
    for (const event of events) {
      folded = foldOnto<unknown, DomainEvent>(kind.fold, kind.upcast, folded, [event])
      position = event.position
      if (!ends || event === events.at(-1)) difference.see(rows(folded, position))
      done++
    }
    return { to: { folded, position }, changes: difference.changes() }
  } catch (error) {
    return { done, error }
  }
}
