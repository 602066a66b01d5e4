import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareDays, formatDay, parseDay } from '#events/edtf/calendar.ts'
import { type DateTree, type EdtfTree, formatEdtf, parseEdtf, type RangeTree } from '#events/edtf/tree.ts'
import { bounds, certainlyBefore, edtfProblem } from '#events/edtf.ts'
import { anyEdtf, calendarDate, firstYear, interval, lastYear, maskedDate, set } from './edtf-arbitraries.ts'

const spans = (text: string) => {
  expect(edtfProblem(text)).toBeUndefined()
  const { earliest, latest } = bounds(text)
  return `${earliest} ${latest}`
}

describe('the days that a date allows', () => {
  it.each([
    ['2031-02-14', '2031-02-14 2031-02-14'],
    ['2031-02', '2031-02-01 2031-02-28'],
    ['2032-02', '2032-02-01 2032-02-29'],
    ['2000-02', '2000-02-01 2000-02-29'],
    ['1800-02', '1800-02-01 1800-02-28'],
    ['2031', '2031-01-01 2031-12-31'],
    ['0000', '0000-01-01 0000-12-31'],
    ['-0044-03-15', '-0044-03-15 -0044-03-15'],
    ['-0001', '-0001-01-01 -0001-12-31'],
  ])('are those of the day, month or year: %s', (text, days) => expect(spans(text)).toBe(days))

  it.each([
    ['203', '2030-01-01 2039-12-31'],
    ['20', '2000-01-01 2099-12-31'],
    ['-19', '-1999-01-01 -1900-12-31'],
    ['00', '0000-01-01 0099-12-31'],
  ])('are those of a decade or a century: %s', (text, days) => expect(spans(text)).toBe(days))

  it.each([
    ['XXXX-01-06', '0000-01-06 9999-01-06'],
    ['XXXX-02-29', '0000-02-29 9996-02-29'],
    ['19XX', '1900-01-01 1999-12-31'],
    ['-19XX', '-1999-01-01 -1900-12-31'],
    ['-000X', '-0009-01-01 -0001-12-31'],
    ['2022-XX', '2022-01-01 2022-12-31'],
    ['2022-02-XX', '2022-02-01 2022-02-28'],
    ['2022-XX-31', '2022-01-31 2022-12-31'],
    ['2022-1X-0X', '2022-10-01 2022-12-09'],
    ['2022-1X-3X', '2022-10-30 2022-12-31'],
    ['2022-X2-30', '2022-12-30 2022-12-30'],
    ['210X-02-29', '2104-02-29 2108-02-29'],
    ['2022-X3', '2022-03-01 2022-03-31'],
    ['2022-1X~', '2022-10-01 2022-12-31'],
    ['203X-21', '2030-03-01 2039-05-31'],
    ['X022-01-01', '0022-01-01 9022-01-01'],
  ])('are those that masked digits leave, and that exist: %s', (text, days) => expect(spans(text)).toBe(days))

  it.each([
    ['2031-21', '2031-03-01 2031-05-31'],
    ['2031-22', '2031-06-01 2031-08-31'],
    ['2031-23', '2031-09-01 2031-11-30'],
    ['2031-24', '2031-12-01 2032-02-29'],
    ['2031-25', '2031-03-01 2031-05-31'],
    ['2031-28', '2031-12-01 2032-02-29'],
    ['2031-29', '2031-09-01 2031-11-30'],
    ['2032-30', '2032-12-01 2033-02-28'],
    ['2031-31', '2031-03-01 2031-05-31'],
    ['2031-32', '2031-06-01 2031-08-31'],
    ['2031-33', '2031-01-01 2031-03-31'],
    ['2031-34', '2031-04-01 2031-06-30'],
    ['2031-35', '2031-07-01 2031-09-30'],
    ['2031-36', '2031-10-01 2031-12-31'],
    ['2031-37', '2031-01-01 2031-04-30'],
    ['2031-38', '2031-05-01 2031-08-31'],
    ['2031-39', '2031-09-01 2031-12-31'],
    ['2031-40', '2031-01-01 2031-06-30'],
    ['2031-41', '2031-07-01 2031-12-31'],
  ])('are those of a season, quarter or half: %s', (text, days) => expect(spans(text)).toBe(days))

  it.each([
    ['{2022-01-05,2022-01-12,2022-01-19}', '2022-01-05 2022-01-19'],
    ['[1667,1668,1670..1672]', '1667-01-01 1672-12-31'],
    ['[2031-06,2030]', '2030-01-01 2031-06-30'],
    ['[..1984]', 'null 1984-12-31'],
    ['[2022-01-19..]', '2022-01-19 null'],
    ['{1960,1961-12..}', '1960-01-01 null'],
    ['[2022-02-XX,2022-01-1X]', '2022-01-10 2022-02-28'],
    ['[2022~,2023-06?]', '2022-01-01 2023-06-30'],
    ['{2021?..2022%,2024~}', '2021-01-01 2024-12-31'],
    ['[2022~..]', '2022-01-01 null'],
  ])('are from the first to the last of a set: %s', (text, days) => expect(spans(text)).toBe(days))

  it.each([
    ['2022-01-06/2022-01-19', '2022-01-06 2022-01-19'],
    ['2022-01/2022', '2022-01-01 2022-12-31'],
    ['2022-06/2022', '2022-06-01 2022-12-31'],
    ['2022-01-06/..', '2022-01-06 null'],
    ['../2022', 'null 2022-12-31'],
    ['/2022', 'null 2022-12-31'],
    ['2022/', '2022-01-01 null'],
    ['../..', 'null null'],
    ['2004-06-XX/2004-07-03', '2004-06-01 2004-07-03'],
  ])('are those of an interval, without a bound where it is open or unknown: %s', (text, days) =>
    expect(spans(text)).toBe(days),
  )

  it.each([
    ['Y170000002', '+170000002-01-01 +170000002-12-31'],
    ['Y-17E7', '-170000000-01-01 -170000000-12-31'],
    ['Y12345', '+12345-01-01 +12345-12-31'],
    ['1950S2', '1900-01-01 1999-12-31'],
    ['-1950S2', '-1999-01-01 -1900-12-31'],
    ['Y171010000S3', '+171000000-01-01 +171999999-12-31'],
    ['Y3388E2S3', '+338000-01-01 +338999-12-31'],
  ])('are those of a year far away, or of few significant digits: %s', (text, days) => expect(spans(text)).toBe(days))

  it('are not widened by doubt', () => {
    for (const text of ['2022-01~', '2022-01?', '2022-01%', '2022?-01', '?2022-01', '2022-~01', '2022~-?01']) {
      expect(spans(text)).toBe('2022-01-01 2022-01-31')
    }
    expect(spans('1984?/2004-06~')).toBe('1984-01-01 2004-06-30')
  })
})

