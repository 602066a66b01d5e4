import { type Shown, whole } from '../history.ts'
import type { ActorEvent } from './events.ts'
import type { Actor } from './fold.ts'
import { anyActorView } from './view.ts'

export const actorShown: Shown<Actor, ActorEvent> = {
  identities: { memberships: 'membershipId' },
  parts: () => (_, folded) => whole(folded, anyActorView),
}
