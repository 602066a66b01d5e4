import type { Decide } from '../decide.ts'
import { already, alreadyRecorded, toldDifferently } from '../told.ts'
import type { ActorCommand } from './commands.ts'
import type { ActorEvent } from './events.ts'
import type { Actor } from './fold.ts'

/**
 * An actor is registered once.
 * @throws {Refusal} `already-recorded` with the differences
 */
export const decideActor: Decide<Actor, ActorCommand, ActorEvent> = (command, state) => {
  switch (command.type) {
    case 'RegisterActor': {
      if (!state.registered) return { events: [{ type: 'ActorRegistered', data: command.data }] }
      const differences = toldDifferently(state.registered.data, command.data)
      if (differences.length > 0) throw alreadyRecorded(differences)
      return already(state.registered)
    }
  }
}
