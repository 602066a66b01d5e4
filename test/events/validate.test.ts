import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import type * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { RegisterActor } from '#events/actor/commands.ts'
import { ActorRevised, ActorsMerged, MergeUndone } from '#events/actor/events.ts'
import { MembershipCorrected, MembershipRecorded } from '#events/actor/membership.ts'
import { Dating, datingBounds } from '#events/dating.ts'
import { RecordDocument } from '#events/document/commands.ts'
import { DocumentCorrected, DocumentRecorded, DocumentRevised } from '#events/document/events.ts'
import { Evidence } from '#events/evidence.ts'
import { CorrectMission, OpenMission, RecordContingent, RecordPhase } from '#events/mission/commands.ts'
import { ContingentCorrected, ContingentRecorded, ContingentRetracted } from '#events/mission/contingent.ts'
import {
  MissionClosed,
  MissionCorrected,
  MissionOpened,
  MissionReopened,
  PhaseCorrected,
  PhaseRecorded,
  PhaseRetracted,
} from '#events/mission/events.ts'
import { LessonCorrected, LessonRecorded, LessonRetracted } from '#events/mission/lesson.ts'
import { pointer } from '#events/pointer.ts'
import { InvalidInput } from '#events/refusal.ts'
import { Selector } from '#events/span.ts'
import { SourceAdded, StatementLinked, TranslationAdded } from '#events/statement/beside.ts'
import { ClaimRead, ClaimWithdrawn } from '#events/statement/claim.ts'
import { CorrectStatement, RecordStatement } from '#events/statement/commands.ts'
import { DisputeSettled, StatementDisputed } from '#events/statement/dispute.ts'
import { StatementCorrected, StatementRecorded } from '#events/statement/events.ts'
import { RetractionWithdrawn, StatementRetracted } from '#events/statement/retraction.ts'
import { Term } from '#events/term.ts'
import { parseBody } from '#events/validate.ts'
import { body } from './statement/fixtures.ts'

/** The fields that a schema finds wrong, by pointer; none if it takes the value. */
function wrong(schema: v.GenericSchema, value: unknown): string[] {
  try {
    parseBody(schema, value)
    return []
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInput)
    return (error as InvalidInput).errors.map(({ pointer }) => pointer)
  }
}
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

describe('a contingent', () => {
  const report = { reportId: 'r', assertedBy: 'harbour-wire' }
  const numbered = (personnel: unknown) => wrong(RecordContingent, { ...report, personnel })
  const placed = (geo: string) => wrong(RecordContingent, { ...report, place: { name: 'North Quay', geo } })

  it('has a number within bounds, of which one is enough', () => {
    for (const personnel of [{ min: 0 }, { max: 0 }, { min: 5, max: 5 }, { min: 120, max: 150 }]) {
      expect(numbered(personnel)).toEqual([])
    }
    expect(numbered({})).toEqual(['#/personnel'])
    expect(numbered({ min: 151, max: 150 })).toEqual(['#/personnel/min'])
    expect(numbered({ min: -1, max: 1.5 })).toEqual(['#/personnel/min', '#/personnel/max'])
    expect(numbered({ about: 100 })).toEqual(['#/personnel/about'])
  })

  it.each([
    'geo:43.238,76.945',
    'geo:-90,180',
    'geo:0,-0.5,-12.3',
    'geo:48.2,16.37;u=250',
    'GEO:48.2,16.37;CRS=WGS84;u=0.5;name=North%20Quay;seen',
  ])('is somewhere on the earth: %s', (geo) => expect(placed(geo)).toEqual([]))
  it.each([
    '43.238,76.945',
    'geo:43.238',
    'geo:43.238, 76.945',
    'geo:90.001,0',
    'geo:0,-180.5',
    'geo:.5,1',
    'geo:1,2,3,4',
    'geo:+1,2',
    'geo:1,2;u=-3',
    'geo:1,2;u=3;crs=wgs84',
    'geo:1,2;crs=nad27',
    'geo:1,2;a=%2',
    'geo:1,2;',
  ])('is nowhere else: %s', (geo) => expect(placed(geo)).toEqual(['#/place/geo']))
})

