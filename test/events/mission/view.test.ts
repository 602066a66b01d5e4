import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { certainlyBefore } from '#events/edtf.ts'
import { contingentsAfter } from '#events/mission/contingents-view.ts'
import { disagreements } from '#events/mission/disagreements.ts'
import { type MissionEvent, type PhaseRecorded, phases } from '#events/mission/events.ts'
import { mission } from '#events/mission/kind.ts'
import { beginning } from '#events/mission/timelines.ts'
import { missionView } from '#events/mission/view.ts'
import { folded } from '../../support/given.ts'
import { corrected, learned, numbered, opened, reported } from './fixtures.ts'

const view = (...reports: MissionEvent[]) => missionView(folded(mission, [opened(), ...reports]))
const order = (...reports: ReturnType<typeof reported>[]) =>
  view(...reports).timelines.map(
    ({ assertedBy, phases }) => `${assertedBy}: ${phases.map(({ reportId }) => reportId).join(' ')}`,
  )
const since = (edtf: string) => ({ since: { edtf } })
const wire = { assertedBy: 'harbour-wire' }

describe('a timeline', () => {
  it('is kept for each source', () => {
    expect(order(reported('b-1'), reported('w-1', wire), reported('b-2', { phase: 'withdrawn' }))).toEqual([
      'bulletin: b-1 b-2',
      'harbour-wire: w-1',
    ])
  })

  it('has its phases in the order of their days, in whatever order they were recorded', () => {
    expect(
      order(
        reported('c', { phase: 'withdrawn', ...since('2031-03-05') }),
        reported('a', { phase: 'mandated', ...since('2031-01') }),
        reported('b', { phase: 'deployed', ...since('2031-02~') }),
      ),
    ).toEqual(['bulletin: a b c'])
  })

  it('puts a phase without a day where missions usually have it', () => {
    expect(
      order(
        reported('withdrawn', { phase: 'withdrawn', ...since('2022-01-19') }),
        reported('deployed', { phase: 'deployed' }),
        reported('mandated', { phase: 'mandated', ...since('2022-01-06') }),
      ),
    ).toEqual(['bulletin: mandated deployed withdrawn'])
  })

  it('lets the days decide where they can, against what is usual', () => {
    expect(
      order(
        reported('mandated', { phase: 'mandated', ...since('2031-03') }),
        reported('deployed', { phase: 'deployed', ...since('2031-02') }),
      ),
    ).toEqual(['bulletin: deployed mandated'])
  })

  it('lets what is usual decide where the days overlap', () => {
    expect(
      order(
        reported('deployed', { phase: 'deployed', ...since('2031-02-01~/2031-02-10') }),
        reported('mandated', { phase: 'mandated', ...since('2031-02-06') }),
      ),
    ).toEqual(['bulletin: mandated deployed'])
  })

  it('knows of a phase that only its end is dated that it began before', () => {
    expect(
      order(
        reported('extended', { phase: 'extended', until: { edtf: '2031-01-31' } }),
        reported('mandated', { phase: 'mandated', ...since('2031-03-01') }),
      ),
    ).toEqual(['bulletin: extended mandated'])
  })

  it('never puts what certainly began later first', () => {
    const edtf = fc.constantFrom(
      '2031',
      '2031-02',
      '2031-02-10',
      '2031-06~',
      '../2031-03',
      '2031-05/..',
      'XXXX-02-10',
      '-0044-03-15',
    )
    const report = fc.record({ phase: fc.constantFrom(...phases), since: fc.option(edtf, { nil: undefined }) })
    fc.assert(
      fc.property(fc.array(report, { maxLength: 12 }), (list) => {
        const reports = list.map(({ phase, since: day }, at) =>
          reported(`r-${at}`, { phase, ...(day ? since(day) : {}) }),
        )
        const shown = view(...reports).timelines.flatMap(({ phases }) => phases)
        expect(shown.map(({ reportId }) => reportId).sort()).toEqual(reports.map(({ data }) => data.reportId).sort())
        for (const [at, one] of shown.entries()) {
          for (const later of shown.slice(at + 1)) {
            expect(certainlyBefore(beginning(later as PhaseRecorded), beginning(one as PhaseRecorded))).toBe(false)
          }
        }
      }),
    )
  })

  it('shows each report whole, with the days that its dates allow', () => {
    const [timeline] = view(reported('b-1', { ...since('2031-02~'), by: 'coastal-league' })).timelines
    expect(timeline?.phases).toEqual([
      {
        reportId: 'b-1',
        phase: 'deployed',
        since: { edtf: '2031-02~', earliest: '2031-02-01', latest: '2031-02-28' },
        by: 'coastal-league',
        assertedBy: 'bulletin',
        evidence: [],
        version: 2,
        recordedAt: '2031-02-14T09:30:01.000Z',
        recordedBy: 'desk',
        corrected: false,
        retracted: false,
      },
    ])
  })
})

