import { type Lifts, upcaster } from '../upcast.ts'
import type { ActorEvent } from './events.ts'

export const actorLifts: Lifts<ActorEvent> = {
  ActorRegistered: [],
  ActorRevised: [],
  MembershipRecorded: [],
  MembershipCorrected: [],
  ActorsMerged: [],
  MergeUndone: [],
}
export const actorUpcast = upcaster<ActorEvent>(actorLifts)
