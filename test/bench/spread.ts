/** What many measurements say: the one in the middle, and between which values half of them lie. */
export interface Spread {
  readonly median: number
  /** First and third quartile. */
  readonly low: number
  readonly high: number
  /** How many there are. */
  readonly n: number
}

/** Quantiles by linear interpolation between the two nearest values. Throws where nothing was measured. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0 || values.some(Number.isNaN)) throw new Error('Nothing was measured')
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number => {
    const place = share * (sorted.length - 1)
    const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0]
    return below === above ? below : below + (above - below) * (place - Math.floor(place))
  }
  return { median: at(0.5), low: at(0.25), high: at(0.75), n: sorted.length }
}

/** Of `many` values to one, round by round: what disturbs the machine for a while disturbs both of a pair. */
export function ratioOf(values: readonly number[], floor: readonly number[]): Spread {
  if (values.length !== floor.length) throw new Error(`${values.length} rounds beside ${floor.length}`)
  return spreadOf(values.map((value, round) => value / (floor[round] ?? Number.NaN)))
}
