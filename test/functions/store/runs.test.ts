import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatRuns, keptRuns, parseRuns, positionsIn, type Run, withRun } from '#functions/store/runs.ts'

/** What a stream's seals gave it, as far as a log can: each behind the one before. */
const sealed = fc
  .array(fc.record({ gap: fc.nat(3), count: fc.integer({ min: 1, max: 300 }) }), { maxLength: 400 })
  .map((seals) => {
    let next = 0
    return seals.map(({ gap, count }): Run => {
      const position = next + gap
      next = position + count
      return { position, count }
    })
  })

it('knows where each of the latest events is, however they were sealed', () => {
  fc.assert(
    fc.property(sealed, (seals) => {
      const positions = seals.flatMap(({ position, count }) => Array.from({ length: count }, (_, at) => position + at))
      const runs = seals.reduce<Run[]>((grown, run) => withRun(grown, run), [])
      const known = positionsIn(runs, positions.length)
      for (const [version, position] of known) expect(position).toBe(positions[version - 1])
      expect(runs.length).toBeLessThanOrEqual(keptRuns)
      if (seals.length <= keptRuns) expect(known.size).toBe(positions.length)
      expect(known.size).toBeGreaterThanOrEqual(Math.min(positions.length, keptRuns))
    }),
  )
})

it('is a few bytes, and read back as it was', () => {
  fc.assert(
    fc.property(sealed, (runs) => {
      expect(parseRuns(formatRuns(runs))).toEqual(runs)
    }),
  )
  expect(
    formatRuns(Array.from({ length: keptRuns }, (_, n) => ({ position: 2 ** 47 + 2 * n, count: 1 }))),
  ).toHaveLength(768)
})

it('takes what follows at once as one, as far as it can be counted', () => {
  expect(withRun([{ position: 4, count: 2 }], { position: 6, count: 3 })).toEqual([{ position: 4, count: 5 }])
  expect(withRun([{ position: 4, count: 65_534 }], { position: 65_538, count: 2 })).toHaveLength(2)
})
