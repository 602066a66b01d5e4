import { type Amendment, amendmentReferences } from '../amend.ts'
import type { Reference } from '../decide.ts'
import { toGrounds } from '../grounds.ts'
import { own } from '../own.ts'
import { atMost90 } from '../references.ts'
import type { CorrectMission, MissionCommand } from './commands.ts'
import { currentContingent, currentLesson, currentMission, currentPhase, type Mission } from './fold.ts'
import { type Members, placesOf, referred } from './members.ts'

/** The actors, documents and statements that a command to a mission refers to. */
export function missionReferences(command: MissionCommand, state: Mission): Reference[] {
  switch (command.type) {
    case 'OpenMission':
    case 'RecordPhase':
    case 'RecordContingent':
    case 'RecordLesson':
      return atMost90(membersReferences(command.data))
    case 'CorrectMission':
      return atMost90(amendmentReferences(missionAmendment(command.data, state)))
    case 'RetractPhase':
    case 'RetractContingent':
    case 'RetractLesson':
    case 'CloseMission':
    case 'ReopenMission':
      return []
  }
}

function membersReferences(members: Members): Reference[] {
  return [...referred(members), ...toGrounds(members.evidence ?? [], placesOf(members).length > 0, 'evidence')]
}

/** A correction, on what it corrects as that stands. */
export const missionAmendment = (correction: CorrectMission, state: Mission): Amendment<Members> => ({
  current: corrected(correction, state) ?? {},
  replaces: correction.replaces,
  referred,
  places: placesOf,
})

function corrected({ reportId, lessonId }: CorrectMission, state: Mission): Members | undefined {
  if (lessonId !== undefined) {
    const lesson = own(state.lessons, lessonId)
    return lesson && currentLesson(lesson)
  }
  if (reportId === undefined) return state.opened && currentMission(state.opened)
  const [phase, contingent] = [own(state.phases, reportId), own(state.contingents, reportId)]
  return phase ? currentPhase(phase) : contingent && currentContingent(contingent)
}