describe('a correction of a mission', () => {
  it('is of one thing, and replaces something', () => {
    expect(wrong(CorrectMission, { reason: 'Misread', replaces: {} })).toEqual(['#/replaces'])
    expect(wrong(CorrectMission, { reason: 'Misread', reportId: 'r', lessonId: 'l', replaces: { text: 'x' } })).toEqual(
      ['#/lessonId'],
    )
    expect(wrong(CorrectMission, { reason: 'Misread', replaces: { missionId: 'x', names: null } })).toEqual([
      '#/replaces/names',
      '#/replaces/missionId',
    ])
  })
})

describe('a fragment', () => {
  const inserted = (...insertions: object[]) => wrong(RecordStatement, fragments({ text: '🇴[x] gone', insertions }))

  it('may open its marks and never close them', () =>
    expect(wrong(RecordStatement, fragments({ marks: { opened: true, closed: false } }))).toEqual([]))

  it('holds its insertions, counted in its own code points', () => {
    expect(inserted({ start: 1, end: 4 }, { start: 4, end: 9 })).toEqual([])
    expect(inserted({ start: 1, end: 4 }, { start: 4, end: 10 })).toEqual(['#/fragments/1/insertions/1'])
  })

  it('has them in order, and none within another', () => {
    expect(inserted({ start: 4, end: 6 }, { start: 1, end: 4 })).toEqual(['#/fragments/1/insertions/1'])
    expect(inserted({ start: 1, end: 4 }, { start: 3, end: 6 })).toEqual(['#/fragments/1/insertions/1'])
    expect(inserted({ start: 4, end: 4 })).toEqual(['#/fragments/1/insertions/0'])
  })
})

describe('a selector', () => {
  it.each(['t=120,135.5', 't=120', 't=,20', 't=npt:10,20', 't=0:02:00,0:02:15.5', 't=02:00,150'])(
    'points into a recording: %s',
    (media) => expect(wrong(Selector, { media })).toEqual([]),
  )
  it.each(['120,135', 't=', 't=,', 't=20,10', 't=10,10', 't=10,', 't=1:75', 'xywh=1,2,3,4', 't=smpte:0:00:10'])(
    'is refused where it points nowhere: %s',
    (media) => expect(wrong(Selector, { media })).toEqual(['#/media']),
  )

  it('has an end after its start, and both', () => {
    expect(wrong(Selector, { start: 3, end: 3 })).toEqual(['#/end'])
    expect(wrong(Selector, { start: 3 })).toEqual(['#/end'])
    expect(wrong(Selector, { start: -1, end: 3 })).toEqual(['#/start'])
    expect(wrong(Selector, { start: 0, end: 3, media: 't=1' })).toEqual(['#/start', '#/end'])
    expect(wrong(Selector, { exact: 'gone' })).toEqual(['#'])
  })
})

describe('terms and evidence', () => {
  it.each([
    { actorId: 'ostmark' },
    { missionId: 'harbour-watch' },
    { claimId: 'c-1' },
    { claimId: 'c-1', statementId: 's-1' },
    { value: 120, unit: 'watchmen' },
    { value: 'two dozen' },
    { term: 'the harbour' },
  ])('are about one thing: %j', (term) => expect(wrong(Term, term)).toEqual([]))

  it('are not about two', () => expect(wrong(Term, { actorId: 'ostmark', term: 'x' })).toEqual(['#/term']))

  it('rest on a document or a statement', () => {
    expect(
      wrong(Evidence, { documentId: 'x', documentSha256: 'a'.repeat(64), selector: { start: 0, end: 1 } }),
    ).toEqual([])
    expect(wrong(Evidence, { statementId: 's-1' })).toEqual([])
    expect(wrong(Evidence, { statementId: 's-1', selector: { start: 0, end: 1 } })).toEqual(['#/selector'])
    expect(wrong(Evidence, { documentId: 'x', documentSha256: 'A'.repeat(64) })).toEqual(['#/documentSha256'])
    expect(wrong(Evidence, {})).toEqual(['#'])
  })
})