describe('a disagreement', () => {
  const between = (...reports: ReturnType<typeof reported>[]) => disagreements(reports.map(({ data }) => data))

  it('is listed where two sources give different days', () =>
    expect(between(reported('b-1', since('2031-02-01')), reported('w-1', { ...wire, ...since('2031-02-06') }))).toEqual(
      [{ phase: 'deployed', field: 'since', reports: ['b-1', 'w-1'], compatible: false }],
    ))

  it('is compatible where one day may be meant by all', () =>
    expect(
      between(
        reported('b-1', since('2031-02')),
        reported('w-1', { ...wire, ...since('2031-02-06') }),
        reported('l-1', { assertedBy: 'letter', ...since('[2031-01-19..]') }),
      ),
    ).toEqual([{ phase: 'deployed', field: 'since', reports: ['b-1', 'w-1', 'l-1'], compatible: true }]))

  it('is not compatible where any two exclude each other', () =>
    expect(
      between(
        reported('b-1', since('2031')),
        reported('w-1', { ...wire, ...since('2031-02-06') }),
        reported('l-1', { assertedBy: 'letter', ...since('2031-03') }),
      ),
    ).toMatchObject([{ compatible: false }]))

  it('may be about who decided, which is never compatible', () =>
    expect(between(reported('b-1', { by: 'ostmark' }), reported('w-1', { ...wire, by: 'coastal-league' }))).toEqual([
      { phase: 'deployed', field: 'by', reports: ['b-1', 'w-1'], compatible: false },
    ]))

  it('is none where sources agree, or one is silent, or gives words alone', () => {
    expect(between(reported('b-1', since('2031-02')), reported('w-1', { ...wire, ...since('2031-02~') }))).toEqual([])
    expect(between(reported('b-1', since('2031-02')), reported('w-1', wire))).toEqual([])
    expect(
      between(reported('b-1', since('2031-02')), reported('w-1', { ...wire, since: { verbatim: 'then' } })),
    ).toEqual([])
  })

  it('is none within one source', () =>
    expect(between(reported('b-1', since('2031-02')), reported('b-2', since('2031-03')))).toEqual([]))

  it('is none between different phases', () =>
    expect(
      between(reported('b-1', since('2031-02')), reported('w-1', { ...wire, phase: 'withdrawn', ...since('2031-03') })),
    ).toEqual([]))

  it('compares the first with the first and the second with the second, by earliest day', () =>
    expect(
      between(
        reported('b-2', since('2031-06')),
        reported('b-1', since('2031-02')),
        reported('w-1', { ...wire, ...since('2031-02') }),
        reported('w-2', { ...wire, ...since('2031-07') }),
      ),
    ).toEqual([{ phase: 'deployed', field: 'since', reports: ['b-2', 'w-2'], compatible: false }]))

  it('is shown with the mission', () =>
    expect(
      view(reported('b-1', since('2031-02-01')), reported('w-1', { ...wire, ...since('2031-02-06') })).disagreements,
    ).toHaveLength(1))
})

