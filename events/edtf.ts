import { compareDays, formatDay } from './edtf/calendar.ts'
import { type Days, daysOf, isBeyondDays } from './edtf/days.ts'
import { isInGrammar } from './edtf/grammar.ts'
import { type DateTree, datesOf, type EdtfTree, type End, parseEdtf, type RangeTree } from './edtf/tree.ts'

/**
 * The earliest and the latest day that a date allows, `YYYY-MM-DD`; null where it is open or not known on that side.
 * Both are days that the date allows. Years outside 0 to 9999 carry a sign: see `formatDay`, and compare by `compareDays`.
 */
export interface Bounds {
  readonly earliest: string | null
  readonly latest: string | null
}

/**
 * The bounds of a date in EDTF level 2. All are reckoned here.
 * - Masked digits: the first and last day that exists and fits: `XXXX-02-29` is 0000-02-29 to 9996-02-29.
 * - Seasons and other groupings of months: see `grouping`.
 * - Sets `{all of}` and `[one of]`: from the earliest to the latest member; no bound where `..` leaves it open.
 * - Intervals: from the earliest first day to the latest last day; no bound at an end that is open (`..`) or unknown.
 * - Significant digits: `1950S2` is 1900 to 1999. Decades and centuries: `201`, `20`.
 * - `~`, `?` and `%` move no bound. How far “about” reaches is not in the date, and a guessed margin would be a false
 *   precision; the doubt is kept with the date and shown beside it.
 *
 * Throws for a text that names no day; what else `edtfProblem` may find is not looked for again.
 */
export function bounds(text: string): Bounds {
  const tree = parseEdtf(text)
  const found = tree && boundsOf(tree)
  if (!found) throw new Error(`"${text}" is not a date`)
  return found
}

/**
 * What is wrong with a text as a date in EDTF level 2, in words that follow the field's name; undefined if nothing is.
 * The calendar is ours: the package that knows the grammar makes 1 March of 2023-02-29.
 */
export function edtfProblem(text: string): string | undefined {
  if (/\dT\d/.test(text)) return 'has a time of day: a date is whole days'
  const tree = parseEdtf(text)
  return missing(tree) ?? backwards(tree) ?? (tree && isInGrammar(tree) ? undefined : 'is not a date in EDTF level 2')
}

/** The bounds of an interval's two ends, an unknown one without any; undefined for a date that is no interval. */
export function endsOf(text: string): { from: Bounds | 'open'; to: Bounds | 'open' } | undefined {
  const tree = parseEdtf(text)
  if (tree?.form !== 'interval') return undefined
  const at = (end: End): Bounds | 'open' =>
    end === 'open' ? end : (endBounds(end) ?? { earliest: null, latest: null })
  return { from: at(tree.from), to: at(tree.to) }
}

/** Whether `a` ends before `b` begins, whatever days of theirs are meant. */
export const certainlyBefore = (a: Bounds, b: Bounds): boolean =>
  a.latest !== null && b.earliest !== null && compareDays(a.latest, b.earliest) < 0

/** Negative where `a` may begin earlier: what is open towards the past begins before all. */
export const compareEarliest = (a: Bounds, b: Bounds): number =>
  a.earliest === null || b.earliest === null
    ? Number(a.earliest !== null) - Number(b.earliest !== null)
    : compareDays(a.earliest, b.earliest)

/** Negative where `a` must end earlier: what is open towards the future ends after all. */
export const compareLatest = (a: Bounds, b: Bounds): number =>
  a.latest === null || b.latest === null
    ? Number(a.latest === null) - Number(b.latest === null)
    : compareDays(a.latest, b.latest)

function boundsOf(tree: EdtfTree): Bounds | undefined {
  if (tree.form === 'date') return memberBounds(tree.date)
  if (tree.form === 'interval') {
    const [from, to] = [endBounds(tree.from), endBounds(tree.to)]
    return from && to && { earliest: from.earliest, latest: to.latest }
  }
  const members = tree.members.map(memberBounds)
  if (!members.every((member) => member !== undefined)) return undefined
  const earliest = members.map((member) => member.earliest).sort(compareDays)
  const latest = members.map((member) => member.latest).sort(compareDays)
  return { earliest: tree.earlier ? null : (earliest[0] ?? null), latest: tree.later ? null : (latest.at(-1) ?? null) }
}

function memberBounds(member: DateTree | RangeTree): { earliest: string; latest: string } | undefined {
  const days: (Days | undefined)[] = 'from' in member ? [daysOf(member.from), daysOf(member.to)] : [daysOf(member)]
  const [from, to = from] = days
  return days.includes(undefined) || !from || !to
    ? undefined
    : { earliest: formatDay(from.first), latest: formatDay(to.last) }
}

const endBounds = (end: End): Bounds | undefined =>
  typeof end === 'string' ? { earliest: null, latest: null } : memberBounds(end)

function missing(tree: EdtfTree | undefined): string | undefined {
  const dates = tree ? datesOf(tree) : []
  if (dates.some(isBeyondDays)) return 'has a year beyond ±(2^53 − 1): its days cannot be reckoned with'
  return dates.every(daysOf) ? undefined : 'names a day that does not exist'
}

function backwards(tree: EdtfTree | undefined): string | undefined {
  if (!tree || tree.form === 'date') return undefined
  const pairs = tree.form === 'interval' ? [tree] : tree.members.filter((member) => 'from' in member)
  const back = pairs.some(({ from, to }) => {
    const [begin, end] = [endBounds(from), endBounds(to)]
    return begin && end && certainlyBefore(end, begin)
  })
  return back ? 'runs backwards: it ends before it begins' : undefined
}
