import { compareDays, type Day, daysIn, formatDay, parseDay } from '#events/edtf/calendar.ts'
import type { Bounds } from '#events/edtf.ts'
import type { Condition } from '../condition.ts'
import type { Partition } from '../merged-rows.ts'

/*
 * Statements by the days on which they can have been said. Bounds have two ends and a sort key has one, so rows are
 * parted by how wide their bounds are: what may reach into a period begins no more than its width before it.
 */

/** The widest that bounds are in each partition, in days; what is wider, or open, stands in one of its own. */
const widths = [1, 31, 366, 3_653] as const

const lowest = '0'
const highest = '4'

/**
 * A day as text that sorts by time, whatever its year: `22031-02-14`. Years before 0 are counted from the earliest there
 * can be (`1…`), those after 9999 are padded (`3…`). A bound that is open is lower, or higher, than every day.
 */
export function dayKey(day: string | null, open: 'earliest' | 'latest'): string {
  if (day === null) return open === 'earliest' ? lowest : highest
  const { year, month, day: date } = parseDay(day)
  const rest = `-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`
  if (year >= 0)
    return (year <= 9_999 ? `2${String(year).padStart(4, '0')}` : `3${String(year).padStart(16, '0')}`) + rest
  const sinceFirst = Number.MAX_SAFE_INTEGER + year
  return sinceFirst < 0 ? '1' : `1${String(sinceFirst).padStart(16, '0')}${rest}` // no day that is on record is before
}

/** Where a statement stands by its date: the partition, and how its sort key begins. */
export function saidPlace({ earliest, latest }: Bounds): { partition: string; sk: string } {
  const width =
    earliest !== null && latest !== null && widths.find((days) => compareDays(before(latest, days - 1), earliest) <= 0)
  return { partition: `said#${width || 'wider'}`, sk: dayKey(earliest, 'earliest') }
}

/** The attributes of a row that the conditions look at. */
export const saidAttributes = ({ earliest, latest }: Bounds) => ({
  earliest: dayKey(earliest, 'earliest'),
  latest: dayKey(latest, 'latest'),
})

/** The five partitions, each with the sort keys that rows can have which meet `saidConditions`. */
export function saidPartitions({ earliest, latest }: Bounds, certainly: boolean): Partition[] {
  const to = latest === null ? undefined : `${dayKey(latest, 'latest')}$` // `#`, which follows a day, sorts before it
  return [...widths, undefined].map((width) => ({
    partition: `said#${width ?? 'wider'}`,
    from:
      earliest === null || !(certainly || width)
        ? undefined
        : dayKey(certainly ? earliest : before(earliest, (width ?? 1) - 1), 'earliest'),
    to,
  }))
}

/** Said on one of these days, as far as the bounds allow it; with `certainly` on none but these. */
export const saidConditions = ({ earliest, latest }: Bounds, certainly: boolean): Condition[] =>
  certainly
    ? [
        { attribute: 'earliest', least: earliest === null ? lowest : dayKey(earliest, 'earliest') },
        { attribute: 'latest', most: latest === null ? highest : dayKey(latest, 'latest') },
      ]
    : [
        { attribute: 'latest', least: earliest === null ? lowest : dayKey(earliest, 'earliest') },
        { attribute: 'earliest', most: latest === null ? highest : dayKey(latest, 'latest') },
      ]

/** The day so many days before, month by month: at most 10 years. */
function before(day: string, days: number): string {
  let { year, month, day: date }: Day = parseDay(day)
  for (let left = days; ; ) {
    if (date > left) return formatDay({ year, month, day: date - left })
    left -= date
    year -= month === 1 ? 1 : 0
    month = month === 1 ? 12 : month - 1
    date = daysIn(year, month)
  }
}
