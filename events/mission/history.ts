import type { Folded } from '../fold.ts'
import { type Part, type Shown, whole } from '../history.ts'
import { own } from '../own.ts'
import { contingentView } from './contingents-view.ts'
import type { MissionEvent } from './events.ts'
import type { Mission } from './fold.ts'
import { missionItself } from './view.ts'

/** There may be ten thousand contingents: an event changes none but its own, and no other event changes any. */
export const missionShown: Shown<Mission, MissionEvent> = {
  identities: { timelines: 'assertedBy', phases: 'reportId', lessons: 'lessonId' },
  part(event, folded) {
    switch (event.type) {
      case 'ContingentRecorded':
      case 'ContingentCorrected':
      case 'ContingentRetracted':
        return contingent(folded, event.data.reportId)
      case 'MissionOpened':
        return whole(folded, (opened) => ({ ...missionItself(opened), contingents: [] }))
      default:
        return whole(folded, missionItself)
    }
  },
}

/** One of all contingents, which stand as they were recorded. */
function contingent({ state: { contingents } }: Folded<Mission>, reportId: string): Part {
  const report = own(contingents, reportId)
  if (!report) return { path: ['contingents'], value: undefined }
  const before = Object.values(contingents).filter(({ version }) => version < report.version)
  return { path: ['contingents', before.length], value: contingentView(report) }
}
