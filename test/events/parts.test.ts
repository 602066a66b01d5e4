import { describe, expect, it } from 'vitest'
import { Dating, datingBounds } from '#events/dating.ts'
import { Evidence } from '#events/evidence.ts'
import { CorrectMission, RecordContingent } from '#events/mission/commands.ts'
import { Selector } from '#events/span.ts'
import { RecordStatement } from '#events/statement/commands.ts'
import { Term } from '#events/term.ts'
import { body } from './statement/fixtures.ts'
import { wrong } from './wrong.ts'

const [first, second] = body.fragments
const fragments = (changes: object) => ({ ...body, fragments: [first, { ...second, ...changes }] })

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
