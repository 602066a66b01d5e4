import fc from 'fast-check'
import type * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { RegisterActor } from '#events/actor/commands.ts'
import { RecordDocument } from '#events/document/commands.ts'
import { OpenMission, RecordPhase } from '#events/mission/commands.ts'
import { pointer } from '#events/pointer.ts'
import { CorrectStatement, RecordStatement } from '#events/statement/commands.ts'
import { Term } from '#events/term.ts'
import { parseBody } from '#events/validate.ts'
import { body } from './statement/fixtures.ts'
import { wrong } from './wrong.ts'

const details = (schema: v.GenericSchema, value: unknown): string => {
  try {
    parseBody(schema, value)
  } catch (error) {
    return (error as Error).message
  }
  return ''
}
const [first, second] = body.fragments
const fragments = (changes: object) => ({ ...body, fragments: [first, { ...second, ...changes }] })

describe('a body', () => {
  it('is taken as it is, lists that are not given being empty', () => {
    expect(parseBody(RecordStatement, body)).toEqual(body)
    const { documentId, speaker, fragments } = body
    expect(parseBody(RecordStatement, { documentId, speaker, fragments })).toEqual({
      documentId,
      speaker,
      fragments,
      chain: [],
      topics: [],
      about: [],
    })
  })

  it('has every wrong field named at once, each once', () =>
    expect(
      wrong(RecordStatement, {
        documentId: 'The Bulletin',
        speaker: { mention: { selector: { start: 4, end: 4 } } },
        fragments: [{ mode: 'loud', text: '' }],
        saidOn: { edtf: '2031-02-30' },
        language: 'English!',
        colour: 'blue',
      }),
    ).toEqual([
      '#/documentId',
      '#/speaker/actorId',
      '#/speaker/mention/text',
      '#/speaker/mention/selector/end',
      '#/fragments/0/mode',
      '#/fragments/0/text',
      '#/saidOn/edtf',
      '#/language',
      '#/colour',
    ]))

  it('is refused every field that is not known, by name', () => {
    expect(wrong(RecordStatement, { ...body, mood: 1, tone: 2, speaker: { ...body.speaker, hat: 3 } })).toEqual([
      '#/speaker/hat',
      '#/mood',
      '#/tone',
    ])
    expect(wrong(RegisterActor, { kind: 'person', name: 'Mira Kovan', 'a/b ~c': 1 })).toEqual(['#/a~1b%20~0c'])
    expect(wrong(RegisterActor, JSON.parse('{"kind":"person","name":"Mira Kovan","__proto__":{}}'))).toEqual([
      '#/__proto__',
    ])
  })

  it.each([null, [], 'x', 7])('must be an object, not %j', (value) =>
    expect(wrong(RecordStatement, value)).toEqual(['#']),
  )

  it('has objects where objects belong, not lists', () =>
    expect(wrong(RecordStatement, { ...body, speaker: [], translation: [] })).toEqual(['#/speaker', '#/translation']))

  it('says in plain words what is wrong', () => {
    expect(details(RecordStatement, { ...body, speaker: {} })).toBe('#/speaker/actorId: is required')
    expect(details(RecordStatement, fragments({ mode: 'loud' }))).toBe(
      '#/fragments/1/mode: must be one of direct, indirect, mixed',
    )
    expect(details(RecordStatement, { ...body, topics: 'ties' })).toBe('#/topics: must be a list')
    expect(details(Term, {})).toBe('#: must be an object with one of actorId, missionId, claimId, value, term')
  })

  it('has text without lone surrogates, and whole numbers that JSON holds exactly', () => {
    expect(wrong(RecordStatement, fragments({ text: 'gone \ud83d home', insertions: [] }))).toEqual([
      '#/fragments/1/text',
    ])
    for (const value of [1.5, 2 ** 53, -(2 ** 53), Number.POSITIVE_INFINITY, -0]) {
      expect(wrong(Term, { value })).toEqual(['#/value'])
    }
    expect(wrong(Term, { value: 2 ** 53 - 1, unit: 'watchmen' })).toEqual([])
    expect(wrong(RecordStatement, { ...body, occurrence: 1 })).toEqual(['#/occurrence'])
  })

  it.each([' \t\r\n', '\u00a0', '\u0085', '\u2003\u0085\u3000'])(
    'has words, not only White_Space, of which an id would be of nothing: %j',
    (text) => expect(details(RegisterActor, { kind: 'person', name: text })).toBe('#/name: is blank'),
  )

  it('has text of a bounded length, and lists of a bounded number', () => {
    expect(wrong(RegisterActor, { kind: 'person', name: 'x'.repeat(500) })).toEqual([])
    expect(wrong(RegisterActor, { kind: 'person', name: 'x'.repeat(501) })).toEqual(['#/name'])
    const evidence = Array.from({ length: 21 }, () => ({ documentId: 'bulletin' }))
    const phase = { reportId: 'r', phase: 'deployed', assertedBy: 'bulletin' }
    expect(wrong(RecordPhase, { ...phase, evidence: evidence.slice(1) })).toEqual([])
    expect(wrong(RecordPhase, { ...phase, evidence })).toEqual(['#/evidence'])
  })

  it.each(['https://bulletin.example/a?b=c#d', 'http://bulletin.example', 'https://ostmark.example/häfen'])(
    'has web addresses: %s',
    (url) => expect(wrong(RecordDocument, { url })).toEqual([]),
  )
  it.each([
    'bulletin.example',
    'ftp://bulletin.example',
    'https://',
    'https://a b',
    'https://me:secret@x.example',
    'javascript:1',
  ])('has no other addresses: %s', (url) => expect(wrong(RecordDocument, { url })).toEqual(['#/url']))

  it.each(['2031-02-14T09:30:00Z', '2031-02-14T09:30:00.123456+05:30', '2032-02-29T23:59:59-03:00'])(
    'has instants: %s',
    (retrievedAt) => expect(wrong(RecordDocument, { retrievedAt })).toEqual([]),
  )
  it.each([
    '2031-02-14',
    '2031-02-14T09:30Z',
    '2031-02-14 09:30:00Z',
    '2031-02-29T00:00:00Z',
    '2031-02-14T24:00:00Z',
    '2031-02-14T09:30:00',
  ])('has no other instants: %s', (retrievedAt) =>
    expect(wrong(RecordDocument, { retrievedAt })).toEqual(['#/retrievedAt']),
  )

  it('never says that a text was sent; it sends it', () =>
    expect(wrong(RecordDocument, { textSent: true, documentId: 'x' })).toEqual(['#/textSent', '#/documentId']))

  it('names a mission and whose it is', () => {
    expect(wrong(OpenMission, {})).toEqual(['#/missionId', '#/names', '#/organization'])
    expect(wrong(OpenMission, { missionId: 'harbour-watch', names: [], organization: 'coastal-league' })).toEqual([
      '#/names',
    ])
  })

  it('replaces something, and takes only optional members away', () => {
    expect(wrong(CorrectStatement, { reason: 'Misheard', replaces: {} })).toEqual(['#/replaces'])
    expect(
      wrong(CorrectStatement, { reason: 'Misheard', replaces: { speaker: null, fragments: null, saidOn: null } }),
    ).toEqual(['#/replaces/speaker', '#/replaces/fragments'])
    expect(wrong(CorrectStatement, { reason: 'Misheard', replaces: { statementId: 's-x' } })).toEqual([
      '#/replaces/statementId',
    ])
  })
})

describe('a pointer', () => {
  it('is escaped as RFC 6901 has it', () =>
    expect(pointer('a/b', 'm~n', 0, 'c%d', 'e f', 'ü')).toBe('#/a~1b/m~0n/0/c%25d/e%20f/%C3%BC'))

  it('leads back to its field', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.nat())), (path) => {
        const steps = pointer(...path)
          .slice(1)
          .split('/')
          .slice(1)
        const read = steps.map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
        expect(read).toEqual(path.map(String))
      }),
    )
  })
})
