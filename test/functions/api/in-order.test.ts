import fc from 'fast-check'
import { expect, it } from 'vitest'
import { inOrder } from '#functions/api/imports/in-order.ts'

const id = fc.constantFrom('a', 'b', 'c', 'd')
const item = fc.record({
  written: fc.option(id, { nil: undefined }),
  mentioned: fc.uniqueArray(id).map((ids) => new Set(ids)),
})
type Item = { written: string | undefined; mentioned: Set<string> }

const meet = (a: Item, b: Item) =>
  (a.written !== undefined && (a.written === b.written || b.mentioned.has(a.written))) ||
  (b.written !== undefined && a.mentioned.has(b.written))

it('runs those that touch the same, one of them writing it, in their order, and gives all results in it', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(item, { maxLength: 20 }),
      fc.integer({ min: 1, max: 4 }),
      fc.scheduler(),
      async (items, atOnce, scheduler) => {
        const numbered = items.map((one, number) => ({ ...one, number }))
        const log: { number: number; at: 'begin' | 'end' }[] = []
        let most = 0
        let now = 0
        const done = inOrder(
          numbered,
          atOnce,
          (one) => one,
          async ({ number }) => {
            log.push({ number, at: 'begin' })
            most = Math.max(most, ++now)
            await scheduler.schedule(Promise.resolve())
            now--
            log.push({ number, at: 'end' })
            return number
          },
        )
        expect(await scheduler.waitFor(done)).toEqual(numbered.map(({ number }) => number))
        expect(most).toBeLessThanOrEqual(atOnce)
        const index = (number: number, at: 'begin' | 'end') =>
          log.findIndex((one) => one.number === number && one.at === at)
        for (const [later, b] of numbered.entries()) {
          for (const a of numbered.slice(0, later)) {
            if (meet(a, b)) expect(index(a.number, 'end')).toBeLessThan(index(b.number, 'begin'))
          }
        }
      },
    ),
  ))

it('runs side by side what does not meet', async () => {
  let now = 0
  let most = 0
  const items = Array.from({ length: 9 }, (_, number) => ({ written: `own-${number}`, mentioned: new Set(['common']) }))
  await inOrder(
    items,
    4,
    (one) => one,
    async () => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setTimeout(resolve, 5))
      now--
    },
  )
  expect(most).toBe(4)
})

it('tells an item what became of those it waited for', async () => {
  const items = [
    { written: 'a', mentioned: new Set<string>() },
    { written: 'b', mentioned: new Set(['a']) },
    { written: 'c', mentioned: new Set<string>() },
    { written: 'a', mentioned: new Set(['c']) },
  ]
  const waited: (readonly string[])[] = []
  await inOrder<(typeof items)[number], string>(
    items,
    4,
    (one) => one,
    async (one, before) => {
      waited[items.indexOf(one)] = before.toSorted()
      return `${items.indexOf(one)}`
    },
  )
  expect(waited).toEqual([[], ['0'], [], ['0', '1', '2']])
})
