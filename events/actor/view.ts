import * as v from 'valibot'
import { DatingView, dated } from '../dating.ts'
import { compareEarliest } from '../edtf.ts'
import type { Folded } from '../fold.ts'
import { type Item, inOrder } from '../item.ts'
import {
  asOfThen,
  onRecord,
  recordedView,
  viewed,
  viewedItem,
  viewOf,
  withheldResource,
  withheldViewOf,
  withholds,
} from '../view.ts'
import { ActorRegistered } from './events.ts'
import { type Actor, currentActor } from './fold.ts'
import { MembershipRecorded } from './membership.ts'
import { currentMembership } from './references.ts'

/** A role that an actor holds or held, as corrected. */
export const MembershipView = v.pipe(
  v.strictObject({
    ...MembershipRecorded.pipe[0].entries,
    ...viewedItem,
    heldOn: v.exactOptional(DatingView),
    start: v.exactOptional(DatingView),
    end: v.exactOptional(DatingView),
  }),
  v.title('Membership'),
)
export type MembershipView = v.InferOutput<typeof MembershipView>

/** An actor as `GET /actors/{id}` answers. */
export const ActorView = v.pipe(
  v.strictObject({
    ...ActorRegistered.pipe[0].entries,
    ...viewed,
    revised: v.pipe(v.boolean(), v.description('Whether it was revised since it was registered')),
    memberships: v.pipe(
      v.array(MembershipView),
      v.description('Roles over time: by the earliest day of `start`, else of `heldOn`; those without a day first'),
    ),
    mergedInto: v.exactOptional(v.pipe(v.string(), v.description('The actor that it is merged into'))),
    ...withholds,
    ...asOfThen,
  }),
  v.title('Actor'),
)
export type ActorView = v.InferOutput<typeof ActorView>

/** The same, or what remains of it where its recording is withheld. */
export const AnyActorView = v.union([ActorView, withheldResource('actorId', 'WithheldActor')])
export type AnyActorView = v.InferOutput<typeof AnyActorView>

/** Throws where none is on record, or that is withheld. */
export function actorView(folded: Folded<Actor>): ActorView {
  const { registered: first, revisions, memberships, merged } = folded.state
  const registered = onRecord(first)
  return {
    ...currentActor(registered, revisions),
    ...viewOf(folded, registered),
    revised: revisions.length > 0,
    memberships: inOrder(memberships)
      .map(membershipView)
      .sort((a, b) => compareEarliest(since(a), since(b))),
    ...(merged ? { mergedInto: merged.data.into } : {}),
  }
}

function membershipView(membership: Item<MembershipRecorded>): MembershipView {
  const { heldOn, start, end, ...role } = currentMembership(membership)
  return { ...role, ...recordedView(membership), ...dated({ heldOn, start, end }) }
}

const since = ({ start, heldOn }: MembershipView) => start ?? heldOn ?? { earliest: null, latest: null }

/** As it is answered, whether its recording is withheld or not. Throws where none is on record. */
export const anyActorView = (folded: Folded<Actor>): AnyActorView =>
  withheldViewOf(folded, 'actorId') ?? actorView(folded)
