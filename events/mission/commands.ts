import * as v from 'valibot'
import { Prose, removable, Slug, strict } from '../schema.ts'
import { ContingentRecorded, contingentReplaces } from './contingent.ts'
import {
  MissionClosed,
  MissionOpened,
  MissionReopened,
  missionReplaces,
  PhaseRecorded,
  phaseReplaces,
} from './events.ts'
import { LessonRecorded, lessonReplaces } from './lesson.ts'

/** The body of `POST /missions`. */
export const OpenMission = v.pipe(MissionOpened, v.title('OpenMission'))
export type OpenMission = v.InferOutput<typeof OpenMission>

/** The body of `POST /missions/{id}/phases`. */
export const RecordPhase = v.pipe(PhaseRecorded, v.title('RecordPhase'))
export type RecordPhase = v.InferOutput<typeof RecordPhase>

/** The body of `POST /missions/{id}/contingents`. */
export const RecordContingent = v.pipe(ContingentRecorded, v.title('RecordContingent'))
export type RecordContingent = v.InferOutput<typeof RecordContingent>

/** The body of `POST /missions/{id}/lessons`. */
export const RecordLesson = v.pipe(LessonRecorded, v.title('RecordLesson'))
export type RecordLesson = v.InferOutput<typeof RecordLesson>

/**
 * The body of `POST /missions/{id}/corrections`: of a report, of a lesson, or, where neither is named, of the mission
 * itself. What it names is known only from what is on record, so decide refuses a member that is none of its.
 */
export const CorrectMission = v.pipe(
  strict({
    reason: v.pipe(Prose, v.description('Why; the same correction with another reason is another one')),
    reportId: v.exactOptional(v.pipe(Slug, v.description('The report of a phase or a contingent that is corrected'))),
    lessonId: v.exactOptional(v.pipe(Slug, v.description('The lesson that is corrected'))),
    replaces: v.pipe(
      strict({
        ...missionReplaces,
        ...phaseReplaces,
        ...contingentReplaces,
        ...lessonReplaces,
        assertedBy: removable(phaseReplaces.assertedBy.wrapped),
      }),
      v.check((replaces) => Object.keys(replaces).length > 0, 'replaces nothing'),
      v.description(
        'At least one member of what is corrected; each replaces the recorded one whole, and `null` takes an optional one away',
      ),
    ),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.value.reportId === undefined || dataset.value.lessonId === undefined) return
    const { value } = dataset
    const path = [{ type: 'object', origin: 'value', input: value, key: 'lessonId', value: value.lessonId }] as const
    addIssue({ message: 'stands beside reportId: one thing is corrected at a time', path: [...path] })
  }),
  v.title('CorrectMission'),
  v.description('A correction of a report, of a lesson, or of the mission itself where neither is named.'),
)
export type CorrectMission = v.InferOutput<typeof CorrectMission>

const reasoned = strict({ reason: v.pipe(Prose, v.description('Why')) })

/** The body of `POST /missions/{id}/phases/{id}/retraction`. */
export const RetractPhase = v.pipe(reasoned, v.title('RetractPhase'))
export type RetractPhase = v.InferOutput<typeof RetractPhase>

/** The body of `POST /missions/{id}/contingents/{id}/retraction`. */
export const RetractContingent = v.pipe(reasoned, v.title('RetractContingent'))
export type RetractContingent = v.InferOutput<typeof RetractContingent>

/** The body of `POST /missions/{id}/lessons/{id}/retraction`. */
export const RetractLesson = v.pipe(reasoned, v.title('RetractLesson'))
export type RetractLesson = v.InferOutput<typeof RetractLesson>

/** The body of `POST /missions/{id}/closure`. */
export const CloseMission = v.pipe(MissionClosed, v.title('CloseMission'))
export type CloseMission = v.InferOutput<typeof CloseMission>

/** The body of `POST /missions/{id}/closure/withdrawal`. */
export const ReopenMission = v.pipe(MissionReopened, v.title('ReopenMission'))
export type ReopenMission = v.InferOutput<typeof ReopenMission>

export type MissionCommand =
  | { type: 'OpenMission'; data: OpenMission }
  | { type: 'RecordPhase'; data: RecordPhase }
  | { type: 'RecordContingent'; data: RecordContingent }
  | { type: 'RecordLesson'; data: RecordLesson }
  | { type: 'CorrectMission'; data: CorrectMission }
  | { type: 'RetractPhase'; data: RetractPhase & { reportId: string } }
  | { type: 'RetractContingent'; data: RetractContingent & { reportId: string } }
  | { type: 'RetractLesson'; data: RetractLesson & { lessonId: string } }
  | { type: 'CloseMission'; data: CloseMission }
  | { type: 'ReopenMission'; data: ReopenMission }
