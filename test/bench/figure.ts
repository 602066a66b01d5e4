import type { Spread } from './spread.ts'

/** One line of a part's table. */
export interface Figure {
  readonly what: string
  /** The measured value: milliseconds and so on, with its unit. */
  readonly value?: Measured
  /** How many times another that was measured beside it. */
  readonly ratio?: Spread
  readonly beside?: string
  readonly budget?: Budget
}

export interface Measured {
  readonly spread: Spread
  readonly unit: string
}

/** What the ratio, or where there is none the value, is to be at most. */
export interface Budget {
  readonly name: string
  readonly atMost: number
}

/** What one part of the bench found, and how it looked. */
export interface Part {
  readonly name: string
  readonly title: string
  /** What was measured and beside what, in a sentence or two. */
  readonly how: string
  readonly figures: readonly Figure[]
}

export const ms = (spread: Spread): Measured => ({ spread, unit: 'ms' })

/** A count: the same however often it is taken. */
export const exactly = (value: number, unit: string): Measured => ({
  spread: { median: value, low: value, high: value, n: 1 },
  unit,
})

/** Undefined where there is no budget. */
export function isMet({ budget, ratio, value }: Figure): boolean | undefined {
  const figure = ratio?.median ?? value?.spread.median
  return budget && figure !== undefined ? figure <= budget.atMost : undefined
}
