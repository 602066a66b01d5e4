import type { Fold } from '../fold.ts'
import { type Recorded, recorded } from '../recorded.ts'
import type { ActorEvent, ActorRegistered } from './events.ts'

/** What is on record in one actor's stream. */
export interface Actor {
  registered?: Recorded<ActorRegistered>
}

export const actorFold: Fold<Actor, ActorEvent> = {
  version: 1,
  initial: () => ({}),
  evolve(state, event, at) {
    switch (event.type) {
      case 'ActorRegistered':
        state.registered = recorded(event.data, at)
        return state
    }
  },
}
