import * as v from 'valibot'
import type { Folded } from '../fold.ts'
import { onRecord, viewed, viewOf } from '../view.ts'
import { ActorRegistered } from './events.ts'
import type { Actor } from './fold.ts'

/** An actor as `GET /actors/{id}` answers. */
export const ActorView = v.pipe(v.strictObject({ ...ActorRegistered.pipe[0].entries, ...viewed }), v.title('Actor'))
export type ActorView = v.InferOutput<typeof ActorView>

/** Throws where none is on record. */
export function actorView(folded: Folded<Actor>): ActorView {
  const registered = onRecord(folded.state.registered)
  return { ...registered.data, ...viewOf(folded, registered) }
}
