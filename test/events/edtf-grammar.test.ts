import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDay } from '#events/edtf/calendar.ts'
import { daysOf, isBeyondDays } from '#events/edtf/days.ts'
import { isInGrammar } from '#events/edtf/grammar.ts'
import { datesOf, type EdtfTree, formatEdtf, parseEdtf, type Qualifier } from '#events/edtf/tree.ts'
import { edtfProblem } from '#events/edtf.ts'
import { anyEdtf } from './edtf-arbitraries.ts'
import { isInPackageGrammar } from './edtf-package.ts'

const qualifiers: readonly Qualifier[] = ['', '?', '~', '%']

/**
 * Whether the package is right about its days: it makes 1 March of the leap day of the year 0, and cannot be asked about a
 * winter that ends after 9999.
 */
const comparable = (tree: EdtfTree): boolean =>
  datesOf(tree).every((date) => {
    const last = isBeyondDays(date) ? undefined : daysOf(date)?.last
    return last && (!date.month || (last.year <= 9_999 && formatDay(last) !== '0000-02-29'))
  })

/** Texts on which ours and the package's differ, and how many were compared. */
function compared(texts: Iterable<string>): { differing: string[]; count: number } {
  const differing: string[] = []
  let count = 0
  for (const text of texts) {
    const tree = parseEdtf(text)
    if (!tree || !comparable(tree)) continue
    count++
    if (isInGrammar(tree) !== isInPackageGrammar(tree)) differing.push(text)
  }
  return { differing, count }
}

describe('the grammar of dates is that of the package', () => {
  it('for every year, decade and century, of either sign', () => {
    const texts = function* () {
      for (const width of [2, 3, 4]) {
        for (let value = 0; value < 10 ** width; value++) {
          for (const sign of ['', '-']) yield `${sign}${String(value).padStart(width, '0')}`
        }
      }
    }
    expect(compared(texts())).toEqual({ differing: [], count: 22_200 })
  })

  it('for every month, grouping and day', () => {
    const two = (value: number) => String(value).padStart(2, '0')
    const texts = function* () {
      for (const year of ['2031', '-0004', '203X']) {
        for (let month = 0; month < 100; month++) {
          yield `${year}-${two(month)}`
          for (let day = 0; day < 33; day++) yield `${year}-${two(month)}-${two(day)}`
        }
      }
    }
    const { differing, count } = compared(texts())
    expect(differing).toEqual([])
    expect(count).toBeGreaterThan(1_000)
  })

  it('for every doubt about every part of every form, alone and as an end of an interval', () => {
    const texts = function* () {
      const forms = ['2031-02-14', '203X-1X', 'XXXX-02-29', '2031-21', '203X-33', '2031', '-2031', '203X', '203', '-20']
      for (const form of [...forms, '2031S2', 'Y17E7', 'Y-17E7S3', 'Y20310', '-0000', 'Y0E7', '20S1']) {
        for (const text of doubted(form.split(/(?<=[0-9X])-/))) {
          yield text
          yield `${text}/..`
          yield `/${text}`
          if (form.length < 8) yield* [`[${text}]`, `{${text}..2040}`, `[..${text},2040]`]
        }
      }
    }
    const { differing, count } = compared(texts())
    expect(differing).toEqual([])
    expect(count).toBeGreaterThan(10_000)
  })

  it('for years far away and of few significant digits', () => {
    const texts = function* () {
      for (const sign of ['', '-']) {
        for (const mantissa of [
          '0',
          '1',
          '9',
          '12',
          '07',
          '999',
          '1000',
          '9999',
          '01234',
          '12345',
          '99999',
          '123456789',
        ]) {
          for (const exponent of ['', 'E0', 'E1', 'E3', 'E4', 'E07', 'E6']) {
            for (const significant of ['', 'S0', 'S1', 'S5', 'S9', 'S10', 'S01']) {
              yield `Y${sign}${mantissa}${exponent}${significant}`
              yield `${sign}${mantissa.padStart(4, '0')}${significant}`
            }
          }
        }
      }
    }
    const { differing, count } = compared(texts())
    expect(differing).toEqual([])
    expect(count).toBeGreaterThan(1_000)
  })

  it('for dates made at random', () => {
    let count = 0
    fc.assert(
      fc.property(anyEdtf, (tree) => {
        if (!comparable(tree)) return
        count++
        expect([formatEdtf(tree), isInGrammar(tree)]).toEqual([formatEdtf(tree), isInPackageGrammar(tree)])
      }),
      { numRuns: 5_000 },
    )
    expect(count).toBeGreaterThan(2_000)
  })

  it('for dates made at random and then spoilt: a character left out, put in, doubled or made another', () => {
    let count = 0
    const character = fc.constantFrom(...'0123456789X-/?~%.,[]{}YES')
    const spoilt = fc
      .tuple(anyEdtf, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 2 }), character), { maxLength: 3 }))
      .map(([tree, changes]) =>
        changes.reduce((text, [place, removed, put]) => {
          const at = place % (text.length + 1)
          return text.slice(0, at) + (removed === 2 ? '' : put) + text.slice(at + Math.min(removed, 1))
        }, formatEdtf(tree)),
      )
    fc.assert(
      fc.property(spoilt, (text) => {
        const { differing, count: one } = compared([text])
        count += one
        expect(differing).toEqual([])
      }),
      { numRuns: 10_000 },
    )
    expect(count).toBeGreaterThan(2_000)
  })

  it('but for two days that it does not reckon right', () => {
    const taken = ['9999-24', 'XXXX-24', '999X-41', '0000-02-29', '0000-02-2X/0000-03', '[0000-02-29..0000-03-01]']
    expect(taken.map(edtfProblem)).toEqual(taken.map(() => undefined))
  })
})

/** Every way to doubt the parts: one of four before and after each. */
function doubted([part, ...rest]: readonly string[]): string[] {
  if (part === undefined) return ['']
  const ends = doubted(rest)
  return qualifiers.flatMap((before) =>
    qualifiers.flatMap((after) => ends.map((end) => `${before}${part}${after}${end === '' ? '' : `-${end}`}`)),
  )
}
