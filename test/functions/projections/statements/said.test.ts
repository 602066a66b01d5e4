import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareDays, daysIn, formatDay } from '#events/edtf/calendar.ts'
import { type Bounds, bounds } from '#events/edtf.ts'
import { meets } from '#functions/projections/condition.ts'
import {
  dayKey,
  saidAttributes,
  saidConditions,
  saidPartitions,
  saidPlace,
} from '#functions/projections/statements/said.ts'

const far = Number.MAX_SAFE_INTEGER
const days = fc
  .record({
    year: fc.oneof(
      fc.integer({ min: 2030, max: 2032 }),
      fc.integer({ min: -12_000, max: 12_000 }),
      fc.constantFrom(-far, -10_000, -9_999, -1, 0, 1, 9_999, 10_000, far),
    ),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 31 }),
  })
  .map(({ year, month, day }) => formatDay({ year, month, day: Math.min(day, daysIn(year, month)) }))
const dates: fc.Arbitrary<Bounds> = fc
  .tuple(fc.option(days), fc.option(days))
  .map(([a, b]) =>
    a !== null && b !== null && compareDays(a, b) > 0 ? { earliest: b, latest: a } : { earliest: a, latest: b },
  )
/** Of a few days, weeks, months or years, around the same time. */
const near: fc.Arbitrary<Bounds> = fc
  .tuple(
    fc.integer({ min: 0, max: 800 }),
    fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 300, max: 4_000 })),
  )
  .map(([from, width]) => ({ earliest: daysAfter(from), latest: daysAfter(from + width) }))

function daysAfter(days: number): string {
  return new Date(Date.UTC(2030, 0, 1 + days)).toISOString().slice(0, 10)
}

describe('a day as a sort key', () => {
  it('sorts by time, whatever the year, between what is open on either side', () => {
    fc.assert(
      fc.property(days, days, (a, b) => {
        const [left, right] = [dayKey(a, 'earliest'), dayKey(b, 'latest')]
        expect(Math.sign(left < right ? -1 : Number(left > right))).toBe(Math.sign(compareDays(a, b)))
        expect(dayKey(null, 'earliest') < left && left < dayKey(null, 'latest')).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('the place of a statement by its date', () => {
  it.each([
    ['2031-02-12', 'said#1'],
    ['2031-02', 'said#31'],
    ['2031-01', 'said#31'],
    ['2031-01-01/2031-02-01', 'said#366'],
    ['2032', 'said#366'],
    ['2031-02-12/2032-02-13', 'said#3653'],
    ['203', 'said#3653'],
    ['2031/2041', 'said#wider'],
    ['2031/..', 'said#wider'],
    ['[..2031]', 'said#wider'],
    ['XXXX-02-12', 'said#wider'],
    ['Y170000002', 'said#366'],
    ['-0044-03-15', 'said#1'],
  ])('of %s is in %s', (edtf, partition) => expect(saidPlace(bounds(edtf)).partition).toBe(partition))

  it('is looked at by everyone who asks for one of its days, and by everyone whose days hold it', () => {
    fc.assert(
      fc.property(fc.oneof(dates, near), fc.oneof(dates, near), fc.boolean(), (said, asked, certainly) => {
        const place = saidPlace(said)
        const row = { pk: place.partition, sk: `${place.sk}#s-1`, ...saidAttributes(said) }
        const isLooked = saidPartitions(asked, certainly).some(
          ({ partition, from = '', to = '~' }) => partition === row.pk && from <= row.sk && row.sk <= to,
        )
        const isMeant = saidConditions(asked, certainly).every((condition) => meets(row, condition))
        expect(isMeant).toBe(certainly ? lies(said, asked) : touches(said, asked))
        if (isMeant) expect(isLooked).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([1, 2, 31, 32, 366, 367, 3_653, 3_654])(
    'of %i days is looked at by who asks for the first or the last',
    (width) => {
      const said = { earliest: daysAfter(0), latest: daysAfter(width - 1) }
      const { partition: own, sk } = saidPlace(said)
      for (const day of [said.earliest, said.latest]) {
        const asked = saidPartitions({ earliest: day, latest: day }, false).filter(({ partition }) => partition === own)
        expect(asked.map(({ from = '', to = '~' }) => from <= sk && `${sk}#s-1` <= to)).toEqual([true])
      }
    },
  )

  it('is looked at also where the days before it are beyond all that can be', () => {
    const year = formatDay({ year: -Number.MAX_SAFE_INTEGER, month: 1, day: 1 })
    const week = { earliest: year, latest: formatDay({ year: -Number.MAX_SAFE_INTEGER, month: 1, day: 7 }) }
    const { partition: own, sk } = saidPlace(week)
    const asked = saidPartitions({ earliest: year, latest: null }, false).find(({ partition }) => partition === own)
    expect((asked?.from ?? '') <= sk).toBe(true)
  })

  it('is not looked at by who asks for days long before or after', () => {
    const looks = (asked: string, sk: string) =>
      saidPartitions(bounds(asked), false).filter(({ from = '', to = '~' }) => from <= sk && sk <= to).length
    const { sk } = saidPlace(bounds('2031-02-12'))
    expect(looks('2031-02-12', sk)).toBe(5)
    expect(looks('2031-02-11', sk)).toBe(0)
    expect(looks('2031-02-13', sk)).toBe(4)
    expect(looks('2031-04-01', sk)).toBe(3)
    expect(looks('2051-04-01', sk)).toBe(1)
  })
})

/** Could it have been then: `earliest ≤ b and latest ≥ a`, what is open reaching without end. */
const touches = (said: Bounds, asked: Bounds) =>
  isNoLater(said.earliest, asked.latest) && isNoLater(asked.earliest, said.latest)
/** Was it then whenever it was: `earliest ≥ a and latest ≤ b`. */
const lies = (said: Bounds, asked: Bounds) =>
  (asked.earliest === null || (said.earliest !== null && compareDays(said.earliest, asked.earliest) >= 0)) &&
  (asked.latest === null || (said.latest !== null && compareDays(said.latest, asked.latest) <= 0))
/** Of a beginning and an end. */
const isNoLater = (begin: string | null, end: string | null) =>
  begin === null || end === null || compareDays(begin, end) <= 0
