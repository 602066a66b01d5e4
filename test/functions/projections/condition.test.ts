import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ViewsWriter } from '#functions/project/writer.ts'
import { type Condition, meets } from '#functions/projections/condition.ts'
import type { Row } from '#functions/projections/row.ts'
import { Views } from '#functions/projections/views.ts'
import { createTables } from '../../support/engine.ts'
import { withEngine } from '../../support/with-engine.ts'
import { noon } from '../project/fixtures.ts'

const engine = withEngine()
const client = engine.client()

const text = fc.constantFrom('', 'a', 'b', 'aa', 'status', '\u00e4', '\uffee', '\u{1f1f4}')
const number = fc.integer({ min: -2, max: 2 })
const value = fc.oneof(text, number, fc.boolean(), fc.array(text, { maxLength: 3 }))
const name = fc.constantFrom('status', 'mode', 'size', 'of')
const rows = fc.array(fc.dictionary(name, value, { maxKeys: 4 }), { minLength: 12, maxLength: 12 })
const some = <Value>(one: fc.Arbitrary<Value>) => fc.array(one, { minLength: 1, maxLength: 3 })
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ attribute: name, oneOf: some(fc.oneof(text, number, fc.boolean())) }),
  fc.record({ attribute: name, anyOf: some(text) }),
  fc.record({ attribute: name, least: fc.oneof(text, number) }),
  fc.record({ attribute: name, most: fc.oneof(text, number) }),
)

it('means the same to DynamoDB and to whoever judges a row, alone and with others', async () => {
  const seen = { met: 0, missed: 0 }
  await fc.assert(
    fc.asyncProperty(rows, fc.array(fc.array(condition, { maxLength: 3 }), { minLength: 10 }), async (given, asked) => {
      const { views: table } = await createTables(client)
      const writer = new ViewsWriter({ client, table, generation: 1, now: () => noon })
      const all = given.map(
        (attributes, index): Row => ({ pk: 'list', sk: `row-${String(index).padStart(2, '0')}`, ...attributes }),
      )
      await Promise.all(all.map((row) => writer.put(row, 1)))
      const views = new Views({ client, table })
      for (const conditions of asked) {
        const found = await views.rows({
          generation: 1,
          partition: 'list',
          conditions,
          ascending: true,
          count: 20,
          look: 20,
        })
        const expected = all.filter((row) => conditions.every((one) => meets(row, one))).map(({ sk }) => sk)
        expect(found.rows.map(({ sk }) => sk?.S)).toEqual(expected)
        seen.met += expected.length
        seen.missed += all.length - expected.length
      }
    }),
    { numRuns: 25 },
  )
  expect(Math.min(seen.met, seen.missed)).toBeGreaterThan(100)
}, 90_000)
