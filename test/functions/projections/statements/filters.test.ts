import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listStatements, type StatementFilters } from '#functions/projections/statements/query.ts'
import { Views } from '#functions/projections/views.ts'
import { withEngine } from '../../../support/with-engine.ts'
import { dates, names, plain, put, records, standing } from './records.ts'

const engine = withEngine()
const client = engine.client()

const actor = fc.constantFrom(...names.actors, 'nobody')
const filters: fc.Arbitrary<StatementFilters> = fc
  .record(
    {
      speaker: actor,
      organization: actor,
      onBehalfOf: actor,
      agency: actor,
      mission: fc.constantFrom(...names.missions),
      document: fc.constantFrom(...names.documents),
      occasion: fc.constantFrom(...names.occasions),
      topic: fc.constantFrom(...names.topics),
      mode: fc.constantFrom('direct', 'indirect', 'mixed'),
      status: fc.constantFrom('recorded', 'disputed', 'retracted', 'withheld'),
      said: dates,
      certainly: fc.boolean(),
      recordedAfter: fc
        .integer({ min: 0, max: 12 })
        .map((s) => new Date(Date.UTC(2031, 1, 14, 12, 0, s)).toISOString()),
      changedAfter: fc.integer({ min: 0, max: 60 }),
    },
    { requiredKeys: [] },
  )
  .chain((all) => fc.subarray(Object.entries(all), { maxLength: 3 }).map((few) => Object.fromEntries(few)))

/** Every page of a list. */
async function pages(views: Views, asked: StatementFilters, limit: number) {
  const found: string[] = []
  const seen: Awaited<ReturnType<typeof listStatements>>[] = []
  let cursor: string | undefined
  do {
    const page = await listStatements(views, { ...asked, limit, cursor })
    expect(page.items.length).toBeLessThanOrEqual(limit)
    found.push(...page.items.map(({ statementId }) => statementId))
    seen.push(page)
    cursor = page.next ?? undefined
  } while (cursor)
  return { found, last: seen.at(-1) }
}

describe('a list of statements, by any filters', () => {
  it('gives what a plain filter over everything gives, in the same order, on pages of any size', async () => {
    const seen = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(
        records,
        fc.array(fc.tuple(filters, fc.integer({ min: 1, max: 12 })), { minLength: 30, maxLength: 40 }),
        async (given, asked) => {
          const recorded = await put(client, given)
          const all = await standing(recorded)
          const views = new Views({ client, table: recorded.tables.views })
          for (const [filter, limit] of asked) {
            const { found, last } = await pages(views, filter, limit)
            expect(found, JSON.stringify(filter)).toEqual(plain(all, given.merges, filter))
            const key = `${last?.order} ${Object.keys(filter).length} ${found.length > 0 ? 'some' : 'none'}`
            seen.set(key, (seen.get(key) ?? 0) + 1)
          }
        },
      ),
      { numRuns: 4, endOnFailure: true },
    )
    for (const order of ['recorded', 'said', 'changed']) {
      expect([...seen.keys()].filter((key) => key.startsWith(order) && key.endsWith('some')).length).toBeGreaterThan(0)
    }
  }, 120_000)
})
