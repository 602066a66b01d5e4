import type { Kind } from '#events/decide.ts'
import type { DomainEvent, SealedEvent } from '#events/envelope.ts'
import { type Folded, foldOnto, nothing } from '#events/fold.ts'
import { foldedOf, type Kept } from '#functions/projections/kept.ts'
import type { ReadModel, Row } from '#functions/projections/row.ts'
import { type Changes, Difference } from './difference.ts'

/** As much of a kind of stream as it takes to fold one. */
export type Foldable = Pick<Kind<unknown, never, DomainEvent>, 'fold' | 'upcast'>

/** Position of a state without events. */
const nowhere = -1

/** A stream after some more of its events. */
export interface Advanced {
  /** Of the last event folded. */
  readonly version: number
  /** The state to keep, as JSON. */
  readonly json: string
  readonly changes: Changes
  /** How many of the events are in it. */
  readonly folded: number
}

/** What became of the events: all folded, or those before one that could not be, and why it could not. */
export interface Outcome {
  /** Absent where not even the first could be folded. */
  readonly advanced?: Advanced
  readonly failure?: { readonly error: unknown }
}

/** Folds events that follow on a kept state, and finds what they change in its rows. Pure; what fold and rows throw is in the outcome. */
export function advance(
  kind: Foldable,
  models: readonly ReadModel[],
  streamId: string,
  kept: Kept | undefined,
  events: readonly SealedEvent[],
): Outcome {
  const rows = (folded: Folded<unknown>, position: number): Row[] =>
    models.flatMap((model) => model.rows(folded, streamId, position))
  let done = 0
  try {
    let folded: Folded<unknown> = kept ? foldedOf(kept) : nothing(kind.fold)
    const difference = new Difference(rows(folded, kept?.position ?? nowhere))
    for (const event of events) {
      folded = foldOnto(kind.fold, kind.upcast, folded, [event])
      difference.see(rows(folded, event.position))
      done++
    }
    const json = JSON.stringify(folded)
    return { advanced: { version: folded.version, json, changes: difference.changes(), folded: done } }
  } catch (error) {
    // The state may be half changed by what threw. What goes before it is folded once more, onto a state of its own.
    return done > 0
      ? { ...advance(kind, models, streamId, kept, events.slice(0, done)), failure: { error } }
      : { failure: { error } }
  }
}
