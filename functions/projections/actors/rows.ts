import { type Actor, currentActor } from '#events/actor/fold.ts'
import type { Folded } from '#events/fold.ts'
import { parseStream } from '#events/streams.ts'
import type { ReadModel, Row } from '../row.ts'

/** The list of all actors, and those of one kind. */
export const allActors = 'actors'
export const byKind = (kind: string) => `actors-kind#${kind}`

/**
 * The merges that an actor stands in: `into#<id>`, the one it is merged into, and `from#<id>`, one merged into it.
 * Both ends in one partition, so that one read tells of an actor that it was never merged.
 */
export const mergesOf = (actorId: string) => `merges#${actorId}`

/** An actor in its lists, by when it was registered; a merged one among them. And its merge, at both its ends. */
export const actors: ReadModel<Actor> = {
  name: 'actors',
  kind: 'actor',
  rows({ state }: Folded<Actor>, streamId): Row[] {
    const actorId = parseStream(streamId)?.id
    if (!state.registered || !actorId) return []
    const { kind } = currentActor(state.registered, state.revisions)
    const row = { sk: `${state.registered.recordedAt}#${actorId}`, actorId, kind }
    const into = state.merged?.data.into
    return [
      { pk: allActors, ...row },
      { pk: byKind(kind), ...row },
      ...(into === undefined
        ? []
        : [
            { pk: mergesOf(actorId), sk: `into#${into}` },
            { pk: mergesOf(into), sk: `from#${actorId}` },
          ]),
    ]
  },
}
