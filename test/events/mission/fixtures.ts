import { OpenMission, RecordPhase } from '#events/mission/commands.ts'
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
