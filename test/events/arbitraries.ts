import fc from 'fast-check'
import type * as v from 'valibot'
import type { ActorCommand } from '#events/actor/commands.ts'
import { CorrectMembership, MergeActor, RecordMembership, RegisterActor, UndoMerge } from '#events/actor/commands.ts'
import type { DocumentCommand } from '#events/document/commands.ts'
import { RecordDocument } from '#events/document/commands.ts'
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
import type { StatementCommand } from '#events/statement/commands.ts'
import {
  AddSource,
  AddTranslation,
  CorrectStatement,
  DisputeStatement,
  LinkStatement,
  ReadClaim,
  RecordStatement,
  RetractStatement,
  SettleDispute,
  WithdrawClaim,
  WithdrawRetraction,
} from '#events/statement/commands.ts'
import { parseBody } from '#events/validate.ts'

/** Few of each, so that commands of one run meet: the same again, another under the same id. */
const slug = fc.constantFrom('a', 'constructor', '1')
const words = fc.constantFrom('Quiet', 'Die Ha\u0308fen 🇴', '__proto__')
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 })

/** Members that came out undefined are left out, as in JSON. */
const json = <Value>(value: fc.Arbitrary<Value>) => value.map((given) => JSON.parse(JSON.stringify(given)) as unknown)

const dating = fc.record({
  verbatim: optional(words),
  edtf: fc.constantFrom('2031-02-01', '2031-02~', '[2031-01-19..]', '2031-01/..', 'XXXX-02-14', 'Y170000002'),
})
const sha256 = fc.constantFrom('a'.repeat(64), 'b'.repeat(64))
const evidence = fc.array(
  fc.oneof(
    fc.record({ documentId: slug, selector: optional(fc.constant({ start: 0, end: 5 })) }),
    fc.record({ statementId: slug }),
  ),
  { maxLength: 2 },
)

const fragment = fc.record({
  mode: fc.constantFrom('direct', 'indirect', 'mixed'),
  text: words,
  selector: optional(fc.constantFrom({ start: 0, end: 5 }, { media: 't=1,2' })),
  marks: optional(fc.constant({ opened: true, closed: false })),
  insertions: optional(fc.constant([{ start: 0, end: 3, supplies: 'It was' }])),
})
const members = {
  speaker: fc.record({ actorId: slug, role: optional(words), organization: optional(slug) }),
  fragments: fc.array(fragment, { minLength: 1, maxLength: 2 }),
  saidOn: optional(dating),
  occasion: optional(fc.record({ name: words, place: fc.constantFrom(null, 'Ostmark') })),
  language: optional(fc.constantFrom('en', 'ru')),
  translation: optional(fc.record({ from: fc.constantFrom(null, 'ru') })),
  chain: optional(
    fc.array(fc.record({ step: fc.constant('report'), by: fc.constantFrom(null, 'a') }), { maxLength: 2 }),
  ),
  about: optional(
    fc.array(fc.oneof(fc.record({ term: words }), fc.record({ value: fc.maxSafeInteger() })), { maxLength: 2 }),
  ),
}

const recordStatement = json(fc.record({ documentId: slug, ...members })).map(
  (body): StatementCommand => ({ type: 'RecordStatement', data: parseBody(RecordStatement, body) }),
)
const takenAway = (value: fc.Arbitrary<unknown>) => fc.oneof(value, fc.constant(null))
const correctStatement = json(
  fc.record({
    reason: words,
    replaces: fc.record(
      {
        documentId: slug,
        speaker: members.speaker,
        fragments: members.fragments,
        saidOn: takenAway(dating),
        language: takenAway(fc.constantFrom('en', 'de')),
        chain: fc.constant(null),
      },
      { requiredKeys: [] },
    ),
  }),
)
  .filter((body) => Object.keys((body as { replaces: object }).replaces).length > 0)
  .map((body): StatementCommand => ({ type: 'CorrectStatement', data: parseBody(CorrectStatement, body) }))

