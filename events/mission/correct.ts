import type * as v from 'valibot'
import { amended } from '../amend.ts'
import type { Decision, Known } from '../decide.ts'
import { amendedBy, type Item } from '../item.ts'
import { own } from '../own.ts'
import { periodErrors } from '../period.ts'
import { Refusal } from '../refusal.ts'
import type { Replaces } from '../replaces.ts'
import { toldDifferently, unlessTold } from '../told.ts'
import { parseBody, refuseIfAny } from '../validate.ts'
import type { CorrectMission } from './commands.ts'
import { ContingentCorrected } from './contingent.ts'
import { MissionCorrected, type MissionEvent, PhaseCorrected } from './events.ts'
import { currentContingent, currentLesson, currentMission, currentPhase, empty, type Mission } from './fold.ts'
import { LessonCorrected } from './lesson.ts'
import { missionAmendment } from './references.ts'

/** The decision on a correction: of a lesson, of a report, or of the mission itself. */
export function correct(correction: CorrectMission, state: Mission, known: Known): Decision<MissionEvent> {
  const { reportId, lessonId } = correction
  const taken = { correction, state, known }
  if (lessonId !== undefined) {
    const found = own(state.lessons, lessonId)
    if (!found) throw new Refusal('lesson-not-recorded')
    return unlessCorrectedSo(found, correction, () => {
      const data = corrected(LessonCorrected, currentLesson(found), empty.lesson, taken)
      return { type: 'LessonCorrected', data }
    })
  }
  if (reportId === undefined) {
    const { opened } = state
    if (!opened) throw new Refusal('mission-not-opened')
    return unlessCorrectedSo(opened, correction, () => {
      const data = corrected(MissionCorrected, currentMission(opened), empty.mission, taken)
      return { type: 'MissionCorrected', data }
    })
  }
  const phase = own(state.phases, reportId)
  if (phase) {
    return unlessCorrectedSo(phase, correction, () => {
      const data = corrected(PhaseCorrected, currentPhase(phase), empty.report, taken)
      refuseIfAny(periodErrors(amendedBy(currentPhase(phase), data.replaces, {}), 'since', 'until', data.replaces))
      return { type: 'PhaseCorrected', data }
    })
  }
  const contingent = own(state.contingents, reportId)
  if (!contingent) throw new Refusal('report-not-recorded')
  return unlessCorrectedSo(contingent, correction, () => {
    const data = corrected(ContingentCorrected, currentContingent(contingent), empty.report, taken)
    return { type: 'ContingentCorrected', data }
  })
}

const unlessCorrectedSo = <Data>({ corrections = [] }: Item<Data>, given: CorrectMission, add: () => MissionEvent) =>
  unlessTold(corrections, given, ['documentSha256'], add)

/** The correction as the schema of what it corrects has it: a member that is none of its is refused by name. */
function corrected<Data extends object, Corrected extends { readonly replaces: Replaces<Data> }>(
  schema: v.GenericSchema<unknown, Corrected>,
  present: Data,
  empty: Partial<Data>,
  { correction, state, known }: { correction: CorrectMission; state: Mission; known: Known },
): Corrected {
  const replaces = amended(missionAmendment(correction, state), known)
  const data = parseBody(schema, { ...correction, replaces })
  if (toldDifferently(present, amendedBy(present, data.replaces, empty)).length === 0) {
    throw new Refusal('nothing-to-correct')
  }
  return data
}