describe('a date is refused', () => {
  it.each([
    ['2031-02-14T09:30:00Z', 'has a time of day: a date is whole days'],
    ['2031-02-14T09:30:00Z/2031-02-15', 'has a time of day: a date is whole days'],
    ['2023-02-29', 'names a day that does not exist'],
    ['2022-04-31', 'names a day that does not exist'],
    ['2022-13', 'names a day that does not exist'],
    ['2022-00', 'names a day that does not exist'],
    ['2022-01-00', 'names a day that does not exist'],
    ['2022-02-3X', 'names a day that does not exist'],
    ['2022-2X', 'names a day that does not exist'],
    ['[2022-01-05,2022-02-30]', 'names a day that does not exist'],
    ['2022-02-29/2022-03-01', 'names a day that does not exist'],
    ['2022-02/2022-01', 'runs backwards: it ends before it begins'],
    ['2022~/2021', 'runs backwards: it ends before it begins'],
    ['[2022..2021]', 'runs backwards: it ends before it begins'],
    ['Y17E100', 'has a year beyond ±(2^53 − 1): its days cannot be reckoned with'],
    ['', 'is not a date in EDTF level 2'],
    ['Tuesday', 'is not a date in EDTF level 2'],
    ['last Wednesday', 'is not a date in EDTF level 2'],
    ['14.02.2031', 'is not a date in EDTF level 2'],
    ['2031-2-14', 'is not a date in EDTF level 2'],
    ['2022-42', 'names a day that does not exist'],
    ['-0000', 'is not a date in EDTF level 2'],
    ['Y4E3', 'is not a date in EDTF level 2'],
    ['Y2031', 'is not a date in EDTF level 2'],
    [' 2031', 'is not a date in EDTF level 2'],
    ['{2031, 2032}', 'is not a date in EDTF level 2'],
    ['{2031]', 'is not a date in EDTF level 2'],
    ['[2031??,2032]', 'is not a date in EDTF level 2'],
    ['2031/2032/2033', 'is not a date in EDTF level 2'],
  ])('for what it is: "%s"', (text, problem) => expect(edtfProblem(text)).toBe(problem))

  it.each(['['.repeat(1_000), '9'.repeat(1_000), `{${'XXXX-XX-XX,'.repeat(89)}2031`, '../'.repeat(300)])(
    'in no time, however long or tangled',
    (text) => expect(edtfProblem(text)).toBe('is not a date in EDTF level 2'),
    1_000,
  )
})

