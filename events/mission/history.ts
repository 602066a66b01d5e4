import type { Folded } from '../fold.ts'
import { type Part, type Shown, whole } from '../history.ts'
import { inOrder } from '../item.ts'
import { own } from '../own.ts'
import { withheldViewOf } from '../view.ts'
import { contingentView } from './contingents-view.ts'
import type { MissionEvent } from './events.ts'
import type { Mission } from './fold.ts'
import { missionItself } from './view.ts'

/** There may be ten thousand contingents: an event changes none but its own, and no other event changes any. */
export const missionShown: Shown<Mission, MissionEvent> = {
  identities: { timelines: 'assertedBy', phases: 'reportId', lessons: 'lessonId' },
  parts() {
    const contingent = contingents()
    return (event, folded) => {
      const withheld = withheldViewOf(folded, 'missionId')
      if (withheld) return whole(folded, () => withheld)
      switch (event?.type) {
        case 'ContingentRecorded':
        case 'ContingentCorrected':
        case 'ContingentRetracted':
          return contingent(folded, event.data.reportId)
        case 'MissionOpened':
          return whole(folded, (opened) => ({ ...missionItself(opened), contingents: [] }))
        default:
          return whole(folded, missionItself)
      }
    }
  },
}

/** One of all contingents, which stand as they were recorded: they are counted once, and each new one is the last. */
function contingents(): (folded: Folded<Mission>, reportId: string) => Part {
  const places = new Map<string, number>()
  return ({ state: { contingents } }, reportId) => {
    const report = own(contingents, reportId)
    if (!report) return { path: ['contingents'], value: undefined }
    if (places.size === 0)
      for (const [place, { data }] of inOrder(contingents).entries()) places.set(data.reportId, place)
    const place = places.get(reportId) ?? places.size
    places.set(reportId, place)
    return { path: ['contingents', place], value: contingentView(report) }
  }
}
