import * as v from 'valibot'
import { Dating, datingBounds } from '../dating.ts'
import { certainlyBefore } from '../edtf.ts'
import { EvidenceList } from '../evidence.ts'
import { list, Name, Prose, Quoted, Slug, strict } from '../schema.ts'

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

/** A mission, as its mandate or a source names it. */
export const MissionOpened = v.pipe(
  strict({
    missionId: Slug,
    names: v.pipe(list(Name, 50, 1), v.description('The name in use first')),
    organization: v.pipe(Slug, v.description('The actor whose mission it is')),
    hosts: v.exactOptional(v.pipe(list(Slug, 50), v.description('The actors it is sent to')), []),
    purpose: v.exactOptional(Prose),
    limit: v.exactOptional(v.pipe(Prose, v.description('What it may not do, or how long it may stay, in words'))),
    context: v.exactOptional(strict({ text: Quoted, on: v.exactOptional(Dating) })),
    assertedBy: v.exactOptional(v.pipe(Slug, v.description('The actor whose report it is'))),
    evidence: EvidenceList,
  }),
  v.title('MissionOpened'),
)
export type MissionOpened = v.InferOutput<typeof MissionOpened>

/** One report that a mission is in a phase. The report is the fact; whether it is so is not ours to say. */
export const PhaseRecorded = v.pipe(
  strict({
    reportId: v.pipe(Slug, v.description('The caller’s, unique within the mission, so that a retry is recognized')),
    phase: v.picklist(phases),
    since: v.exactOptional(Dating),
    until: v.exactOptional(v.pipe(Dating, v.description('Not certainly before `since`'))),
    by: v.exactOptional(v.pipe(Slug, v.description('The actor that decided it or carried it out'))),
    basis: v.exactOptional(Prose),
    assertedBy: v.pipe(Slug, v.description('The actor whose report it is: publisher or speaker')),
    evidence: EvidenceList,
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.issues) return // a date that is none has no bounds
    const { since, until } = dataset.value
    if (!certainlyBefore(datingBounds(until), datingBounds(since))) return
    for (const [key, message] of [
      ['since', 'begins after until ends'],
      ['until', 'ends before since begins'],
    ] as const) {
      const path = [{ type: 'object', origin: 'value', input: dataset.value, key, value: dataset.value[key] }] as const
      addIssue({ message, path: [...path] })
    }
  }),
  v.title('PhaseRecorded'),
  v.description('A report that the mission is in this phase. `since` is not certainly after `until`.'),
)
export type PhaseRecorded = v.InferOutput<typeof PhaseRecorded>

export type MissionEvent =
  | { type: 'MissionOpened'; data: MissionOpened }
  | { type: 'PhaseRecorded'; data: PhaseRecorded }
