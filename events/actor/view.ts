import * as v from 'valibot'
import type { Folded } from '../fold.ts'
import { viewed, viewOf } from '../view.ts'
import { ActorRegistered } from './events.ts'
import type { Actor } from './fold.ts'

/** An actor as `GET /actors/{id}` answers. */
export const ActorView = v.pipe(v.strictObject({ ...ActorRegistered.pipe[0].entries, ...viewed }), v.title('Actor'))
export type ActorView = v.InferOutput<typeof ActorView>

/** Undefined where no actor is registered. */
export function actorView(folded: Folded<Actor>): ActorView | undefined {
  const { registered } = folded.state
  return registered && { ...registered.data, ...viewOf(folded, registered) }
}
