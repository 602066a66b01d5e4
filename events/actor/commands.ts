import * as v from 'valibot'
import { Prose, strict } from '../schema.ts'
import { type ActorRegistered, type ActorRevised, ActorsMerged, actorFields, MergeUndone } from './events.ts'
import { type MembershipCorrected, MembershipRecorded, membershipReplaces } from './membership.ts'

/** The body of `PUT /actors/{id}`, which with `If-Match` revises the actor. */
export const RegisterActor = v.pipe(strict(actorFields), v.title('RegisterActor'))
export type RegisterActor = v.InferOutput<typeof RegisterActor>

/** The body of `POST /actors/{id}/memberships`. */
export const RecordMembership = v.pipe(MembershipRecorded, v.title('RecordMembership'))
export type RecordMembership = v.InferOutput<typeof RecordMembership>

/** The body of `POST /actors/{id}/memberships/{id}/corrections`. */
export const CorrectMembership = v.pipe(
  strict({
    reason: v.pipe(Prose, v.description('Why; the same correction with another reason is another one')),
    replaces: v.pipe(
      membershipReplaces,
      v.check((replaces) => Object.keys(replaces).length > 0, 'replaces nothing'),
      v.description('At least one member; each replaces the recorded one whole, and `null` takes an optional one away'),
    ),
  }),
  v.title('CorrectMembership'),
)
export type CorrectMembership = v.InferOutput<typeof CorrectMembership>

/** The body of `POST /actors/{id}/merge`. */
export const MergeActor = v.pipe(ActorsMerged, v.title('MergeActor'))
export type MergeActor = v.InferOutput<typeof MergeActor>

/** The body of `POST /actors/{id}/merge/withdrawal`. */
export const UndoMerge = v.pipe(MergeUndone, v.title('UndoMerge'))
export type UndoMerge = v.InferOutput<typeof UndoMerge>

export type ActorCommand =
  | { type: 'RegisterActor'; data: ActorRegistered }
  /** All of it anew; `from` is the version that `If-Match` names. */
  | { type: 'ReviseActor'; data: ActorRevised & { from: number } }
  | { type: 'RecordMembership'; data: RecordMembership }
  | { type: 'CorrectMembership'; data: MembershipCorrected }
  | { type: 'MergeActor'; data: MergeActor }
  | { type: 'UndoMerge'; data: UndoMerge }
