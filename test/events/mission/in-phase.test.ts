import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bounds } from '#events/edtf.ts'
import type { PhaseName, PhaseRecorded } from '#events/mission/events.ts'
import { inPhase, standingPhases } from '#events/mission/in-phase.ts'

const report = (reportId: string, phase: PhaseName, since?: string, until?: string, assertedBy = 'harbour-wire') =>
  ({
    reportId,
    phase,
    ...(since ? { since: { edtf: since } } : {}),
    ...(until ? { until: { edtf: until } } : {}),
    assertedBy,
    evidence: [],
  }) satisfies PhaseRecorded
const asked = (reports: PhaseRecorded[], on: string, phase: PhaseName = 'deployed') =>
  inPhase(reports, { phase, on: bounds(on) })?.certainty

describe('a mission is in a phase', () => {
  const dated = [report('r', 'deployed', '2031-02-06', '2031-02-20')]

  it.each([
    ['2031-02-05', undefined],
    ['2031-02-06', 'certain'],
    ['2031-02-20', 'certain'],
    ['2031-02-21', undefined],
    ['2031-02-10/2031-02-12', 'certain'],
    ['2031-02-19/2031-02-21', 'possible'],
    ['2031-02', 'possible'],
    ['2031-02-10/..', 'possible'],
    ['../2031-02-05', undefined],
  ])('from its first day to its last: on %s %s', (on, certainty) => expect(asked(dated, on)).toBe(certainty))

  it.each([
    ['2031-01', 'possible'],
    ['2031-01-30', 'possible'],
    ['2031-01-31', 'certain'],
    ['2031-02-01', 'certain'],
    ['2031-03-01', 'certain'],
    ['2031-03-02', 'possible'],
    ['2031-03-31', 'possible'],
    ['2031-04-01', undefined],
  ])('for certain only where every day that its dates may mean has it so: on %s %s', (on, certainty) =>
    expect(asked([report('r', 'deployed', '2031-01', '2031-03')], on)).toBe(certainty),
  )

  it.each([
    ['2031-02-28', 'certain'],
    ['2031-03-01', 'certain'],
    ['2031-03-02', 'possible'],
    ['2031-03-31', 'possible'],
    ['2031-04-01', undefined],
  ])('until its source’s next phase begins, that day included: on %s %s', (on, certainty) => {
    const reports = [
      report('later', 'withdrawn', '2031-06-01'),
      report('r', 'deployed', '2031-02-06'),
      report('next', 'drawing-down', '2031-03'),
      report('overlapping', 'extended', '2031-02-06'),
      report('another’s', 'drawing-down', '2031-02-10', undefined, 'ostmark-bulletin'),
    ]
    expect(asked(reports, on)).toBe(certainty)
  })

  it('possibly for ever, where nothing says when it ended', () => {
    const reports = [report('r', 'deployed', '2031-02-06')]
    expect(asked(reports, '2031-02-05')).toBeUndefined()
    expect(asked(reports, '2031-02-06')).toBe('possible')
    expect(asked(reports, '2131')).toBe('possible')
  })

  it('certainly for ever once it is withdrawn', () => {
    const reports = [report('r', 'withdrawn', '2031-02')]
    expect(asked(reports, '2031-01-31', 'withdrawn')).toBeUndefined()
    expect(asked(reports, '2031-02-28', 'withdrawn')).toBe('certain')
    expect(asked(reports, '2031-02-27', 'withdrawn')).toBe('possible')
    expect(asked(reports, '2031-03/..', 'withdrawn')).toBe('certain')
    expect(asked([...reports, report('back', 'deployed', '2031-05-01')], '2031-06-01', 'withdrawn')).toBeUndefined()
  })

  it('possibly at any time, by a report without a date', () => {
    expect(asked([report('r', 'deployed')], '2031-02-06')).toBe('possible')
    expect(asked([{ ...report('r', 'deployed'), since: { verbatim: 'soon' } }], '1731')).toBe('possible')
  })

  it('by the reports that make it so: those that are certain, else those that are possible', () => {
    const reports = [
      report('maybe', 'deployed', '2031-02'),
      report('sure', 'deployed', '2031-02-01', '2031-02-28'),
      report('no', 'deployed', '2032'),
      report('other', 'extended', '2031-02-01', '2031-02-28'),
    ]
    const on = bounds('2031-02-10')
    expect(inPhase(reports, { phase: 'deployed', on })).toEqual({ certainty: 'certain', reports: ['sure'] })
    expect(inPhase(reports, { on })).toEqual({ certainty: 'certain', reports: ['sure', 'other'] })
    expect(inPhase(reports.slice(0, 1), { on })).toEqual({ certainty: 'possible', reports: ['maybe'] })
    expect(inPhase(reports, { phase: 'deployed' })).toEqual({ certainty: 'certain', reports: ['maybe', 'sure', 'no'] })
    expect(inPhase(reports, { phase: 'requested' })).toBeUndefined()
    expect(inPhase([], { on })).toBeUndefined()
  })

  it('by reports as corrected, those that were taken back left out', () => {
    const at = { version: 1, recordedAt: '2031-02-14T12:00:00.000Z', recordedBy: 'desk' }
    const data = report('r', 'deployed', '2031-02-06')
    const correction = { ...at, version: 2, data: { reason: 'misread', replaces: { phase: 'extended' as const } } }
    const retraction = { ...at, version: 3, data: { reason: 'printed in error' } }
    expect(standingPhases({ phases: { r: { ...at, data, corrections: [correction] } } })).toMatchObject([
      { reportId: 'r', phase: 'extended' },
    ])
    expect(standingPhases({ phases: { r: { ...at, data, retractions: [retraction] } } })).toEqual([])
  })
})

