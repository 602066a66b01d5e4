import { grouping } from './grouping.ts'
import { type DateTree, datesOf, type EdtfTree } from './tree.ts'

/**
 * Whether a date whose days exist is in the grammar of EDTF level 2. What `parseEdtf` takes apart is close to it; said
 * here is what is left:
 * - In sets and at the ends of intervals stand years, months and days, and nothing else; a range goes from like to like.
 * - A year alone is doubted on one side of it, a decade or a century after it; what is left of the forms, never.
 * - No year, decade or century is minus zero. Significant digits are 1 to 9. After `Y` a year has five digits or more,
 *   the first of them not 0.
 *
 * Source: EDTF level 2, https://www.loc.gov/standards/datetime/. Where that leaves a form open, the package `edtf` is
 * followed, which the tests compare this with.
 */
export function isInGrammar(tree: EdtfTree): boolean {
  if (tree.form === 'date') return isDay(tree.date) || isGrouping(tree.date) || isLongerOrFarther(tree.date)
  const ranges = tree.form === 'interval' ? [] : tree.members.filter((member) => 'from' in member)
  return datesOf(tree).every(isDay) && ranges.every(({ from, to }) => precision(from) === precision(to))
}

/** A year, a month or a day, some of its digits masked perhaps. */
const isDay = ({ year, month }: DateTree): boolean =>
  isYear(year.digits) &&
  (month === undefined ? year.before === '' || year.after === '' : !grouping(Number(month.digits)))

const isGrouping = (date: DateTree): boolean =>
  isYear(date.year.digits) && grouping(Number(date.month?.digits)) !== undefined && !isDoubted(date)

/** A decade, a century, a year by its significant digits, or one far away. */
function isLongerOrFarther(date: DateTree): boolean {
  const { digits, before } = date.year
  if (date.month) return false
  if (/^(?!-0+$)-?\d{2,3}$/.test(digits)) return before === ''
  if (isDoubted(date)) return false
  const [, mantissa, exponent] = /^Y-?([1-9]\d*)(?:E(\d+))?(?:S[1-9])?$/.exec(digits) ?? []
  if (mantissa !== undefined) return mantissa.length + Number(exponent ?? 0) > 4
  return /^(?!-0000)-?\d{4}S[1-9]$/.test(digits)
}

const isYear = (digits: string): boolean => /^(?!-0000$)-?[0-9X]{4}$/.test(digits)
const isDoubted = (date: DateTree): boolean => Object.values(date).some(({ before, after }) => before + after !== '')
const precision = ({ month, day }: DateTree): number => Number(month !== undefined) + Number(day !== undefined)
