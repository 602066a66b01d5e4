import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, it } from 'vitest'
import { healthOf } from '#functions/api/health.ts'
import { Views } from '#functions/projections/views.ts'
import { publishCheckpoint } from '#functions/store/checkpoint.ts'
import { LogStore } from '#functions/store/log-store.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { withEngine } from '../../support/with-engine.ts'

const engine = withEngine()
let tables: Tables
let client: DynamoDBClient
let units: number
let clock: number
let broken: boolean

beforeEach(async () => {
  clock = 0
  broken = false
  units = 0
  tables = await createTables(engine.client())
  client = engine.client()
  client.middlewareStack.add(
    (next) => async (args) => {
      if (broken) throw new Error('The table does not answer')
      const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } })
      const { ConsumedCapacity } = answer.output as { ConsumedCapacity?: { CapacityUnits?: number } }
      units += ConsumedCapacity?.CapacityUnits ?? 0
      return answer
    },
    { step: 'initialize' },
  )
})

const health = () => {
  const published = publishCheckpoint({ client, table: tables.log })
  return healthOf({
    log: new LogStore({ client, table: tables.log }),
    views: new Views({ client, table: tables.views }),
    published: () => published.seen(),
    now: () => clock,
  })
}
const put = (table: string, pk: string, sk: string, more: object) =>
  engine.client().send(new PutItemCommand({ TableName: table, Item: { pk: { S: pk }, sk: { S: sk }, ...more } }))
const parkMany = (count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, n) =>
      put(tables.views, '2#parked', `mission-of-a-very-long-name-${n}`, { error: { S: 'x'.repeat(160) } }),
    ),
  )
const generation = (n: number) => ({ M: { n: { N: String(n) }, shape: { N: '3' } } })

it('says how far rows have come that are being rebuilt', async () => {
  await put(tables.views, 'generation', '0', { live: generation(2), filling: generation(3) })
  await put(tables.views, '2#checkpoint', '0', { position: { N: '40' } })
  await put(tables.views, '3#checkpoint', '0', { position: { N: '20' } })
  expect(await health()()).toMatchObject({
    status: 'ok',
    project: { generation: 2, position: 40, filling: { generation: 3, position: 20 } },
  })
  expect(units).toBeLessThanOrEqual(6)
})

it('counts what is parked to 100', async () => {
  await put(tables.views, 'generation', '0', { live: generation(2) })
  await parkMany(130)
  expect(await health()()).toMatchObject({ status: 'degraded', parked: { seal: 0, project: 100 } })
})

it('takes 6 read units every 5 seconds, however much is parked', async () => {
  await put(tables.views, 'generation', '0', { live: generation(2), filling: generation(3) })
  await parkMany(100)
  const ask = health()
  const minutes = 2
  for (; clock < minutes * 60_000; clock += 1_000) await ask()
  const atMost = (minutes * 60) / 5
  expect(units).toBeGreaterThan(atMost)
  expect(units).toBeLessThanOrEqual(atMost * 6)
})

it('does not keep an answer that failed', async () => {
  await put(tables.views, 'generation', '0', { live: generation(2) })
  const ask = health()
  broken = true
  await expect(ask()).rejects.toThrow('does not answer')
  broken = false
  expect(await ask()).toMatchObject({ status: 'ok' })
})

describe('what is sealed', () => {
  const second = 1_000
  const at = (ms: number) => new Date(ms).toISOString()
  const seal = (size: number) => put(tables.log, 'head', '0', { size: { N: String(size) }, sealedAt: { S: at(clock) } })
  const sign = (size: number) =>
    put(tables.log, 'checkpoint', '0', { size: { N: String(size) }, signedAt: { S: at(clock) }, note: { S: '' } })

  it('is signed up to the checkpoint, which says since when', async () => {
    await seal(4)
    await sign(3)
    expect(await health()()).toMatchObject({ status: 'ok', head: 4, checkpoint: { size: 3, signedAt: at(clock) } })
  })

  it('may wait a minute for its signature, and no longer', async () => {
    await seal(4)
    const ask = health()
    expect(await ask()).not.toHaveProperty('checkpoint')
    clock += 61 * second
    expect(await ask()).toMatchObject({ status: 'degraded' })
    expect(await health()()).toMatchObject({ status: 'degraded' })
    await sign(4)
    expect(await health()()).toMatchObject({ status: 'ok', checkpoint: { size: 4 } })
  })

  it('may have been sealed long ago, once it is signed', async () => {
    await seal(4)
    await sign(4)
    clock += 10_000 * second
    expect(await health()()).toMatchObject({ status: 'ok' })
    await seal(5)
    expect(await health()()).toMatchObject({ status: 'ok' })
  })

  it('is not well while it goes on and nothing of it is signed', async () => {
    await sign(3)
    const ask = health()
    const statuses: string[] = []
    for (let size = 4; size < 20; size++) {
      await seal(size)
      statuses.push((await ask()).status)
      clock += 6 * second
    }
    expect([statuses[0], statuses.at(-1)]).toEqual(['ok', 'degraded'])
  })
})
