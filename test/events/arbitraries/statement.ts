import fc from 'fast-check'
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
import { dating, id, json, optional, slug, takenAway, told, words } from './parts.ts'

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

const oneEvidence = fc.oneof(fc.record({ documentId: slug }), fc.record({ statementId: slug }))
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

/** Commands to one statement. */
export const statementCommands = fc.oneof(recordStatement, correctStatement, { weight: 4, arbitrary: besideStatement })
