import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { beforeAll, expect, it } from 'vitest'
import { Access, keptMs } from '#functions/access/access.ts'
import { createKey } from '#functions/access/key.ts'
import { createTables } from '../../support/engine.ts'
import { withEngine } from '../../support/with-engine.ts'

const engine = withEngine()
let client: DynamoDBClient
let table: string
let clock = Date.parse('2031-02-14T08:00:00Z')
let reads = 0

beforeAll(async () => {
  client = engine.client()
  table = (await createTables(client)).access
  client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === 'GetItemCommand') reads++
      return next(args)
    },
    { step: 'initialize' },
  )
})

const opened = () => new Access({ client, table, now: () => clock })
const made = async (access: Access) => {
  const { key, item } = createKey('City desk', ['record', 'read-text'], new Date(clock))
  await access.put(item)
  return { key, item }
}
const revoke = (id: string) =>
  client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { pk: { S: `key#${id}` } },
      UpdateExpression: 'SET revokedAt = :at',
      ExpressionAttributeValues: { ':at': { S: '2031-02-14T09:00:00.000Z' } },
    }),
  )

it('finds a key with all that is on record of it', async () => {
  const access = opened()
  const { key, item } = await made(access)
  expect(await access.find(key)).toEqual(item)
})

it('finds neither a stranger’s key, nor a wrong secret under a known id', async () => {
  const access = opened()
  const { key } = await made(access)
  expect(await access.find(createKey('Nobody', ['admin'], new Date()).key)).toBeUndefined()
  expect(await access.find(`${key.slice(0, 20)}${'A'.repeat(43)}`)).toBeUndefined()
  expect(await access.find(key)).toBeDefined()
})

it('does not look up what is no key at all', async () => {
  const before = reads
  expect(await opened().find('hello')).toBeUndefined()
  expect(reads).toBe(before)
})

it('looks a found key up once in 30 seconds', async () => {
  const access = opened()
  const { key } = await made(access)
  const before = reads
  await access.find(key)
  clock += keptMs - 1
  await access.find(key)
  expect(reads).toBe(before + 1)
  clock += 1
  await access.find(key)
  expect(reads).toBe(before + 2)
})

it('knows a key from the moment it is made, also one it was asked for before', async () => {
  const access = opened()
  const { key, item } = createKey('City desk', ['record'], new Date(clock))
  expect(await access.find(key)).toBeUndefined()
  await access.put(item)
  expect(await access.find(key)).toEqual(item)
})

it('shuts out a revoked key within 30 seconds, and at once where it was not kept', async () => {
  const access = opened()
  const { key, item } = await made(access)
  expect(await access.find(key)).toBeDefined()
  await revoke(item.id)
  expect(await opened().find(key)).toBeUndefined()
  clock += keptMs
  expect(await access.find(key)).toBeUndefined()
})

it('never puts one key over another', async () => {
  const access = opened()
  const { item } = await made(access)
  await expect(access.put({ ...item, scopes: ['admin'] })).rejects.toThrow('conditional')
})
