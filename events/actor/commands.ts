import * as v from 'valibot'
import { strict } from '../schema.ts'
import { type ActorRegistered, actorFields } from './events.ts'

/** The body of `PUT /actors/{id}`. */
export const RegisterActor = v.pipe(strict(actorFields), v.title('RegisterActor'))
export type RegisterActor = v.InferOutput<typeof RegisterActor>

export type ActorCommand = { type: 'RegisterActor'; data: ActorRegistered }
