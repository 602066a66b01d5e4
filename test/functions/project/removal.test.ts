import { BatchWriteItemCommand, paginateScan } from '@aws-sdk/client-dynamodb'
import { expect, it } from 'vitest'
import { Removal } from '#functions/project/removal.ts'
import { createTables } from '../../support/engine.ts'
import { withEngine } from '../../support/with-engine.ts'

const engine = withEngine()
const client = engine.client()
const generations = { live: { n: 2, shape: 1 }, retired: '2031-02-14T12:00:00.000Z' }

async function put(table: string, pks: readonly string[]): Promise<void> {
  for (let from = 0; from < pks.length; from += 25) {
    const requests = pks.slice(from, from + 25).map((pk, index) => ({
      PutRequest: { Item: { pk: { S: pk }, sk: { S: String(from + index) } } },
    }))
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }))
  }
}

async function partitions(table: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for await (const { Items = [] } of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
    for (const { pk } of Items) found[pk?.S ?? ''] = (found[pk?.S ?? ''] ?? 0) + 1
  }
  return found
}

it.each([1, 3])(
  'removes old rows of many pages whole, and no others, by %i at once',
  async (atOnce) => {
    const { views } = await createTables(client)
    const old = Array.from({ length: 2_500 }, () => '1#statements') // more than a page of one segment
    const mixed = Array.from({ length: 2_500 }, (_, n) => `${1 + (n % 2)}#topic#${n % 16}`)
    await put(views, [...old, ...mixed, '1#checkpoint', '2#checkpoint', 'generation'])
    const removals = Array.from({ length: atOnce }, () => new Removal({ client, table: views }))
    const ended = await Promise.all(removals.map((removal) => removal.run(generations, () => false)))
    expect(ended).toEqual(removals.map(() => true))
    const live = Array.from({ length: 16 }, (_, n) => n).filter((n) => n % 2 === 1)
    expect(await partitions(views)).toEqual({
      generation: 1,
      '1#checkpoint': 1,
      '2#checkpoint': 1,
      ...Object.fromEntries(live.map((n) => [`2#topic#${n}`, n < 4 ? 157 : 156])),
    })
  },
  60_000,
)
