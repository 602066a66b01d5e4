import edtf from 'edtf'
import { formatDay } from '#events/edtf/calendar.ts'
import { daysOf } from '#events/edtf/days.ts'
import { grouping } from '#events/edtf/grouping.ts'
import { type DateTree, datesOf, type EdtfTree, type End, formatEdtf } from '#events/edtf/tree.ts'

/**
 * Whether a date is in the grammar of EDTF level 2, as the package `edtf` has it. What the package gives back must be
 * what it was given, but for the place of qualifiers and written out exponents: it turns 2023-02-29 into 1 March.
 * It is asked for each end of an interval by itself (whole, it refuses `2022-06/2022`, which may well be), for each
 * date of a set too (whole, it takes `[2022-01~,2023]` and refuses `[2022~,2023]`), and for a masked date by the last
 * day that it allows (of masks it knows some and not others: `2022-X3`).
 */
export function isInPackageGrammar(tree: EdtfTree): boolean {
  if (tree.form === 'date') return isGivenBack(formatEdtf(mapDates(tree, unmasked)))
  const each = datesOf(tree).every((date) => isGivenBack(formatEdtf({ form: 'date', date: unmasked(date) }), 'Date'))
  return each && (tree.form === 'interval' || isGivenBack(plain(formatEdtf(mapDates(tree, unmasked)))))
}

function isGivenBack(text: string, type?: string): boolean {
  try {
    const given = edtf(text) as { edtf: string; type: string }
    return (type === undefined || given.type === type) && plain(given.edtf) === plain(text)
  } catch {
    return false
  }
}

/** The tree with every date that it names made another. */
function mapDates(tree: EdtfTree, change: (date: DateTree) => DateTree): EdtfTree {
  if (tree.form === 'date') return { form: 'date', date: change(tree.date) }
  if (tree.form === 'interval') {
    const end = (end: End) => (typeof end === 'string' ? end : change(end))
    return { form: 'interval', from: end(tree.from), to: end(tree.to) }
  }
  const members = tree.members.map((member) =>
    'from' in member ? { from: change(member.from), to: change(member.to) } : change(member),
  )
  return { ...tree, members }
}

/** With the digits of the last day that a masked date allows; as it is, where no digit is masked or no day fits. */
function unmasked(date: DateTree): DateTree {
  const last = Object.values(date).some(({ digits }) => digits.includes('X')) ? daysOf(date)?.last : undefined
  if (!last) return date
  const { year, month, day } = date
  const [, years = '', months = '', days = ''] = /^(-?\d+)-(\d+)-(\d+)$/.exec(formatDay(last)) ?? []
  return {
    year: { ...year, digits: years },
    ...(month ? { month: { ...month, digits: grouping(Number(month.digits)) ? month.digits : months } } : {}),
    ...(day ? { day: { ...day, digits: days } } : {}),
  }
}

/** Without qualifiers, and with exponents written out. */
const plain = (text: string) =>
  text
    .replace(/[?~%]/g, '')
    .replace(/(\d+)E(\d+)/g, (_, digits: string, zeros: string) => `${digits}${'0'.repeat(Number(zeros))}`)
