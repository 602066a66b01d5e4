import type { Kind } from '#events/decide.ts'
import type { DomainEvent } from '#events/envelope.ts'
import { FoldAnew, type Folded, foldOnto, nothing } from '#events/fold.ts'
import type { EventStore, Loaded } from './event-store.ts'
import type { KeptStates } from './kept-states.ts'

/** What it takes to read a stream and fold it. */
export interface StreamDeps {
  readonly store: EventStore
  /** Where the states of long streams are kept. */
  readonly views: KeptStates
}

/**
 * A stream as it is on record, read strongly, and folded: a long one from its kept state on, if there is one. The
 * outcome is the same as from version 1, for a kept state is but the same fold stopped on the way. Where something in it
 * was withheld since, it is not gone on from.
 */
export async function foldStream<State, Event extends DomainEvent>(
  { store, views }: StreamDeps,
  { fold, upcast }: Pick<Kind<State, never, Event>, 'fold' | 'upcast'>,
  streamId: string,
): Promise<{ loaded: Loaded; folded: Folded<State> }> {
  const loaded = await store.load(streamId, () => views.kept(streamId, fold.version))
  const onto = loaded.kept ? (JSON.parse(loaded.kept.json) as Folded<State>) : nothing(fold)
  try {
    return { loaded, folded: foldOnto(fold, upcast, onto, eventsOf(loaded.commits)) }
  } catch (error) {
    if (!(error instanceof FoldAnew && loaded.kept)) throw error
    const whole = await store.load(streamId)
    return { loaded: whole, folded: foldOnto(fold, upcast, nothing(fold), eventsOf(whole.commits)) }
  }
}

const eventsOf = (commits: Loaded['commits']) => commits.flatMap((commit) => commit.events)
