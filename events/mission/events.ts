import * as v from 'valibot'
import { Dating } from '../dating.ts'
import { EvidenceList } from '../evidence.ts'
import { period } from '../period.ts'
import { list, Name, Prose, Quoted, removable, Slug, strict } from '../schema.ts'
import type { ContingentCorrected, ContingentRecorded, ContingentRetracted } from './contingent.ts'
import type { LessonCorrected, LessonRecorded, LessonRetracted } from './lesson.ts'

/** The phases of a mission, in the order in which they come where nothing else is known. */
export const phases = [
  'requested',
  'mandated',
  'deploying',
  'deployed',
  'extended',
  'drawing-down',
  'withdrawn',
] as const
export type PhaseName = (typeof phases)[number]

const mission = {
  names: v.pipe(list(Name, 50, 1), v.description('The name in use first')),
  organization: v.pipe(Slug, v.description('The actor whose mission it is')),
  hosts: v.pipe(list(Slug, 50), v.description('The actors it is sent to')),
  purpose: Prose,
  limit: v.pipe(Prose, v.description('What it may not do, or how long it may stay, in words')),
  context: strict({ text: Quoted, on: v.exactOptional(Dating) }),
  assertedBy: v.pipe(Slug, v.description('The actor whose report it is')),
}

/** A mission, as its mandate or a source names it. */
export const MissionOpened = v.pipe(
  strict({
    missionId: Slug,
    names: mission.names,
    organization: mission.organization,
    hosts: v.exactOptional(mission.hosts, []),
    purpose: v.exactOptional(mission.purpose),
    limit: v.exactOptional(mission.limit),
    context: v.exactOptional(mission.context),
    assertedBy: v.exactOptional(mission.assertedBy),
    evidence: EvidenceList,
  }),
  v.title('MissionOpened'),
)
export type MissionOpened = v.InferOutput<typeof MissionOpened>

/** What a correction of the mission itself may replace. */
export const missionReplaces = {
  names: v.exactOptional(mission.names),
  organization: v.exactOptional(mission.organization),
  hosts: removable(mission.hosts),
  purpose: removable(mission.purpose),
  limit: removable(mission.limit),
  context: removable(mission.context),
  assertedBy: removable(mission.assertedBy),
  evidence: removable(EvidenceList.wrapped),
}

/** That our note of the mission was wrong, and what stands instead. */
export const MissionCorrected = v.pipe(
  strict({ reason: Prose, replaces: strict(missionReplaces) }),
  v.title('MissionCorrected'),
  v.description('Our note of the mission was wrong: this stands instead.'),
)
export type MissionCorrected = v.InferOutput<typeof MissionCorrected>

/** That no more is looked for. What sources report of it is still taken: they report late, and look back. */
export const MissionClosed = v.pipe(
  strict({ reason: Prose, on: v.exactOptional(v.pipe(Dating, v.description('When it ended'))) }),
  v.title('MissionClosed'),
  v.description('The mission is over, and no more is looked for. What sources report of it is still taken.'),
)
export type MissionClosed = v.InferOutput<typeof MissionClosed>

export const MissionReopened = v.pipe(
  strict({ reason: Prose }),
  v.title('MissionReopened'),
  v.description('The mission is not over after all.'),
)
export type MissionReopened = v.InferOutput<typeof MissionReopened>

const phase = {
  reportId: v.pipe(
    Slug,
    v.description(
      'The caller’s, unique within the mission, over phases and contingents, so that a retry is recognized',
    ),
  ),
  phase: v.picklist(phases),
  since: Dating,
  until: v.pipe(Dating, v.description('Not certainly before `since`')),
  by: v.pipe(Slug, v.description('The actor that decided it or carried it out')),
  basis: Prose,
  assertedBy: v.pipe(Slug, v.description('The actor whose report it is: publisher or speaker')),
}

/** One report that a mission is in a phase. The report is the fact; whether it is so is not ours to say. */
export const PhaseRecorded = v.pipe(
  strict({
    reportId: phase.reportId,
    phase: phase.phase,
    since: v.exactOptional(phase.since),
    until: v.exactOptional(phase.until),
    by: v.exactOptional(phase.by),
    basis: v.exactOptional(phase.basis),
    assertedBy: phase.assertedBy,
    evidence: EvidenceList,
  }),
  period('since', 'until'),
  v.title('PhaseRecorded'),
  v.description('A report that the mission is in this phase. `since` is not certainly after `until`.'),
)
export type PhaseRecorded = v.InferOutput<typeof PhaseRecorded>

/** What a correction of a phase may replace. */
export const phaseReplaces = {
  phase: v.exactOptional(phase.phase),
  since: removable(phase.since),
  until: removable(phase.until),
  by: removable(phase.by),
  basis: removable(phase.basis),
  assertedBy: v.exactOptional(phase.assertedBy),
  evidence: removable(EvidenceList.wrapped),
}

/** That our note of the report was wrong, and what stands instead. */
export const PhaseCorrected = v.pipe(
  strict({ reportId: phase.reportId, reason: Prose, replaces: strict(phaseReplaces) }),
  v.title('PhaseCorrected'),
  v.description('Our note of the report was wrong: this stands instead.'),
)
export type PhaseCorrected = v.InferOutput<typeof PhaseCorrected>

/** That the report is taken back. It stays readable. */
export const PhaseRetracted = v.pipe(
  strict({ reportId: phase.reportId, reason: Prose }),
  v.title('PhaseRetracted'),
  v.description('The report of a phase is taken back. It stays readable, and counts in no comparison.'),
)
export type PhaseRetracted = v.InferOutput<typeof PhaseRetracted>

export type MissionEvent =
  | { type: 'MissionOpened'; data: MissionOpened }
  | { type: 'MissionCorrected'; data: MissionCorrected }
  | { type: 'MissionClosed'; data: MissionClosed }
  | { type: 'MissionReopened'; data: MissionReopened }
  | { type: 'PhaseRecorded'; data: PhaseRecorded }
  | { type: 'PhaseCorrected'; data: PhaseCorrected }
  | { type: 'PhaseRetracted'; data: PhaseRetracted }
  | { type: 'ContingentRecorded'; data: ContingentRecorded }
  | { type: 'ContingentCorrected'; data: ContingentCorrected }
  | { type: 'ContingentRetracted'; data: ContingentRetracted }
  | { type: 'LessonRecorded'; data: LessonRecorded }
  | { type: 'LessonCorrected'; data: LessonCorrected }
  | { type: 'LessonRetracted'; data: LessonRetracted }
