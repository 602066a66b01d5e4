import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, it } from 'vitest'
import { isRemovalByLaw } from '#functions/seal/changed.ts'
import type { Item } from '#functions/store/commit.ts'
import { Withhold } from '#functions/withhold/withhold.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { recorder } from '../../support/log.ts'
import { withEngine } from '../../support/with-engine.ts'
import { corrected, said } from '../project/fixtures.ts'

const engine = withEngine()
const client = engine.client()
const one = said('mira-kovan', 'the harbour had been quiet')
let tables: Tables
let record: ReturnType<typeof recorder>
const keys = { streamId: { S: one.stream }, version: { N: '1' } }

beforeEach(async () => {
  tables = await createTables(client)
  record = recorder(client, tables)
  await record.sealed(one.stream, one.event, corrected({ documentId: 'gazette' }))
  await record.sealed(one.stream, { type: 'PayloadWithheld', data: { version: 2, ground: 'by order of the court' } })
})

const told = (eventName = 'MODIFY', Keys: Item = keys) =>
  isRemovalByLaw({ client, events: tables.events, log: tables.log }, { eventName, dynamodb: { Keys } } as never)
const remove = () => new Withhold({ client, ...tables }).run({ streamId: one.stream, version: 2 })
const commit = async (): Promise<Item> => {
  const { Item } = await client.send(new GetItemCommand({ TableName: tables.events, Key: keys, ConsistentRead: true }))
  return Item ?? {}
}
const put = (item: Item) => client.send(new PutItemCommand({ TableName: tables.events, Item: item }))
/** The commit with one attribute of one of its events set, or taken away. */
async function change(index: number, name: string, value?: Item[string]): Promise<void> {
  const item = await commit()
  const events = (item.events?.L ?? []).map(({ M = {} }, at) => {
    const { [name]: _, ...rest } = M
    return { M: at === index ? { ...rest, ...(value ? { [name]: value } : {}) } : M }
  })
  await put({ ...item, events: { L: events } })
}

describe('a change of a commit', () => {
  it('is a removal by law where a payload has gone that an event in the log withholds', async () => {
    await remove()
    expect(await told()).toBe(true)
  })

  it('is none where nothing has gone', async () => expect(await told()).toBe(false))

  it('is none where the commit has gone, or is another than the record names', async () => {
    await remove()
    expect(await told('REMOVE')).toBe(false)
    expect(await told('MODIFY', { ...keys, version: { N: '2' } })).toBe(false)
    expect(await told('MODIFY', { ...keys, streamId: { S: 'statement-s-none' } })).toBe(false)
    expect(await told('MODIFY', {})).toBe(false)
  })

  it.each<[string, number, string, Item[string] | undefined]>([
    ['a payload is another', 0, 'd', { S: '{}' }],
    ['a salt is another', 0, 's', { S: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['a payload has gone with nothing that says why', 0, 'd', undefined],
    ['an entry is not as it was', 0, 'e', { S: '{"id":"statement-s-another/1"}' }],
    ['a payload is said to be withheld by what withholds another', 0, 'withheld', { N: '2' }],
    ['a payload is said to be withheld by what withholds nothing', 1, 'withheld', { N: '0' }],
    ['a payload is said to be withheld by what is not in the log', 1, 'withheld', { N: '77' }],
  ])('is none where %s', async (_, index, name, value) => {
    await remove()
    await change(index, name, value)
    expect(await told()).toBe(false)
  })

  it('is none where what stands beside the events is another', async () => {
    await remove()
    await put({ ...(await commit()), time: { S: '2031-02-14T12:00:00.000Z' } })
    expect(await told()).toBe(false)
  })
})
