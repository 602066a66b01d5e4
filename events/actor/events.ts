import * as v from 'valibot'
import { list, Name, Prose, Slug, strict, WebUrl } from '../schema.ts'
import type { MembershipCorrected, MembershipRecorded } from './membership.ts'

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

/** Who it is, anew and whole: what was noted before stays on record. */
export const ActorRevised = v.pipe(
  strict(actorFields),
  v.title('ActorRevised'),
  v.description('Who it is, anew and whole. What was noted before stays on record.'),
)
export type ActorRevised = v.InferOutput<typeof ActorRevised>

/** That this actor and another are one: who asks for it is led to the other. Nothing is rewritten. */
export const ActorsMerged = v.pipe(
  strict({ into: v.pipe(Slug, v.description('The actor that stays')), reason: Prose }),
  v.title('ActorsMerged'),
  v.description('This actor and another are one, which goes by the other’s id. Nothing is rewritten.'),
)
export type ActorsMerged = v.InferOutput<typeof ActorsMerged>

/** That they are two after all. */
export const MergeUndone = v.pipe(
  strict({ reason: Prose }),
  v.title('MergeUndone'),
  v.description('The actor is another than the one it was merged into.'),
)
export type MergeUndone = v.InferOutput<typeof MergeUndone>

export type ActorEvent =
  | { type: 'ActorRegistered'; data: ActorRegistered }
  | { type: 'ActorRevised'; data: ActorRevised }
  | { type: 'MembershipRecorded'; data: MembershipRecorded }
  | { type: 'MembershipCorrected'; data: MembershipCorrected }
  | { type: 'ActorsMerged'; data: ActorsMerged }
  | { type: 'MergeUndone'; data: MergeUndone }
