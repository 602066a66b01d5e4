import * as v from 'valibot'
import { list, Name, Slug, strict, WebUrl } from '../schema.ts'

/** All that is noted of an actor but its id. */
export const actorFields = {
  kind: v.pipe(
    v.picklist(['person', 'organization', 'state', 'collective', 'unnamed']),
    v.description('`collective`: a group that is only described, like “partners from the south”'),
  ),
  name: Name,
  names: v.exactOptional(v.pipe(list(Name, 100), v.description('Other names and spellings')), []),
  sameAs: v.exactOptional(v.pipe(list(WebUrl, 20), v.description('The same actor elsewhere: Wikidata URIs')), []),
}

/** Somebody who can speak, be spoken of, or act. */
export const ActorRegistered = v.pipe(
  strict({ actorId: Slug, ...actorFields }),
  v.title('ActorRegistered'),
  v.description('Somebody who can speak, be spoken of, or act.'),
)
export type ActorRegistered = v.InferOutput<typeof ActorRegistered>

export type ActorEvent = { type: 'ActorRegistered'; data: ActorRegistered }