describe('laws of dates', () => {
  it('what is formatted parses to the same', () => {
    fc.assert(
      fc.property(anyEdtf, (tree) => void expect(parseEdtf(formatEdtf(tree))).toEqual(tree)),
      { numRuns: 1_000 },
    )
  })

  it('what is parsed formats to the same', () => {
    const character = fc.constantFrom(...'0123456789X-/?~%.,[]{}YES')
    fc.assert(
      fc.property(fc.oneof(anyEdtf.map(formatEdtf), fc.string({ unit: character, maxLength: 12 })), (text) => {
        const tree = parseEdtf(text)
        if (tree) expect(formatEdtf(tree)).toBe(text)
      }),
      { numRuns: 2_000 },
    )
  })

  it('days format and parse to the same, and compare as time runs', () => {
    const day = fc.record({
      year: fc.maxSafeInteger(),
      month: fc.integer({ min: 1, max: 12 }),
      day: fc.integer({ min: 1, max: 31 }),
    })
    fc.assert(fc.property(day, (day) => void expect(parseDay(formatDay(day))).toEqual(day)))
    const modern = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(modern, modern, (a, b) => {
        const [left, right] = [a, b].map((date) => date.toISOString().slice(0, 10)) as [string, string]
        expect(Math.sign(compareDays(left, right))).toBe(left < right ? -1 : left > right ? 1 : 0)
      }),
    )
  })

  it('bounds hold every day that a date allows, and begin and end on one', () => {
    const forms = fc.oneof(
      fc.oneof(calendarDate, maskedDate).map((date) => ({ form: 'date' as const, date })),
      set(fc.oneof(calendarDate, maskedDate)),
      interval(fc.oneof(calendarDate, maskedDate)),
    )
    fc.assert(
      fc.property(forms, (tree) => {
        const text = formatEdtf(tree)
        if (edtfProblem(text)) return fc.pre(false)
        const { earliest, latest } = bounds(text)
        const allowed = allowedDays(tree)
        if (earliest !== null) expect(allowed[0]).toBe(earliest)
        if (latest !== null) expect(allowed.at(-1)).toBe(latest)
        expect([earliest === null, latest === null]).toEqual(openEnds(tree))
      }),
      { numRuns: 300 },
    )
  })

  it('a date is refused exactly when one of its days cannot be', () => {
    fc.assert(
      fc.property(fc.oneof(calendarDate, maskedDate), (date) => {
        const exists = daysLike(date).length > 0
        expect(edtfProblem(formatEdtf({ form: 'date', date })) === undefined).toBe(exists)
      }),
      { numRuns: 300 },
    )
  })

  it('nothing is certainly before itself, or before and after another', () => {
    const valid = anyEdtf.map(formatEdtf).filter((text) => edtfProblem(text) === undefined)
    fc.assert(
      fc.property(valid, valid, (a, b) => {
        expect(certainlyBefore(bounds(a), bounds(a))).toBe(false)
        expect(certainlyBefore(bounds(a), bounds(b)) && certainlyBefore(bounds(b), bounds(a))).toBe(false)
      }),
    )
  })
})

/** Every day of the years that the generators use, counted by the runtime's own calendar. */
const everyDay: readonly string[] = Array.from(
  { length: (Date.UTC(lastYear + 1, 0) - Date.UTC(firstYear, 0)) / 86_400_000 },
  (_, day) => new Date(Date.UTC(firstYear, 0, 1 + day)).toISOString().slice(0, 10),
)

/** The days that begin as the date reads, any digit standing for X. */
function daysLike({ year, month, day }: DateTree): string[] {
  const text = [year, month, day].flatMap((part) => (part ? [part.digits] : [])).join('-')
  const like = new RegExp(`^${text.replaceAll('X', '[0-9]')}`)
  return everyDay.filter((day) => like.test(day))
}

function memberDays(member: DateTree | RangeTree): string[] {
  if (!('from' in member)) return daysLike(member)
  const [from = '', to = ''] = [daysLike(member.from)[0], daysLike(member.to).at(-1)]
  return everyDay.filter((day) => day >= from && day <= to)
}

function allowedDays(tree: EdtfTree): string[] {
  if (tree.form === 'date') return daysLike(tree.date)
  if (tree.form !== 'interval') return tree.members.flatMap(memberDays).sort()
  const from = typeof tree.from === 'string' ? everyDay[0] : daysLike(tree.from)[0]
  const to = typeof tree.to === 'string' ? everyDay.at(-1) : daysLike(tree.to).at(-1)
  return everyDay.filter((day) => day >= (from ?? '') && day <= (to ?? ''))
}

function openEnds(tree: EdtfTree): [boolean, boolean] {
  if (tree.form === 'date') return [false, false]
  if (tree.form === 'interval') return [typeof tree.from === 'string', typeof tree.to === 'string']
  return [tree.earlier, tree.later]
}
