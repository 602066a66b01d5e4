import * as v from 'valibot'
import { datingBounds } from '../dating.ts'
import { compareDays } from '../edtf/calendar.ts'
import type { Bounds } from '../edtf.ts'
import { type PhaseRecorded, phases } from './events.ts'
import { inTime } from './timelines.ts'

/** Where sources differ on one field of a phase. */
export const Disagreement = v.pipe(
  v.strictObject({
    phase: v.picklist(phases),
    field: v.picklist(['since', 'until', 'by']),
    reports: v.pipe(v.array(v.string()), v.description('Ids of the reports that say something of the field')),
    compatible: v.pipe(v.boolean(), v.description('Whether one day lies within the bounds of all; never for `by`')),
  }),
  v.title('Disagreement'),
)
export type Disagreement = v.InferOutput<typeof Disagreement>

/**
 * Where reports of different sources differ, phase by phase and field by field. A source may report a phase more than
 * once; its reports are numbered by their earliest day, and each source's first is compared with the others' first.
 * Two dates differ when their bounds do. Silence is no disagreement, and neither is a date that only words give.
 */
export function disagreements(reports: readonly PhaseRecorded[]): Disagreement[] {
  return phases.flatMap((phase) =>
    rounds(reports.filter((report) => report.phase === phase)).flatMap((round) => [
      ...differing(phase, 'since', round, ({ since }) => dated(since)),
      ...differing(phase, 'until', round, ({ until }) => dated(until)),
      ...differing(phase, 'by', round, ({ by }) => by),
    ]),
  )
}

/** The first report of each source, then the second of each, and so on. */
function rounds(reports: readonly PhaseRecorded[]): PhaseRecorded[][] {
  const sources = [...Map.groupBy(reports, ({ assertedBy }) => assertedBy).values()].map(inTime)
  const most = Math.max(0, ...sources.map(({ length }) => length))
  return Array.from({ length: most }, (_, round) => sources.flatMap((own) => own.slice(round, round + 1)))
}

function differing(
  phase: PhaseRecorded['phase'],
  field: Disagreement['field'],
  round: readonly PhaseRecorded[],
  read: (report: PhaseRecorded) => Bounds | string | undefined,
): Disagreement[] {
  const said = round.flatMap((report) => {
    const value = read(report)
    return value === undefined ? [] : [{ reportId: report.reportId, value }]
  })
  const distinct = new Set(
    said.map(({ value }) => (typeof value === 'string' ? value : `${value.earliest}/${value.latest}`)),
  )
  if (distinct.size < 2) return []
  const bounds = said.map(({ value }) => value).filter((value) => typeof value !== 'string')
  return [{ phase, field, reports: said.map(({ reportId }) => reportId), compatible: haveADayInCommon(bounds) }]
}

/** The bounds of a date; none where only words give it, which cannot be compared. */
const dated = (dating: PhaseRecorded['since']): Bounds | undefined =>
  dating?.edtf === undefined && dating?.stated === undefined ? undefined : datingBounds(dating)

function haveADayInCommon(bounds: readonly Bounds[]): boolean {
  if (bounds.length === 0) return false
  const from = bounds
    .flatMap(({ earliest }) => earliest ?? [])
    .sort(compareDays)
    .at(-1)
  const to = bounds.flatMap(({ latest }) => latest ?? []).sort(compareDays)[0]
  return from === undefined || to === undefined || compareDays(from, to) <= 0
}
