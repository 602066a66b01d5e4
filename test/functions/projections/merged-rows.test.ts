import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ViewsWriter } from '#functions/project/writer.ts'
import { mergedRows } from '#functions/projections/merged-rows.ts'
import { Views } from '#functions/projections/views.ts'
import { each } from '#functions/runtime/each.ts'
import { createTables } from '../../support/engine.ts'
import { withEngine } from '../../support/with-engine.ts'
import { noon } from '../project/fixtures.ts'

const engine = withEngine()
const client = engine.client()

const key = (n: number) => `key-${String(n).padStart(4, '0')}`
const wanted = [{ attribute: 'wanted', oneOf: [true] }]

/** Rows by partition, `n` being the sort key; those in `wanted` meet the condition. */
async function put(partitions: readonly (readonly number[])[], isWanted: (n: number) => boolean) {
  const { views: table } = await createTables(client)
  const writer = new ViewsWriter({ client, table, generation: 1, now: () => noon })
  const rows = partitions.flatMap((keys, p) => keys.map((n) => ({ pk: `p-${p}`, sk: key(n), wanted: isWanted(n) })))
  await each(rows, 32, (row) => writer.put(row, 1))
  return new Views({ client, table })
}

/** Every page, as a list reads it: after the last row that it used, or from where the look ended. */
async function pages(
  views: Views,
  asked: Omit<Parameters<typeof mergedRows>[1], 'generation' | 'count'>,
  limit: number,
) {
  const found: string[] = []
  let after: string | undefined
  let empty = 0
  do {
    const { rows, next } = await mergedRows(views, { ...asked, generation: 1, after, count: limit + 1 })
    const page = rows.slice(0, limit).map(({ sk }) => sk?.S ?? '')
    found.push(...page)
    if (page.length === 0) empty++
    after = rows.length > limit ? page.at(-1) : next
  } while (after !== undefined)
  return { found, empty }
}

describe('rows of several partitions', () => {
  it('are one list by their sort keys, each once, within the bounds of each, forwards and backwards', async () => {
    const bound = fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined })
    const partition = fc.record({
      keys: fc.uniqueArray(fc.nat({ max: 30 }), { maxLength: 12 }),
      from: bound,
      to: bound,
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(partition, { minLength: 1, maxLength: 5 }),
        fc.array(fc.record({ limit: fc.integer({ min: 1, max: 9 }), ascending: fc.boolean(), all: fc.boolean() }), {
          minLength: 6,
        }),
        async (given, asked) => {
          const isWanted = (n: number) => n % 3 === 0
          const views = await put(
            given.map(({ keys }) => keys),
            isWanted,
          )
          const partitions = given.map(({ from, to }, p) => ({
            partition: `p-${p}`,
            from: from === undefined ? undefined : key(from),
            to: to === undefined ? undefined : key(to),
          }))
          for (const { limit, ascending, all } of asked) {
            const within = given.flatMap(({ keys, from = 0, to = 30 }) => keys.filter((n) => from <= n && n <= to))
            const sorted = [...new Set(within)].filter((n) => all || isWanted(n)).sort((a, b) => a - b)
            const expected = (ascending ? sorted : sorted.reverse()).map(key)
            const conditions = all ? [] : wanted
            expect((await pages(views, { partitions, ascending, conditions }, limit)).found).toEqual(expected)
          }
        },
      ),
      { numRuns: 15, endOnFailure: true },
    )
  })

  it('are looked at in measure: a page may be empty, and leads on to what is far away', async () => {
    // One partition is crowded at the top; what others have below it is not to come before the crowd is looked through.
    const crowded = Array.from({ length: 200 }, (_, n) => 2_600 + n)
    const others = Array.from({ length: 25 }, (_, p) => Array.from({ length: 20 }, (_, n) => 26 * n + p))
    const all = [crowded, ...others]
    const isWanted = (n: number) => n === 2_601 || (n < 2_600 && n % 50 === 0)
    const views = await put(all, isWanted)
    const partitions = all.map((_, p) => ({ partition: `p-${p}` }))
    const { found, empty } = await pages(views, { partitions, conditions: wanted }, 10)
    const expected = all.flat().filter(isWanted)
    expect(found).toEqual(expected.sort((a, b) => b - a).map(key))
    expect(empty).toBeGreaterThan(0)
  }, 60_000)
})
