/** A day of the proleptic Gregorian calendar, with a year 0 as ISO 8601 has it. `year` is a safe integer. */
export interface Day {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** 28 to 31. */
export function daysIn(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

/** `2031-02-14`; years outside 0 to 9999 with their sign, as ISO 8601 expands them: `-0044-03-15`, `+170000002-01-01`. */
export function formatDay({ year, month, day }: Day): string {
  const sign = year < 0 ? '-' : year > 9_999 ? '+' : ''
  return `${sign}${pad(Math.abs(year), 4)}-${pad(month, 2)}-${pad(day, 2)}`
}

/** What `formatDay` wrote; throws on anything else. */
export function parseDay(text: string): Day {
  const found = /^([+-]?\d{4,})-(\d{2})-(\d{2})$/.exec(text)
  if (!found) throw new Error(`"${text}" is not a day`)
  return { year: Number(found[1]), month: Number(found[2]), day: Number(found[3]) }
}

/** Negative where `a` is the earlier. Days as text sort by time only within the years 0 to 9999; this holds for all. */
export function compareDays(a: string, b: string): number {
  if (plainDay.test(a) && plainDay.test(b)) return a < b ? -1 : Number(a > b)
  const [left, right] = [parseDay(a), parseDay(b)]
  return left.year - right.year || left.month - right.month || left.day - right.day
}

/** A day of the years 0 to 9999. */
const plainDay = /^\d{4}-/

const pad = (value: number, width: number) => String(value).padStart(width, '0')
