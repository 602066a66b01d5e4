import fc from 'fast-check'
import type * as v from 'valibot'
import type { MissionCommand } from '#events/mission/commands.ts'
import {
  CloseMission,
  CorrectMission,
  OpenMission,
  RecordContingent,
  RecordLesson,
  RecordPhase,
  ReopenMission,
  RetractContingent,
  RetractLesson,
  RetractPhase,
} from '#events/mission/commands.ts'
import { phases } from '#events/mission/events.ts'
import { parseBody } from '#events/validate.ts'
import { correcting, dating, day, evidence, id, json, optional, slug, taken, told, words } from './parts.ts'

const openMission = json(
  fc.record({
    missionId: fc.constant('a'),
    names: fc.constantFrom(['Harbour Watch'], ['Hafenwacht', 'Harbour Watch']),
    organization: slug,
    context: optional(fc.record({ text: words, on: optional(dating) })),
    evidence: optional(evidence),
  }),
).map((body): MissionCommand => ({ type: 'OpenMission', data: parseBody(OpenMission, body) }))
const recordPhase = json(
  fc.record({
    reportId: fc.constantFrom('constructor', '1', '0', 'r'),
    phase: fc.constantFrom(...phases),
    since: optional(fc.record({ edtf: fc.constantFrom('2031-01-19', '2031-01~', '../2031-01-20') })),
    until: optional(dating.filter(({ edtf }) => edtf.startsWith('2031-0') || edtf.startsWith('['))),
    by: optional(slug),
    assertedBy: slug,
    evidence: optional(evidence),
  }),
).map((body): MissionCommand => ({ type: 'RecordPhase', data: parseBody(RecordPhase, body) }))

const reportId = fc.constantFrom('constructor', '1', '0', 'r')
const personnel = fc.constantFrom({ min: 5 }, { min: 5, max: 9 })
const ofReport = <Type extends string, Data extends object>(type: Type, schema: v.GenericSchema<unknown, Data>) =>
  fc.tuple(reportId, told(type, schema, { reason: words }))
const correct = (ids: Record<string, fc.Arbitrary<unknown>>, replaces: Record<string, fc.Arbitrary<unknown>>) =>
  correcting('CorrectMission', CorrectMission, ids, replaces)
const besideMission: fc.Arbitrary<MissionCommand> = fc.oneof(
  told('RecordContingent', RecordContingent, {
    reportId,
    contributor: optional(slug),
    personnel: optional(personnel),
    on: optional(dating),
    assertedBy: slug,
    evidence: optional(evidence),
  }),
  told('RecordLesson', RecordLesson, {
    lessonId: id,
    text: words,
    status: fc.constantFrom('to-be-learned', 'claimed-result'),
    statementIds: optional(fc.array(slug, { maxLength: 2 })),
  }),
  correct({ reportId }, { since: taken(day), by: taken(slug), evidence: taken(evidence) }),
  correct({ reportId }, { personnel: taken(personnel), assertedBy: optional(slug) }),
  correct({ lessonId: id }, { text: optional(words), statementIds: fc.constant(null) }),
  correct({}, { hosts: taken(fc.array(slug, { maxLength: 2 })), purpose: taken(words) }),
  ofReport('RetractPhase', RetractPhase).map(([reportId, { type, data }]) => ({ type, data: { ...data, reportId } })),
  ofReport('RetractContingent', RetractContingent).map(([reportId, { type, data }]) => ({
    type,
    data: { ...data, reportId },
  })),
  fc
    .tuple(id, told('RetractLesson', RetractLesson, { reason: words }))
    .map(([lessonId, { type, data }]) => ({ type, data: { ...data, lessonId } })),
  told('CloseMission', CloseMission, { reason: words, on: optional(dating) }),
  told('ReopenMission', ReopenMission, { reason: words }),
)

/** Commands to one mission. */
export const missionCommands = fc.oneof(
  { weight: 3, arbitrary: openMission },
  { weight: 3, arbitrary: recordPhase },
  { weight: 6, arbitrary: besideMission },
)
