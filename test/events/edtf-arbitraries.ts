import fc from 'fast-check'
import type { DateTree, EdtfTree, Part, Qualifier } from '#events/edtf/tree.ts'

/** The years that enumeration in these tests spans; masked years stay within them. */
export const firstYear = 1900
export const lastYear = 2099

const pad = (value: number, width: number) => String(value).padStart(width, '0')
const digits = (value: fc.Arbitrary<string>): fc.Arbitrary<Part> =>
  value.map((text) => ({ before: '', digits: text, after: '' }))

const year = fc.integer({ min: firstYear, max: lastYear }).map((value) => pad(value, 4))
const month = fc.integer({ min: 1, max: 12 }).map((value) => pad(value, 2))
const day = fc.integer({ min: 1, max: 31 }).map((value) => pad(value, 2))

const asDate = (year: Part, month?: Part, day?: Part): DateTree => ({
  year,
  ...(month ? { month } : {}),
  ...(month && day ? { day } : {}),
})

/** A year, month or day as it is; the day may not exist. */
export const calendarDate = fc
  .tuple(digits(year), fc.option(digits(month), { nil: undefined }), fc.option(digits(day), { nil: undefined }))
  .map(([year, month, day]) => asDate(year, month, day))

const masked = (value: fc.Arbitrary<string>, from: number) =>
  fc.tuple(value, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 })).map(([text, mask]) => ({
    before: '' as const,
    digits: [...text].map((digit, index) => (index >= from && mask[index] ? 'X' : digit)).join(''),
    after: '' as const,
  }))

/** With any digits masked but a year's first two. No day may fit. */
export const maskedDate = fc
  .tuple(
    masked(year, 2),
    fc.option(masked(month, 0), { nil: undefined }),
    fc.option(masked(day, 0), { nil: undefined }),
  )
  .map(([year, month, day]) => asDate(year, month, day))

const qualifier = fc.constantFrom<Qualifier>('', '', '?', '~', '%')

/** Uncertain or approximate, in any of its parts. */
const qualifiedDate = fc
  .tuple(calendarDate, fc.array(qualifier, { minLength: 6, maxLength: 6 }))
  .map(([{ year, month, day }, marks]) => {
    const qualified = (part: Part | undefined, at: number): Part | undefined =>
      part && { ...part, before: marks[at] ?? '', after: marks[at + 1] ?? '' }
    return asDate(qualified(year, 0) ?? year, qualified(month, 2), qualified(day, 4))
  })

const big = fc
  .tuple(
    fc.boolean(),
    fc.integer({ min: 10_000, max: 2 ** 31 }),
    fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
  )
  .map(([negative, value, significant]) => `Y${negative ? '-' : ''}${value}${significant ? `S${significant}` : ''}`)

const yearOnly = fc.oneof(
  big,
  fc
    .tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 3, max: 9 }))
    .map(([value, zeros]) => `Y${value}E${zeros}`),
  fc.tuple(year, fc.integer({ min: 1, max: 4 })).map(([text, significant]) => `${text}S${significant}`),
  fc.integer({ min: 1, max: 9_999 }).map((value) => `-${pad(value, 4)}`),
  fc.integer({ min: 0, max: 999 }).map((decade) => pad(decade, 3)),
  fc.integer({ min: 0, max: 99 }).map((century) => pad(century, 2)),
)

const grouped = fc
  .tuple(digits(year), digits(fc.integer({ min: 21, max: 41 }).map(String)))
  .map(([year, month]) => asDate(year, month))

const anyDate = fc.oneof(
  calendarDate,
  maskedDate,
  qualifiedDate,
  grouped,
  digits(yearOnly).map((part) => asDate(part)),
)
const ofDays = fc.oneof(calendarDate, maskedDate, qualifiedDate)

/** `{…}` or `[…]` of dates and ranges of like dates. */
export const set = (member: fc.Arbitrary<DateTree>): fc.Arbitrary<EdtfTree> =>
  fc.record({
    form: fc.constantFrom('all' as const, 'one' as const),
    members: fc.array(
      fc.oneof(
        member,
        fc.tuple(digits(year), digits(year)).map(([from, to]) => ({ from: asDate(from), to: asDate(to) })),
      ),
      { minLength: 1, maxLength: 5 },
    ),
    earlier: fc.boolean(),
    later: fc.boolean(),
  })

/** With ends that are dates, open or unknown. */
export const interval = (member: fc.Arbitrary<DateTree>): fc.Arbitrary<EdtfTree> =>
  fc.record({
    form: fc.constant('interval' as const),
    from: fc.oneof(member, fc.constantFrom('open' as const, 'unknown' as const)),
    to: fc.oneof(member, fc.constantFrom('open' as const, 'unknown' as const)),
  })

/** Every form of EDTF. The days may not exist, and intervals may run backwards. */
export const anyEdtf: fc.Arbitrary<EdtfTree> = fc.oneof(
  anyDate.map((date) => ({ form: 'date' as const, date })),
  interval(ofDays),
  set(ofDays),
)
