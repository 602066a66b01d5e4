import { type Day, daysIn } from './calendar.ts'
import { grouping } from './grouping.ts'
import type { DateTree } from './tree.ts'

/** The first and the last of the days that a date may mean. */
export interface Days {
  readonly first: Day
  readonly last: Day
}

/**
 * The first and last day of one date; undefined where no such day exists. Qualifiers are not looked at.
 * Masked digits stand for all digits that give a day that exists: the last of `2022-02-XX` is the 28th.
 */
export function daysOf({ year, month, day }: DateTree): Days | undefined {
  if (!month) {
    const years = yearsOf(year.digits)
    return years && { first: { year: years.first, month: 1, day: 1 }, last: { year: years.last, month: 12, day: 31 } }
  }
  if (!/^-?[0-9X]{4}$/.test(year.digits)) return undefined
  const group = grouping(Number(month.digits))
  if (group) return day ? undefined : groupDays(year.digits, group)
  const first = firstDay(year.digits, month.digits, day?.digits ?? 'XX', 1)
  const last = firstDay(year.digits, month.digits, day?.digits ?? 'XX', -1)
  return first && last && { first, last }
}

/** Whether a year is too far away for its days to be reckoned with: beyond ±(2^53 − 1). */
export function isBeyondDays({ year }: DateTree): boolean {
  const years = yearsOf(year.digits)
  return years !== undefined && !(Number.isSafeInteger(years.first) && Number.isSafeInteger(years.last))
}

/** The years that a year, decade or century may mean. */
function yearsOf(digits: string): { first: number; last: number } | undefined {
  const plain = /^Y?(-?)(\d+)(?:E(\d+))?(?:S(\d+))?$/.exec(digits)
  if (!plain) {
    const first = matching(digits, 1).next().value
    const last = matching(digits, -1).next().value
    return first === undefined || last === undefined ? undefined : { first, last }
  }
  const [, sign, mantissa = '', exponent = '0', significant] = plain
  const value = Number(mantissa) * 10 ** Number(exponent)
  // A decade has three digits and a century two; significant digits leave the rest open.
  const short = digits.startsWith('Y') || significant !== undefined ? 0 : 4 - mantissa.length
  const open = significant === undefined ? short : Math.max(0, String(value).length - Number(significant))
  const from = short > 0 ? value * 10 ** short : Math.floor(value / 10 ** open) * 10 ** open
  const to = from + 10 ** open - 1
  return sign ? { first: -to, last: -from } : { first: from, last: to }
}

function groupDays(year: string, { first, months }: { first: number; months: number }): Days | undefined {
  const years = yearsOf(year)
  if (!years) return undefined
  const end = first + months - 1
  const last = { year: years.last + (end > 12 ? 1 : 0), month: end > 12 ? end - 12 : end }
  return { first: { year: years.first, month: first, day: 1 }, last: { ...last, day: daysIn(last.year, last.month) } }
}

/** The first day that fits the masks, going forwards (1) or backwards (−1). */
function firstDay(yearMask: string, monthMask: string, dayMask: string, way: 1 | -1): Day | undefined {
  for (const year of matching(yearMask, way)) {
    for (const month of matching(monthMask, way, 1, 12)) {
      const day = matching(dayMask, way, 1, daysIn(year, month)).next().value
      if (day !== undefined) return { year, month, day }
    }
  }
  return undefined
}

/** The numbers from `min` to `max` that fit a mask like `19XX` or `-1X22`, ascending (1) or descending (−1). */
function* matching(mask: string, way: 1 | -1, min = -Infinity, max = Infinity): Generator<number, undefined> {
  const negative = mask.startsWith('-')
  const digits = negative ? mask.slice(1) : mask
  const [least, most] = [Number(digits.replaceAll('X', '0')), Number(digits.replaceAll('X', '9'))]
  const low = Math.max(min, negative ? -most : least)
  const high = Math.min(max, negative ? -least : most)
  for (let value = way === 1 ? low : high; value >= low && value <= high; value += way) {
    const text = String(Math.abs(value)).padStart(digits.length, '0')
    const fits = [...digits].every((digit, index) => digit === 'X' || digit === text[index])
    if (fits && !(negative && value === 0)) yield value
  }
}
