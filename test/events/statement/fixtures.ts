import type { CorrectStatement, RecordStatement } from '#events/statement/commands.ts'
import { RecordStatement as RecordStatementSchema } from '#events/statement/commands.ts'
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
  parseBody(RecordStatementSchema, { ...structuredClone(body), ...changes })

/** Only what is required. */
export const bare = (changes: object = {}): RecordStatement =>
  parseBody(RecordStatementSchema, {
    documentId: 'bulletin-2031-02-14',
    speaker: { actorId: 'mira-kovan' },
    fragments: [{ mode: 'indirect', text: 'The harbour had been quiet' }],
    ...changes,
  })

export const recordStatement = (data: RecordStatement = statementData()) => ({ type: 'RecordStatement', data }) as const

export const correctStatement = (replaces: CorrectStatement['replaces'], reason = 'The desk misread it') =>
  ({ type: 'CorrectStatement', data: { reason, replaces } }) as const
