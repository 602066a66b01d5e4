import { type Amendment, amendmentReferences } from '../amend.ts'
import type { Reference } from '../decide.ts'
import { toGrounds } from '../grounds.ts'
import { current, type Item } from '../item.ts'
import { own } from '../own.ts'
import { atMost90, type Path, toActor } from '../references.ts'
import { datingPlace, type Place } from '../resolve.ts'
import type { ActorCommand } from './commands.ts'
import type { Actor } from './fold.ts'
import type { MembershipCorrected, MembershipRecorded } from './membership.ts'

/** The actors, documents and statements that a command to an actor refers to. Who it is refers to nothing on record. */
export function actorReferences(command: ActorCommand, state: Actor): Reference[] {
  switch (command.type) {
    case 'RegisterActor':
    case 'ReviseActor':
    case 'UndoMerge':
      return []
    case 'RecordMembership': {
      const { data } = command
      return atMost90([...referred(data), ...toGrounds(data.evidence, placesOf(data).length > 0, 'evidence')])
    }
    case 'CorrectMembership':
      return atMost90(amendmentReferences(membershipAmendment(command.data, state)))
    case 'MergeActor':
      return toActor(command.data.into, 'into').map((reference) => ({ ...reference, merges: true }))
  }
}

/** The correction of a membership, on the membership as it stands. */
export function membershipAmendment(
  { membershipId, replaces }: MembershipCorrected,
  state: Actor,
): Amendment<MembershipRecorded> {
  const membership = own(state.memberships, membershipId)
  return { current: membership ? currentMembership(membership) : {}, replaces, referred, places: placesOf }
}

/** The membership with every correction made. */
export const currentMembership = (membership: Item<MembershipRecorded>): MembershipRecorded =>
  current(membership, { evidence: [] })

const referred = ({ organization, onBehalfOf }: Partial<MembershipRecorded>, ...path: Path): Reference[] => [
  ...toActor(organization, ...path, 'organization'),
  ...toActor(onBehalfOf, ...path, 'onBehalfOf'),
]

/** The selectors of its dates, with the words they are to resolve to: somewhere in its evidence. */
export const placesOf = ({ heldOn, start, end }: Partial<MembershipRecorded>, ...path: Path): Place[] => [
  ...datingPlace(heldOn, ...path, 'heldOn'),
  ...datingPlace(start, ...path, 'start'),
  ...datingPlace(end, ...path, 'end'),
]
