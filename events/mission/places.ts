import { datingPlace, type Place } from '../resolve.ts'
import type { MissionCommand } from './commands.ts'

/** The selectors of datings, with the words they are to resolve to: somewhere in the documents given as evidence. */
export function placesOf(command: MissionCommand): Place[] {
  switch (command.type) {
    case 'OpenMission':
      return datingPlace(command.data.context?.on, 'context', 'on')
    case 'RecordPhase':
      return [...datingPlace(command.data.since, 'since'), ...datingPlace(command.data.until, 'until')]
  }
}
