import * as v from 'valibot'
import { Dating } from '../dating.ts'
import { EvidenceList } from '../evidence.ts'
import { period } from '../period.ts'
import { Name, Prose, removable, Slug, strict } from '../schema.ts'

const required = {
  membershipId: v.pipe(Slug, v.description('The caller’s, unique within the actor, so that a retry is recognized')),
  role: v.pipe(Name, v.description('As held: a post, a rank, or being a member')),
}
const optional = {
  organization: v.pipe(Slug, v.description('The actor it is held in')),
  onBehalfOf: v.pipe(Slug, v.description('The actor it is held for')),
  heldOn: v.pipe(Dating, v.description('A time at which a source has it held')),
  start: Dating,
  end: v.pipe(Dating, v.description('Not certainly before `start`')),
  basis: Prose,
}

/** That an actor holds a role, for some time. Source: Popolo, Membership. */
export const MembershipRecorded = v.pipe(
  strict({
    ...required,
    organization: v.exactOptional(optional.organization),
    onBehalfOf: v.exactOptional(optional.onBehalfOf),
    heldOn: v.exactOptional(optional.heldOn),
    start: v.exactOptional(optional.start),
    end: v.exactOptional(optional.end),
    basis: v.exactOptional(optional.basis),
    evidence: EvidenceList,
  }),
  period('start', 'end'),
  v.title('MembershipRecorded'),
  v.description('That the actor holds this role, for some time. `start` is not certainly after `end`.'),
)
export type MembershipRecorded = v.InferOutput<typeof MembershipRecorded>

/** What a correction may replace. */
export const membershipReplaces = strict({
  role: v.exactOptional(required.role),
  organization: removable(optional.organization),
  onBehalfOf: removable(optional.onBehalfOf),
  heldOn: removable(optional.heldOn),
  start: removable(optional.start),
  end: removable(optional.end),
  basis: removable(optional.basis),
  evidence: removable(EvidenceList.wrapped),
})

/** That our note of it was wrong, and what stands instead: each member replaced whole, `null` for one taken away. */
export const MembershipCorrected = v.pipe(
  strict({ membershipId: required.membershipId, reason: Prose, replaces: membershipReplaces }),
  v.title('MembershipCorrected'),
  v.description('Our note of the role was wrong: this stands instead.'),
)
export type MembershipCorrected = v.InferOutput<typeof MembershipCorrected>
