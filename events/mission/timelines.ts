import { datingBounds } from '../dating.ts'
import { compareDays } from '../edtf/calendar.ts'
import { type Bounds, certainlyBefore, compareEarliest, compareLatest } from '../edtf.ts'
import { type PhaseRecorded, phases as phaseNames } from './events.ts'

/** What one source reports of a mission. */
export interface Timeline<Report> {
  readonly assertedBy: string
  readonly phases: readonly Report[]
}

/** A report as it stands, whatever else is known of it. */
interface Reported {
  readonly data: PhaseRecorded
}

/** A timeline for each source, in the order in which they were first heard. */
export function timelines<Report extends Reported>(phases: readonly Report[]): Timeline<Report>[] {
  const sources = Map.groupBy(phases, ({ data }) => data.assertedBy)
  return [...sources].map(([assertedBy, reports]) => ({ assertedBy, phases: inOrder(reports) }))
}

/** When a phase began, as far as a report bounds it: it began before it ended. */
export function beginning({ since, until }: Pick<PhaseRecorded, 'since' | 'until'>): Bounds {
  const [begun, ended] = [datingBounds(since), datingBounds(until)]
  return { earliest: begun.earliest, latest: compareLatest(begun, ended) <= 0 ? begun.latest : ended.latest }
}

/** By earliest day; where none is given, by what else bounds the beginning; at last what has no date at all. */
export function inTime(reports: readonly PhaseRecorded[]): PhaseRecorded[] {
  const dated = reports.map((report) => {
    const { earliest, latest } = beginning(report)
    return { report, day: earliest ?? latest }
  })
  dated.sort(({ day: a }, { day: b }) =>
    a === null || b === null ? Number(a === null) - Number(b === null) : compareDays(a, b),
  )
  return dated.map(({ report }) => report)
}

/**
 * The order that the bounds allow: what certainly began before another comes before it. Where the bounds leave the
 * order open, phases come as missions usually go, then by earliest day, then as they were recorded.
 */
function inOrder<Report extends Reported>(reports: readonly Report[]): Report[] {
  const waiting = reports.map((report) => ({ report, begun: beginning(report.data), placed: false }))
  const bySoonest = waiting.toSorted((a, b) => compareLatest(a.begun, b.begun)).values()
  // Of one phase, what may come next stands before all that may not yet: only the first of each is looked at.
  const queues = phaseNames.map((phase) => {
    const its = waiting.filter(({ report }) => report.data.phase === phase)
    return its.sort((a, b) => compareEarliest(a.begun, b.begun)).reverse()
  })
  const ordered: Report[] = []
  for (let soonest = bySoonest.next().value; soonest; ) {
    const { begun: bound } = soonest
    const open = queues.filter(({ length }) => length > 0)
    const queue = open.find((queue) => !certainlyBefore(bound, queue.at(-1)?.begun ?? unbounded)) ?? open[0]
    const next = queue?.pop()
    if (!next) break
    next.placed = true
    ordered.push(next.report)
    while (soonest?.placed) soonest = bySoonest.next().value
  }
  return ordered
}

const unbounded: Bounds = { earliest: null, latest: null }
