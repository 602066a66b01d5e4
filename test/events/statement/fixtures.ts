import {
  AddSource,
  AddTranslation,
  type CorrectStatement,
  DisputeStatement,
  ReadClaim,
  RecordStatement,
  RetractStatement,
  SettleDispute,
} from '#events/statement/commands.ts'
import type { StatementEvent } from '#events/statement/events.ts'
import { parseBody } from '#events/validate.ts'

/** The bulletin in which the statement stands; the accents and the flag make code points differ from UTF-16 units. */
export const bulletin =
  '🇴 The harbour had been quiet, she said. “[The watch] has gone home,” the deputy minister added.'

/** As a reader of the bulletin would record it. */
export const body = {
  documentId: 'bulletin-2031-02-14',
  speaker: {
    actorId: 'mira-kovan',
    mention: { text: 'the deputy minister', selector: { start: 69, end: 88, suffix: ' added' } },
    role: 'Deputy Minister of Transport',
    roleGiven: 'carried-over',
    organization: 'ministry-of-transport',
    onBehalfOf: 'ostmark',
  },
  saidOn: {
    verbatim: 'Wednesday',
    edtf: '2031-02-12',
    basis: 'Wednesday before publication',
    relativeTo: 'publishedOn',
  },
  occasion: {
    occasionId: 'bridges-2031',
    kind: 'conference',
    name: 'Bridges and Borders',
    host: 'ostmark-forum',
    hostMention: { text: 'the forum' },
    place: null,
    given: 'stated',
  },
  fragments: [
    {
      mode: 'indirect',
      text: 'The harbour had been quiet',
      selector: { start: 2, end: 28, suffix: ', she said' },
      cue: { text: 'said', selector: { start: 34, end: 38 } },
    },
    {
      mode: 'direct',
      text: '[The watch] has gone home',
      selector: { start: 41, end: 66, prefix: '“' },
      cue: { text: 'added' },
      marks: { opened: true, closed: false },
      insertions: [{ start: 0, end: 11, supplies: 'The watch' }],
    },
  ],
  language: 'en',
  translation: { from: null, certainty: 'probable', basis: 'calques' },
  chain: [
    { step: 'utterance', by: 'mira-kovan' },
    { step: 'report', by: 'harbour-wire', relation: 'based-on', certainty: 'certain' },
    { step: 'translation', by: null, certainty: 'probable', basis: 'calques' },
    { step: 'publication', by: 'bulletin', documentId: 'bulletin-2031-02-14' },
  ],
  topics: ['organization-ties'],
  about: [
    { missionId: 'harbour-watch' },
    { claimId: 'c-1' },
    { value: 120, unit: 'watchmen' },
    { term: 'the harbour' },
  ],
} as const

export const statementData = (changes: object = {}): RecordStatement =>
  parseBody(RecordStatement, { ...structuredClone(body), ...changes })

/** Only what is required. */
export const bare = (changes: object = {}): RecordStatement =>
  parseBody(RecordStatement, {
    documentId: 'bulletin-2031-02-14',
    speaker: { actorId: 'mira-kovan' },
    fragments: [{ mode: 'indirect', text: 'The harbour had been quiet' }],
    ...changes,
  })

export const recordStatement = (data: RecordStatement = statementData()) => ({ type: 'RecordStatement', data }) as const

export const correctStatement = (replaces: CorrectStatement['replaces'], reason = 'The desk misread it') =>
  ({ type: 'CorrectStatement', data: { reason, replaces } }) as const

/** The event, with this payload. */
export const event = <Type extends StatementEvent['type']>(
  type: Type,
  data: Extract<StatementEvent, { type: Type }>['data'],
) => ({ type, data }) as Extract<StatementEvent, { type: Type }>

/** The statement on record, without any detail of its own. */
export const onRecord = event('StatementRecorded', statementData())

/** That the watch has gone home, read from the second fragment. */
export const readClaim = (changes: object = {}) =>
  ({
    type: 'ReadClaim',
    data: parseBody(ReadClaim, {
      claimId: 'c-1',
      subject: { missionId: 'harbour-watch' },
      predicate: 'has-left',
      object: { term: 'the harbour' },
      polarity: 'affirmed',
      evidence: { fragment: 1, start: 1, end: 25 },
      readBy: 'City desk',
      ...changes,
    }),
  }) as const

export const addTranslation = (changes: object = {}) =>
  ({
    type: 'AddTranslation',
    data: parseBody(AddTranslation, {
      translationId: 'de-1',
      language: 'de',
      fragments: [{ fragment: 1, text: '[Die Wacht] ist heimgegangen' }],
      ...changes,
    }),
  }) as const

export const reprint = 'Ostmark. Der Hafen sei ruhig gewesen, sagte sie.'
export const addSource = (changes: object = {}) =>
  ({
    type: 'AddSource',
    data: parseBody(AddSource, {
      documentId: 'reprint-2031-02-15',
      relation: 'translation-of',
      fragments: [{ text: 'Der Hafen sei ruhig gewesen', selector: { start: 9, end: 36 } }],
      ...changes,
    }),
  }) as const

export const disputeStatement = (changes: object = {}) =>
  ({
    type: 'DisputeStatement',
    data: parseBody(DisputeStatement, {
      disputeId: 'd-1',
      by: 'mira-kovan',
      ground: 'She denies having said it',
      source: { documentId: 'letter-2031-02-16' },
      ...changes,
    }),
  }) as const

export const settleDispute = (changes: object = {}, disputeId = 'd-1') =>
  ({
    type: 'SettleDispute',
    data: {
      disputeId,
      ...parseBody(SettleDispute, { outcome: 'rejected', reason: 'The recording has it', ...changes }),
    },
  }) as const

export const retractStatement = (changes: object = {}) =>
  ({
    type: 'RetractStatement',
    data: parseBody(RetractStatement, { by: 'publisher', reason: 'Taken back on page 2', ...changes }),
  }) as const

export const withdrawRetraction = (reason = 'Printed again') =>
  ({ type: 'WithdrawRetraction', data: { reason } }) as const
