import { datingBounds } from '../dating.ts'
import { compareDays } from '../edtf/calendar.ts'
import { type Bounds, certainlyBefore, compareEarliest, compareLatest } from '../edtf.ts'
import { inOrder } from '../item.ts'
import type { PhaseName, PhaseRecorded } from './events.ts'
import { currentPhase, type Mission } from './fold.ts'

/** Whether a mission was in a phase, and the reports that it rests on. */
export interface InPhase {
  readonly certainty: 'certain' | 'possible'
  /** Ids of the reports that make it certain, or where none does possible; as they were recorded. */
  readonly reports: readonly string[]
}

/** Reports of phases as they stand: with every correction made, and without those that were taken back. */
export const standingPhases = ({ phases }: Pick<Mission, 'phases'>): PhaseRecorded[] =>
  inOrder(phases)
    .filter(({ retractions }) => !retractions)
    .map(currentPhase)

/**
 * Whether reports say that the mission was in the phase on all days of a date; undefined where none can mean it.
 * - *certain* by a report whose phase has begun before the date begins, and not ended before it ends, whatever days of
 *   its own it means; *possible* by one whose bounds meet the date's.
 * - A phase without `until` lasts till the source's next phase begins, that day included: the first whose beginning lies
 *   wholly after this one's. Where there is none, nothing says that it still lasts: it is possible from `since` on; but
 *   a mission that has been withdrawn is certain to stay so.
 * - Without a phase any will do. Without a date a report is enough, and it is certain: of some time.
 */
export function inPhase(
  reports: readonly PhaseRecorded[],
  { phase, on }: { readonly phase?: PhaseName | undefined; readonly on?: Bounds | undefined },
): InPhase | undefined {
  const found = { certain: [] as string[], possible: [] as string[] }
  for (const report of reports) {
    if (phase !== undefined && report.phase !== phase) continue
    const certainty = on ? certaintyOn(report, endOf(report, reports), on) : 'certain'
    if (certainty) found[certainty].push(report.reportId)
  }
  const certainty = found.certain.length > 0 ? 'certain' : 'possible'
  return found[certainty].length > 0 ? { certainty, reports: found[certainty] } : undefined
}

function certaintyOn(report: PhaseRecorded, end: Bounds | undefined, on: Bounds): InPhase['certainty'] | undefined {
  const since = datingBounds(report.since)
  const hasBegun = isOver(since.latest, on.earliest)
  const lasts = end ? isOver(on.latest, end.earliest) : report.phase === 'withdrawn'
  if (hasBegun && lasts) return 'certain'
  return certainlyBefore(on, since) || (end && certainlyBefore(end, on)) ? undefined : 'possible'
}

/** When the phase ended, as far as its source says so. */
function endOf(report: PhaseRecorded, reports: readonly PhaseRecorded[]): Bounds | undefined {
  if (report.until) return datingBounds(report.until)
  const since = datingBounds(report.since)
  return reports
    .filter(({ assertedBy }) => assertedBy === report.assertedBy)
    .map((other) => datingBounds(other.since))
    .filter((begun) => certainlyBefore(since, begun))
    .sort((a, b) => compareEarliest(a, b) || compareLatest(a, b))[0]
}

/** Whether the one day is no later than the other: never, where either is open or not known. */
const isOver = (a: string | null, b: string | null): boolean => a !== null && b !== null && compareDays(a, b) <= 0
