import { actorCommands } from './arbitraries/actor.ts'
import { documentCommands } from './arbitraries/document.ts'
import { missionCommands } from './arbitraries/mission.ts'
import { statementCommands } from './arbitraries/statement.ts'

/** Commands to one stream of each kind. */
export const commandsOf = {
  document: documentCommands,
  actor: actorCommands,
  statement: statementCommands,
  mission: missionCommands,
}