describe('a dating', () => {
  it('may give words alone, but says something', () => {
    expect(wrong(Dating, { verbatim: 'Wednesday' })).toEqual([])
    expect(wrong(Dating, { basis: 'a guess' })).toEqual(['#'])
  })

  it('has words beside a selector', () =>
    expect(wrong(Dating, { edtf: '2031', selector: { start: 0, end: 4 } })).toEqual(['#/selector']))

  it('has both what is stated and what is meant in EDTF', () =>
    expect(wrong(Dating, { stated: '6 January', edtf: '2022-02/2022-01' })).toEqual(['#/stated', '#/edtf']))

  it('is bounded by what it is taken to mean, else by what it states, else not at all', () => {
    expect(datingBounds({ stated: 'XXXX-01-06', edtf: '2022-01-06' })).toEqual({
      earliest: '2022-01-06',
      latest: '2022-01-06',
    })
    expect(datingBounds({ stated: '2022-01' })).toEqual({ earliest: '2022-01-01', latest: '2022-01-31' })
    expect(datingBounds({ verbatim: 'early in January' })).toEqual({ earliest: null, latest: null })
    expect(datingBounds(undefined)).toEqual({ earliest: null, latest: null })
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

describe('whatever stands in a field', () => {
  const junk = [
    '',
    'x',
    '2031-02-30',
    '2031-03/2031-02',
    '\ud800',
    'x'.repeat(2_000),
    -1,
    1.5,
    2 ** 53,
    null,
    true,
    [],
    {},
  ]

  /** Every place of a value, from the outside in. */
  const places = (value: unknown, path: (string | number)[] = []): (string | number)[][] => [
    path,
    ...(typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) =>
          places(inner, [...path, Array.isArray(value) ? Number(key) : key]),
        )
      : []),
  ]
  const instead = (value: unknown, [key, ...rest]: (string | number)[], other: unknown): unknown => {
    if (key === undefined) return other
    const copy = structuredClone(value) as Record<string | number, unknown>
    copy[key] = instead(copy[key], rest, other)
    return copy
  }

  it.each([
    ['DocumentRecorded', DocumentRecorded],
    ['DocumentRevised', DocumentRevised],
    ['DocumentCorrected', DocumentCorrected],
    ['ActorRevised', ActorRevised],
    ['MembershipRecorded', MembershipRecorded],
    ['MembershipCorrected', MembershipCorrected],
    ['ActorsMerged', ActorsMerged],
    ['MergeUndone', MergeUndone],
    ['StatementRecorded', StatementRecorded],
    ['StatementCorrected', StatementCorrected],
    ['TranslationAdded', TranslationAdded],
    ['SourceAdded', SourceAdded],
    ['StatementLinked', StatementLinked],
    ['StatementDisputed', StatementDisputed],
    ['DisputeSettled', DisputeSettled],
    ['StatementRetracted', StatementRetracted],
    ['RetractionWithdrawn', RetractionWithdrawn],
    ['ClaimRead', ClaimRead],
    ['ClaimWithdrawn', ClaimWithdrawn],
    ['MissionOpened', MissionOpened],
    ['PhaseRecorded', PhaseRecorded],
    ['MissionCorrected', MissionCorrected],
    ['MissionClosed', MissionClosed],
    ['MissionReopened', MissionReopened],
    ['PhaseCorrected', PhaseCorrected],
    ['PhaseRetracted', PhaseRetracted],
    ['ContingentRecorded', ContingentRecorded],
    ['ContingentCorrected', ContingentCorrected],
    ['ContingentRetracted', ContingentRetracted],
    ['LessonRecorded', LessonRecorded],
    ['LessonCorrected', LessonCorrected],
    ['LessonRetracted', LessonRetracted],
  ] as const)('of %s, it is taken or refused by name, and nothing breaks', (name, schema: v.GenericSchema) => {
    const { data } = JSON.parse(readFileSync(`test/vectors/events/${name}.v1.json`, 'utf8'))
    expect(wrong(schema, data)).toEqual([])
    const tried = places(data).flatMap((path) =>
      junk.map((other) => [path, other, wrong(schema, instead(data, path, other))] as const),
    )
    expect(tried.length).toBeGreaterThanOrEqual(2 * junk.length)
    for (const [path, other, errors] of tried) {
      // Said of the field itself, of one inside or around it, or of its neighbour that it contradicts.
      const around = pointer(...path.slice(0, -1))
      for (const error of errors) expect([path, other, error.startsWith(around)]).toEqual([path, other, true])
    }
  })
})