describe('day by day', () => {
  const month = 12
  const day = (n: number) => `2031-01-${String(n).padStart(2, '0')}`
  /** Days of one small month, or open: numbers, 0 and 13 standing for what lies before and after it. */
  const span = fc
    .tuple(fc.integer({ min: 1, max: month }), fc.integer({ min: 0, max: 3 }), fc.constantFrom('', '', 'from', 'to'))
    .map(([first, more, open]) => ({
      first: open === 'to' ? 0 : first,
      last: open === 'from' ? month + 1 : Math.min(month, first + more),
    }))
  type Span = { first: number; last: number }
  const edtf = ({ first, last }: Span) => `${first === 0 ? '..' : day(first)}/${last === month + 1 ? '..' : day(last)}`
  const daysOf = ({ first, last }: Span) => Array.from({ length: last - first + 1 }, (_, n) => first + n)

  const told = fc
    .record({
      phase: fc.constantFrom('deployed' as const, 'withdrawn' as const),
      since: fc.option(span, { nil: undefined, freq: 5 }),
      until: fc.option(span, { nil: undefined }),
      source: fc.constantFrom('a', 'b'),
    })
    .filter(({ since, until }) => !since || !until || since.first <= until.last) // else it is refused
  type Told = typeof told extends fc.Arbitrary<infer Value> ? Value : never

  /** Where a report's phase ends, read off the contract's words. */
  function endOf(one: Told, all: readonly Told[]): Span | undefined {
    if (one.until) return one.until
    const later = all.filter(({ source, since }) => {
      return source === one.source && since && since.first > 0 && since.first > (one.since ?? { last: month + 1 }).last
    })
    const starts = later.flatMap(({ since }) => since ?? [])
    return starts.sort((a, b) => a.first - b.first || a.last - b.last)[0]
  }

  /** Every day on which it may have begun with every day on which it may have ended. */
  function worlds(one: Told, all: readonly Told[]): { begun: number; ended: number }[] {
    const ends = endOf(one, all)
    const open = one.phase === 'withdrawn' ? [month + 2] : [0, month + 2] // for ever, or nobody knows
    return daysOf(one.since ?? { first: 0, last: month + 1 }).flatMap((begun) =>
      (ends ? daysOf(ends) : open).map((ended) => ({ begun, ended })),
    )
  }

  it('is certain where it holds whatever is meant, possible where it may hold', () => {
    fc.assert(
      fc.property(fc.array(told, { minLength: 1, maxLength: 4 }), span, (all, on) => {
        const named = all.map(({ phase, since, until, source }, index) =>
          report(String(index), phase, since && edtf(since), until && edtf(until), source),
        )
        for (const phase of ['deployed', 'withdrawn'] as const) {
          const certain: string[] = []
          const possible: string[] = []
          for (const [index, one] of all.entries()) {
            if (one.phase !== phase) continue
            const each = worlds(one, all)
            const isSo = ({ begun, ended }: { begun: number; ended: number }, d: number) => begun <= d && d <= ended
            if (each.every((world) => daysOf(on).every((d) => isSo(world, d)))) certain.push(String(index))
            else if (each.some((world) => daysOf(on).some((d) => isSo(world, d)))) possible.push(String(index))
          }
          const expected =
            certain.length > 0
              ? { certainty: 'certain', reports: certain }
              : possible.length > 0
                ? { certainty: 'possible', reports: possible }
                : undefined
          expect(inPhase(named, { phase, on: bounds(edtf(on)) })).toEqual(expected)
        }
      }),
      { numRuns: 500 },
    )
  })
})
