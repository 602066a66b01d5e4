import type { MissionCommand } from '#events/mission/commands.ts'
import { CorrectMission, OpenMission, RecordContingent, RecordLesson, RecordPhase } from '#events/mission/commands.ts'
import type { MissionEvent, PhaseRecorded } from '#events/mission/events.ts'
import { parseBody } from '#events/validate.ts'

export const open = (changes: object = {}) =>
  ({
    type: 'OpenMission',
    data: parseBody(OpenMission, {
      missionId: 'harbour-watch',
      names: ['Harbour Watch'],
      organization: 'coastal-league',
      ...changes,
    }),
  }) as const

export const phase = (reportId: string, changes: object = {}) =>
  ({
    type: 'RecordPhase',
    data: parseBody(RecordPhase, { reportId, phase: 'deployed', assertedBy: 'bulletin', ...changes }),
  }) as const

export const opened = (changes: object = {}): MissionEvent => ({ type: 'MissionOpened', data: open(changes).data })

export const reported = (reportId: string, changes: object = {}): MissionEvent & { data: PhaseRecorded } => ({
  type: 'PhaseRecorded',
  data: phase(reportId, changes).data,
})

export const contingent = (reportId: string, changes: object = {}) =>
  ({
    type: 'RecordContingent',
    data: parseBody(RecordContingent, { reportId, assertedBy: 'bulletin', ...changes }),
  }) as const

export const numbered = (reportId: string, changes: object = {}): MissionEvent => ({
  type: 'ContingentRecorded',
  data: contingent(reportId, changes).data,
})

export const lesson = (changes: object = {}) =>
  ({
    type: 'RecordLesson',
    data: parseBody(RecordLesson, {
      lessonId: 'early-mandate',
      text: 'An early mandate spares a month',
      status: 'to-be-learned',
      ...changes,
    }),
  }) as const

export const learned = (changes: object = {}): MissionEvent => ({ type: 'LessonRecorded', data: lesson(changes).data })

/** A correction of what `target` names; without a name, of the mission itself. */
export const correct = (
  target: { reportId?: string; lessonId?: string },
  replaces: object,
  reason = 'Misread',
): MissionCommand & { type: 'CorrectMission' } => ({
  type: 'CorrectMission',
  data: parseBody(CorrectMission, { ...target, reason, replaces }),
})

/** Its event, of whichever thing it is. */
export const corrected = (
  type: 'MissionCorrected' | 'PhaseCorrected' | 'ContingentCorrected' | 'LessonCorrected',
  ...said: Parameters<typeof correct>
) => ({ type, data: correct(...said).data }) as MissionEvent