describe('what was corrected', () => {
  it('is shown as it stands, and marked', () => {
    const shown = view(
      reported('b-1', { ...since('2031-02'), basis: 'a guess' }),
      numbered('c-1', { personnel: { min: 120 } }),
      learned({ statementIds: ['s-1'] }),
      corrected(
        'PhaseCorrected',
        { reportId: 'b-1' },
        { ...since('2031-03'), basis: null, assertedBy: 'harbour-wire' },
      ),
      corrected('ContingentCorrected', { reportId: 'c-1' }, { on: { edtf: '2031-02-21' }, evidence: null }),
      corrected('LessonCorrected', { lessonId: 'early-mandate' }, { status: 'claimed-result', statementIds: null }),
      corrected(
        'MissionCorrected',
        {},
        { names: ['Hafenwacht'], context: { text: 'the storm', on: { edtf: '2031-01' } } },
      ),
    )
    expect(shown).toMatchObject({
      version: 8,
      corrected: true,
      names: ['Hafenwacht'],
      context: { text: 'the storm', on: { edtf: '2031-01', earliest: '2031-01-01' } },
      timelines: [{ assertedBy: 'harbour-wire', phases: [{ reportId: 'b-1', version: 2, corrected: true }] }],
      contingents: [{ reportId: 'c-1', version: 3, corrected: true, on: { latest: '2031-02-21' }, evidence: [] }],
      lessons: [{ lessonId: 'early-mandate', version: 4, corrected: true, status: 'claimed-result', statementIds: [] }],
    })
    expect(shown.timelines[0]?.phases[0]).not.toHaveProperty('basis')
  })

  it('is compared as it stands', () => {
    const reports = [reported('b-1', since('2031-02')), reported('w-1', { ...wire, ...since('2031-03') })]
    expect(view(...reports).disagreements).toHaveLength(1)
    const agreed = corrected('PhaseCorrected', { reportId: 'w-1' }, since('2031-02'))
    expect(view(...reports, agreed).disagreements).toEqual([])
  })
})

describe('what was taken back', () => {
  const data = { reportId: 'w-1', reason: 'The wire withdrew it' }

  it('is shown and marked, and disagrees with nobody', () => {
    const shown = view(reported('b-1', since('2031-02')), reported('w-1', { ...wire, ...since('2031-03') }), {
      type: 'PhaseRetracted',
      data,
    })
    expect(shown.disagreements).toEqual([])
    expect(shown.timelines[1]?.phases).toMatchObject([
      {
        reportId: 'w-1',
        retracted: true,
        retractions: [{ reason: data.reason, version: 4, recordedAt: '2031-02-14T09:30:03.000Z', recordedBy: 'desk' }],
      },
    ])
    expect(shown.timelines[0]?.phases[0]).toMatchObject({ retracted: false })
  })

  it('may be a contingent or a lesson', () =>
    expect(
      view(
        numbered('w-1'),
        learned(),
        { type: 'ContingentRetracted', data },
        {
          type: 'LessonRetracted',
          data: { lessonId: 'early-mandate', reason: 'Of another mission' },
        },
      ),
    ).toMatchObject({ contingents: [{ retracted: true }], lessons: [{ retracted: true }] }))
})

describe('contingents', () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => numbered(String(count - at)))

  it('are shown as they were recorded, a hundred at most', () => {
    const shown = view(...many(100))
    expect(shown.contingents.map(({ version }) => version)).toEqual(Array.from({ length: 100 }, (_, at) => at + 2))
    expect(shown.next).toBe(null)
    expect(view().contingents).toEqual([])
  })

  it('are paged to their end, each once', () => {
    const state = folded(mission, [opened(), ...many(250)])
    const { contingents, next } = missionView(state)
    const pages = [contingents]
    for (let cursor = next; cursor !== null; ) {
      const page = contingentsAfter(state, Number(cursor))
      pages.push(page.items)
      cursor = page.next
    }
    expect(pages.map(({ length }) => length)).toEqual([100, 100, 50])
    expect(pages.flat().map(({ reportId }) => reportId)).toEqual(
      many(250).map(({ data }) => Reflect.get(data, 'reportId')),
    )
    expect(contingentsAfter(state, 0, 7).items).toHaveLength(7)
  })
})

describe('a closed mission', () => {
  it('says why and when, until it is reopened', () => {
    const closed = { type: 'MissionClosed', data: { reason: 'All went home', on: { edtf: '2031-03' } } } as const
    expect(view(closed).closed).toEqual({
      reason: 'All went home',
      on: { edtf: '2031-03', earliest: '2031-03-01', latest: '2031-03-31' },
      version: 2,
      recordedAt: '2031-02-14T09:30:01.000Z',
      recordedBy: 'desk',
    })
    expect(view(closed, { type: 'MissionReopened', data: { reason: 'Sent back' } })).not.toHaveProperty('closed')
  })
})

it('takes what follows something that is not there any more', () =>
  expect(view(corrected('PhaseCorrected', { reportId: 'gone' }, since('2031'))).timelines).toEqual([]))
