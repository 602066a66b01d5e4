import fc from 'fast-check'
import { expect, it } from 'vitest'
import { datingBounds } from '#events/dating.ts'
import { certainlyBefore, compareEarliest } from '#events/edtf.ts'
import { type PhaseRecorded, phases } from '#events/mission/events.ts'
import { beginning, timelines } from '#events/mission/timelines.ts'
import { reported } from './fixtures.ts'

const wrap = (reports: readonly PhaseRecorded[]) => timelines(reports.map((data) => ({ data })))
const ids = (reports: readonly PhaseRecorded[]) =>
  wrap(reports).flatMap((source) => source.phases.map(({ data }) => data.reportId))

/** The rule word by word: of all that nothing waiting certainly began before, what usually comes first. */
function byTheRule(reports: readonly PhaseRecorded[]): string[] {
  const waiting = [...reports]
  const ordered: string[] = []
  while (waiting.length > 0) {
    const free = waiting.filter((one) => !waiting.some((other) => certainlyBefore(beginning(other), beginning(one))))
    const rank = ({ phase }: PhaseRecorded) => phases.indexOf(phase)
    free.sort((a, b) => rank(a) - rank(b) || compareEarliest(beginning(a), beginning(b)))
    const [next = waiting[0]] = free
    if (!next) break
    ordered.push(next.reportId)
    waiting.splice(waiting.indexOf(next), 1)
  }
  return ordered
}

const edtf = fc.constantFrom('2031-01', '2031-02-01/2031-02-20', '2031-02-03', '2031-02~', '2031', '../2031-02-10')
const dating = fc.option(
  edtf.map((edtf) => ({ edtf })),
  { nil: undefined },
)
const anyReport = fc
  .record({ phase: fc.constantFrom(...phases), since: dating, until: dating })
  .filter(({ since, until }) => !certainlyBefore(datingBounds(until), datingBounds(since)))

it('puts the phases of a source as the rule says, whatever their days', () => {
  fc.assert(
    fc.property(fc.array(anyReport, { maxLength: 14 }), (list) => {
      const reports = list.map(({ since, until, phase }, index) => {
        const dates = { ...(since ? { since } : {}), ...(until ? { until } : {}) }
        return reported(`r-${index}`, { phase, ...dates }).data
      })
      expect(ids(reports)).toEqual(byTheRule(reports))
    }),
    { numRuns: 300 },
  )
})
