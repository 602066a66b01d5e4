import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isMet } from './figure.ts'
import { sideBySide } from './paired.ts'
import { report } from './report.ts'
import { ratioOf, spreadOf } from './spread.ts'

describe('what the bench says of its rounds', () => {
  it('is the value in the middle, and where half of them lie', () => {
    expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ median: 3, low: 2, high: 4, n: 5 })
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, low: 1.75, high: 3.25, n: 4 })
    expect(spreadOf([7])).toEqual({ median: 7, low: 7, high: 7, n: 1 })
  })

  it('is nothing where nothing was measured', () => {
    expect(() => spreadOf([])).toThrow()
    expect(() => spreadOf([1, Number.NaN])).toThrow()
    expect(() => ratioOf([1, 2], [1])).toThrow()
  })

  it('lies within the values, in order, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
        const { median, low, high } = spreadOf(values)
        const ordered = [Math.min(...values), low, median, high, Math.max(...values)]
        expect(ordered).toEqual(ordered.toSorted((a, b) => a - b))
        expect(values.filter((value) => value <= median).length).toBeGreaterThanOrEqual(values.length / 2)
      }),
    )
  })

  it('compares a round with itself: a slow round of both is none of the ratio', () => {
    expect(ratioOf([2, 200, 4], [1, 100, 2])).toEqual({ median: 2, low: 2, high: 2, n: 3 })
  })
})

describe('acts side by side', () => {
  it('are taken once in every round, each first in its turn, and warm up uncounted', async () => {
    const order: string[] = []
    const act = (name: string) => async (round: number) => {
      order.push(`${name}${round}`)
      return round
    }
    const timed = await sideBySide({ a: act('a'), b: act('b') }, { rounds: 2, warmUp: 1 })
    expect(order).toEqual(['a0', 'b0', 'b1', 'a1', 'a2', 'b2'])
    expect(timed.ms).toEqual({ a: [1, 2], b: [1, 2] })
    expect(timed.ratio('a', 'b').median).toBe(1)
  })

  it('are timed where they do not say themselves how long they took', async () => {
    const wait = (ms: number) => async () => void (await new Promise((resolve) => setTimeout(resolve, ms)))
    const timed = await sideBySide({ short: wait(1), long: wait(30) }, { rounds: 3, warmUp: 0 })
    expect(timed.of('long').low).toBeGreaterThan(25)
    expect(timed.of('short').n).toBe(3)
  })
})

describe('the report', () => {
  const spread = (median: number) => ({ median, low: median - 0.5, high: median + 0.5, n: 9 })
  const figure = (ratio: number) => ({
    what: 'writing',
    value: { spread: spread(12), unit: 'ms' },
    ratio: spread(ratio),
    beside: 'the floor',
    budget: { name: 'to write', atMost: 1.5 },
  })

  it('says of each budget whether it is met, by the ratio, or by the figure where there is none', () => {
    expect([figure(1.5), figure(1.6)].map(isMet)).toEqual([true, false])
    const { ratio: _, ...alone } = { ...figure(1), budget: { name: 'to see', atMost: 11 } }
    expect(isMet(alone)).toBe(false)
    expect(isMet({ what: 'reading' })).toBeUndefined()
  })

  it('names the machine by its cores, and shows every figure with its spread', () => {
    const part = { name: 'part', title: 'Writing', how: 'So it was.', figures: [figure(1.6)] }
    const text = report([part], new Date('2031-02-14T12:00:00Z'), 'engine 1.0')
    expect(text).toContain('on 2031-02-14')
    expect(text).toContain('| to write | 1.5 × | 12 (11.5–12.5) ms | 1.60 (1.10–2.10) × | **no** |')
    expect(text).toContain('| writing | 12 (11.5–12.5) ms | 1.60 (1.10–2.10) × | the floor | 9 |')
  })
})
