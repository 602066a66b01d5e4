import * as v from 'valibot'
import { DatingView, dated } from '../dating.ts'
import type { Folded } from '../fold.ts'
import { type Item, inOrder } from '../item.ts'
import {
  asOfThen,
  onRecord,
  recordedView,
  retractable,
  retractedView,
  viewed,
  viewedItem,
  viewOf,
  withheldResource,
  withheldViewOf,
  withholds,
} from '../view.ts'
import { Contingents, contingentsAfter } from './contingents-view.ts'
import { Disagreement, disagreements } from './disagreements.ts'
import { MissionClosed, MissionOpened, PhaseRecorded } from './events.ts'
import { currentLesson, currentMission, currentPhase, type Mission } from './fold.ts'
import { LessonRecorded } from './lesson.ts'
import { timelines } from './timelines.ts'

/** One report of a phase, as corrected, in the timeline of the source whose report it is. */
export const PhaseView = v.pipe(
  v.strictObject({
    ...PhaseRecorded.pipe[0].entries,
    ...viewedItem,
    ...retractable,
    since: v.exactOptional(DatingView),
    until: v.exactOptional(DatingView),
  }),
  v.title('Phase'),
)
export type PhaseView = v.InferOutput<typeof PhaseView>

/** A lesson, as corrected. */
export const LessonView = v.pipe(
  v.strictObject({ ...LessonRecorded.pipe[0].entries, ...viewedItem, ...retractable }),
  v.title('Lesson'),
)
export type LessonView = v.InferOutput<typeof LessonView>

const { corrected: _, ...recorded } = viewedItem
const Closure = v.pipe(
  v.strictObject({ ...MissionClosed.pipe[0].entries, ...recorded, on: v.exactOptional(DatingView) }),
  v.title('Closure'),
)

/** A mission as `GET /missions/{id}` answers, and as lists hold it. */
export const MissionView = v.pipe(
  v.strictObject({
    ...MissionOpened.pipe[0].entries,
    ...viewed,
    corrected: viewedItem.corrected,
    closed: v.exactOptional(v.pipe(Closure, v.description('Why and when it was closed, while it is'))),
    context: v.exactOptional(v.strictObject({ text: v.string(), on: v.exactOptional(DatingView) })),
    timelines: v.pipe(
      v.array(v.pipe(v.strictObject({ assertedBy: v.string(), phases: v.array(PhaseView) }), v.title('Timeline'))),
      v.description('One for each source; its phases in the order that their dates allow'),
    ),
    disagreements: v.pipe(
      v.array(Disagreement),
      v.description('Where sources differ: all of them are on record. What was taken back counts for nothing.'),
    ),
    contingents: v.pipe(Contingents.entries.items, v.description('The first 100, as they were recorded')),
    next: Contingents.entries.next,
    lessons: v.array(LessonView),
    ...withholds,
    ...asOfThen,
  }),
  v.title('Mission'),
)
export type MissionView = v.InferOutput<typeof MissionView>

/** The same, or what remains of it where its recording is withheld. */
export const AnyMissionView = v.union([MissionView, withheldResource('missionId', 'WithheldMission')])
export type AnyMissionView = v.InferOutput<typeof AnyMissionView>

/** Throws where none is on record, or that is withheld. */
export function missionView(folded: Folded<Mission>): MissionView {
  const { items: contingents, next } = contingentsAfter(folded)
  return { ...missionItself(folded), contingents, next }
}

/** The mission without its contingents, of which there may be very many. Throws where none is on record. */
export function missionItself(folded: Folded<Mission>): Omit<MissionView, 'contingents' | 'next'> {
  const { opened: first, closed, ...state } = folded.state
  const opened = onRecord(first)
  const { context, ...data } = currentMission(opened)
  const reports = inOrder(state.phases).map((item) => ({ item, data: currentPhase(item) }))
  const standing = reports.filter(({ item }) => !item.retractions)
  return {
    ...data,
    ...viewOf(folded, opened),
    corrected: opened.corrections !== undefined,
    ...(closed ? { closed: closureView(closed) } : {}),
    ...(context ? { context: { text: context.text, ...dated({ on: context.on }) } } : {}),
    timelines: timelines(reports).map(({ assertedBy, phases }) => ({ assertedBy, phases: phases.map(phaseView) })),
    disagreements: disagreements(standing.map(({ data }) => data)),
    lessons: inOrder(state.lessons).map(lessonView),
  }
}

function phaseView({ item, data }: { item: Item<PhaseRecorded>; data: PhaseRecorded }): PhaseView {
  const { since, until, ...report } = data
  return { ...report, ...recordedView(item), ...retractedView(item), ...dated({ since, until }) }
}

const lessonView = (lesson: Item<LessonRecorded>): LessonView => ({
  ...currentLesson(lesson),
  ...recordedView(lesson),
  ...retractedView(lesson),
})

function closureView({ data, version, recordedAt, recordedBy }: NonNullable<Mission['closed']>) {
  return { reason: data.reason, version, recordedAt, recordedBy, ...dated({ on: data.on }) }
}

/** As it is answered, whether its recording is withheld or not. Throws where none is on record. */
export const anyMissionView = (folded: Folded<Mission>): AnyMissionView =>
  withheldViewOf(folded, 'missionId') ?? missionView(folded)
