import * as v from 'valibot'
import { DatingView, datingView } from '../dating.ts'
import type { Folded } from '../fold.ts'
import type { Recorded } from '../recorded.ts'
import { onRecord, viewed, viewOf } from '../view.ts'
import { Disagreement, disagreements } from './disagreements.ts'
import { MissionOpened, PhaseRecorded } from './events.ts'
import type { Mission } from './fold.ts'
import { timelines } from './timelines.ts'

/** One report of a phase, in the timeline of the source whose report it is. */
export const PhaseView = v.pipe(
  v.strictObject({
    ...PhaseRecorded.pipe[0].entries,
    ...viewed,
    version: v.pipe(v.number(), v.integer(), v.description('Of the event that recorded it')),
    since: v.exactOptional(DatingView),
    until: v.exactOptional(DatingView),
  }),
  v.title('Phase'),
)
export type PhaseView = v.InferOutput<typeof PhaseView>

/** A mission as `GET /missions/{id}` answers, and as lists hold it. */
export const MissionView = v.pipe(
  v.strictObject({
    ...MissionOpened.pipe[0].entries,
    ...viewed,
    context: v.exactOptional(v.strictObject({ text: v.string(), on: v.exactOptional(DatingView) })),
    timelines: v.pipe(
      v.array(v.pipe(v.strictObject({ assertedBy: v.string(), phases: v.array(PhaseView) }), v.title('Timeline'))),
      v.description('One for each source; its phases in the order that their dates allow'),
    ),
    disagreements: v.pipe(v.array(Disagreement), v.description('Where sources differ: all of them are on record')),
  }),
  v.title('Mission'),
)
export type MissionView = v.InferOutput<typeof MissionView>

/** Throws where none is on record. */
export function missionView(folded: Folded<Mission>): MissionView {
  const opened = onRecord(folded.state.opened)
  const { phases } = folded.state
  const { context, ...data } = opened.data
  return {
    ...data,
    ...viewOf(folded, opened),
    ...(context ? { context: contextView(context) } : {}),
    timelines: timelines(phases).map(({ assertedBy, phases }) => ({ assertedBy, phases: phases.map(phaseView) })),
    disagreements: disagreements(phases.map(({ data }) => data)),
  }
}

function phaseView({ data, version, recordedAt, recordedBy }: Recorded<PhaseRecorded>): PhaseView {
  const { since, until, ...report } = data
  return {
    ...report,
    version,
    recordedAt,
    recordedBy,
    ...(since ? { since: datingView(since) } : {}),
    ...(until ? { until: datingView(until) } : {}),
  }
}

function contextView({ text, on }: NonNullable<MissionOpened['context']>): NonNullable<MissionView['context']> {
  return { text, ...(on ? { on: datingView(on) } : {}) }
}
