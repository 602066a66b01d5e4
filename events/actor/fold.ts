import type { Fold } from '../fold.ts'
import { addCorrection, type Items } from '../item.ts'
import { own } from '../own.ts'
import { type Recorded, recorded } from '../recorded.ts'
import type { ActorEvent, ActorRegistered, ActorRevised, ActorsMerged, MergeUndone } from './events.ts'
import type { MembershipRecorded } from './membership.ts'

/** What is on record in one actor's stream. */
export interface Actor {
  /** Of its last event: what a revision must be made from. */
  version: number
  /** As it was registered first. */
  registered?: Recorded<ActorRegistered>
  /** Oldest first: the last is who it is. */
  revisions: Recorded<ActorRevised>[]
  memberships: Items<MembershipRecorded>
  /** Every merge there was, and every undoing of one. */
  merges: Recorded<ActorsMerged>[]
  undone: Recorded<MergeUndone>[]
  /** The merge that stands. */
  merged?: Recorded<ActorsMerged>
}

export const actorFold: Fold<Actor, ActorEvent> = {
  version: 2,
  initial: () => ({ version: 0, revisions: [], memberships: {}, merges: [], undone: [] }),
  evolve(state, event, at) {
    state.version = at.version
    switch (event.type) {
      case 'ActorRegistered':
        state.registered = recorded(event.data, at)
        return state
      case 'ActorRevised':
        state.revisions.push(recorded(event.data, at))
        return state
      case 'MembershipRecorded':
        state.memberships[event.data.membershipId] = recorded(event.data, at)
        return state
      case 'MembershipCorrected':
        addCorrection(own(state.memberships, event.data.membershipId), recorded(event.data, at))
        return state
      case 'ActorsMerged':
        state.merges.push(recorded(event.data, at))
        state.merged = recorded(event.data, at)
        return state
      case 'MergeUndone':
        state.undone.push(recorded(event.data, at))
        delete state.merged
        return state
    }
  },
  pass(state, type, at) {
    state.version = at.version
    if (type === 'MergeUndone') delete state.merged
    return state
  },
}

/** Who it is, as it was registered or revised last. */
export const currentActor = ({ data }: Recorded<ActorRegistered>, revisions: Actor['revisions']): ActorRegistered => ({
  actorId: data.actorId,
  ...(revisions.at(-1)?.data ?? data),
})
