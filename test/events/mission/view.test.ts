import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { certainlyBefore } from '#events/edtf.ts'
import { disagreements } from '#events/mission/disagreements.ts'
import { type PhaseRecorded, phases } from '#events/mission/events.ts'
import { mission } from '#events/mission/kind.ts'
import { beginning } from '#events/mission/timelines.ts'
import { missionView } from '#events/mission/view.ts'
import { folded } from '../../support/given.ts'
import { opened, reported } from './fixtures.ts'

const view = (...reports: ReturnType<typeof reported>[]) => missionView(folded(mission, [opened(), ...reports]))
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