/** What a reader adds to a statement; the ids are few, so that what is told once is met again. */
const id = fc.constantFrom('constructor', '1', '0')
const oneEvidence = fc.oneof(fc.record({ documentId: slug }), fc.record({ statementId: slug }))
const told = <Type extends string, Data extends object>(
  type: Type,
  schema: v.GenericSchema<unknown, Data>,
  shape: Record<string, fc.Arbitrary<unknown>>,
) => json(fc.record(shape)).map((body) => ({ type, data: parseBody(schema, body) }))
const term = fc.oneof(
  fc.record({ actorId: slug }),
  fc.record({ claimId: id }),
  fc.record({ claimId: id, statementId: slug }),
  fc.record({ term: words }),
)
const besideStatement: fc.Arbitrary<StatementCommand> = fc.oneof(
  told('AddTranslation', AddTranslation, {
    translationId: id,
    language: fc.constantFrom('de', 'ru'),
    fragments: fc.constantFrom([{ fragment: 0, text: 'Ruhig' }], [{ fragment: 1, text: 'Ruhig' }]),
    by: optional(slug),
  }),
  told('AddSource', AddSource, {
    documentId: slug,
    relation: optional(fc.constantFrom('copy-of', 'based-on')),
    fragments: optional(fc.constant([{ text: 'Quiet', selector: { start: 0, end: 5 } }])),
  }),
  told('LinkStatement', LinkStatement, { relation: fc.constantFrom('repeats', 'contradicts'), statementId: slug }),
  told('DisputeStatement', DisputeStatement, { disputeId: id, by: slug, ground: words, source: oneEvidence }),
  fc
    .tuple(
      id,
      told('SettleDispute', SettleDispute, {
        outcome: fc.constantFrom('upheld', 'rejected'),
        reason: words,
        source: optional(oneEvidence),
      }),
    )
    .map(([disputeId, { type, data }]) => ({ type, data: { ...data, disputeId } })),
  told('RetractStatement', RetractStatement, {
    by: fc.constantFrom('publisher', 'speaker'),
    reason: words,
    source: optional(oneEvidence),
  }),
  told('WithdrawRetraction', WithdrawRetraction, { reason: words }),
  told('ReadClaim', ReadClaim, {
    claimId: id,
    subject: term,
    predicate: fc.constant('recognizes'),
    object: term,
    polarity: fc.constantFrom('affirmed', 'negated'),
    holder: optional(slug),
    doubt: optional(fc.oneof(fc.boolean(), words)),
    validOn: optional(dating),
    evidence: fc.constantFrom({ fragment: 0, start: 0, end: 5 }, { fragment: 1, start: 2, end: 9 }),
    readBy: words,
  }),
  fc
    .tuple(id, told('WithdrawClaim', WithdrawClaim, { reason: words }))
    .map(([claimId, { type, data }]) => ({ type, data: { ...data, claimId } })),
)

/** Versions that may be the present one, or behind. */
const from = fc.integer({ min: 1, max: 4 })
const note = json(
  fc.record({
    title: optional(words),
    publishedOn: optional(dating),
    sha256: optional(sha256),
    credits: optional(
      fc.array(fc.record({ kind: fc.constant('agency'), text: words, actorId: optional(slug) }), { maxLength: 1 }),
    ),
  }),
).map((body) => {
  const { text: _, ...data } = parseBody(RecordDocument, body)
  return data
})
const sent = optional(words).map((text) => (text === undefined ? {} : { text }))
const recordDocument = fc
  .tuple(slug, note, sent)
  .map(
    ([documentId, data, text]): DocumentCommand => ({ type: 'RecordDocument', data: { ...data, documentId }, ...text }),
  )
const reviseDocument = fc
  .tuple(from, note, sent)
  .map(([from, data, text]): DocumentCommand => ({ type: 'ReviseDocument', data: { ...data, from }, ...text }))

const who = json(
  fc.record({
    kind: fc.constantFrom('person', 'state'),
    name: words,
    names: optional(fc.array(words, { maxLength: 2 })),
  }),
).map((body) => parseBody(RegisterActor, body))
const registerActor = who.map((data): ActorCommand => ({ type: 'RegisterActor', data: { actorId: 'a', ...data } }))
const reviseActor = fc
  .tuple(from, who)
  .map(([from, data]): ActorCommand => ({ type: 'ReviseActor', data: { ...data, from } }))
const taken = (value: fc.Arbitrary<unknown>) => optional(takenAway(value))
const day = fc.constantFrom('2031-01-19', '2031-01~', '../2031-01-20').map((edtf) => ({ edtf }))
const later = dating.filter(({ edtf }) => edtf.startsWith('2031-0') || edtf.startsWith('['))
/** With at least one member to replace. */
const correcting = <Type extends string, Data extends object>(
  type: Type,
  schema: v.GenericSchema<unknown, Data>,
  ids: Record<string, fc.Arbitrary<unknown>>,
  replaces: Record<string, fc.Arbitrary<unknown>>,
) =>
  json(fc.record({ reason: words, ...ids, replaces: fc.record(replaces) }))
    .filter((body) => Object.keys((body as { replaces: object }).replaces).length > 0)
    .map((body) => ({ type, data: parseBody(schema, body) }))
const besideActor: fc.Arbitrary<ActorCommand> = fc.oneof(
  told('RecordMembership', RecordMembership, {
    membershipId: id,
    role: words,
    organization: optional(slug),
    start: optional(day),
    end: optional(later),
    evidence: optional(evidence),
  }),
  fc
    .tuple(
      id,
      correcting(
        'CorrectMembership',
        CorrectMembership,
        {},
        {
          role: optional(words),
          start: taken(day),
          end: taken(later),
          evidence: taken(evidence),
        },
      ),
    )
    .map(([membershipId, { type, data }]) => ({ type, data: { ...data, membershipId } })),
  told('MergeActor', MergeActor, { into: slug, reason: words }),
  told('UndoMerge', UndoMerge, { reason: words }),
)

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

/** Commands to one stream of each kind. */
export const commandsOf = {
  document: fc.oneof(recordDocument, reviseDocument),
  actor: fc.oneof(registerActor, reviseActor, { weight: 2, arbitrary: besideActor }),
  statement: fc.oneof(recordStatement, correctStatement, { weight: 4, arbitrary: besideStatement }),
  mission: fc.oneof(
    { weight: 3, arbitrary: openMission },
    { weight: 3, arbitrary: recordPhase },
    { weight: 6, arbitrary: besideMission },
  ),
}
