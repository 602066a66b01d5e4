import * as v from 'valibot'
import { list, Prose, Quoted, removable, Slug, strict } from '../schema.ts'

const required = {
  lessonId: v.pipe(Slug, v.description('The caller’s, unique within the mission, so that a retry is recognized')),
  text: v.pipe(Quoted, v.description('What is to be learned, or is said to have been')),
  status: v.pipe(
    v.picklist(['to-be-learned', 'claimed-result', 'claimed-cause']),
    v.description('Whether it is still to be learned, or is claimed to have come of the mission, or to have led to it'),
  ),
}
const statementIds = v.pipe(list(Slug, 50), v.description('The statements that say so'))

/** What is to be learned from a mission, or is claimed of it, and by which statements. */
export const LessonRecorded = v.pipe(
  strict({ ...required, statementIds: v.exactOptional(statementIds, []) }),
  v.title('LessonRecorded'),
  v.description('What is to be learned from the mission, or is claimed of it, and by which statements.'),
)
export type LessonRecorded = v.InferOutput<typeof LessonRecorded>

/** What a correction may replace. */
export const lessonReplaces = {
  text: v.exactOptional(required.text),
  status: v.exactOptional(required.status),
  statementIds: removable(statementIds),
}

/** That our note of the lesson was wrong, and what stands instead. */
export const LessonCorrected = v.pipe(
  strict({ lessonId: required.lessonId, reason: Prose, replaces: strict(lessonReplaces) }),
  v.title('LessonCorrected'),
  v.description('Our note of the lesson was wrong: this stands instead.'),
)
export type LessonCorrected = v.InferOutput<typeof LessonCorrected>

/** That the lesson is taken back. It stays readable. */
export const LessonRetracted = v.pipe(
  strict({ lessonId: required.lessonId, reason: Prose }),
  v.title('LessonRetracted'),
  v.description('The lesson is taken back. It stays readable.'),
)
export type LessonRetracted = v.InferOutput<typeof LessonRetracted>
