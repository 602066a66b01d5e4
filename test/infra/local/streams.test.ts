import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Engine } from '../../../infra/local/engine.ts'
import type { Invocation } from '../../../infra/local/instance.ts'
import { Reader } from '../../../infra/local/mappings.ts'
import type { Mapping, Table } from '../../../infra/local/stack.ts'
import { Stream, type StreamRecord, shardCount } from '../../../infra/local/streams.ts'
import { ensureTables } from '../../../infra/local/tables.ts'
import { eventually, type Running, startFixture } from './fixtures/running.ts'

describe('a stream', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await Engine.start({})
  })
  afterAll(() => engine.stop())

  const tableOf = (name: string, view: string): Table => ({
    id: name,
    name,
    arn: `arn:aws:dynamodb:local:000000000000:table/${name}`,
    attributes: [{ AttributeName: 'pk', AttributeType: 'S' }],
    keys: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    indexes: [],
    stream: { arn: `arn:aws:dynamodb:local:000000000000:table/${name}/stream/x`, view },
  })
  const put = (table: Table, pk: string, value: string) =>
    engine.ask('DynamoDB_20120810.PutItem', { TableName: table.name, Item: { pk: { S: pk }, value: { S: value } } })

  async function read(table: Table, after = 0n): Promise<StreamRecord[]> {
    const all: StreamRecord[] = []
    const options = { engine, table, region: 'local', log: () => undefined }
    const stream = new Stream({ ...options, deal: (records) => void all.push(...records) })
    await stream.open()
    stream.start(after)
    await expect.poll(() => stream.idle).toBe(true)
    await stream.stop()
    return all
  }

  it('deals its records to four shards by partition key, and keeps their order', async () => {
    const table = tableOf('dealt', 'KEYS_ONLY')
    await ensureTables(engine, [table])
    for (let index = 0; index < 40; index++) await put(table, `key-${index % 20}`, String(index))
    const records = await read(table)
    expect(records).toHaveLength(40)
    expect(new Set(records.map(({ shard }) => shard))).toEqual(new Set(Array.from({ length: shardCount }, (_, n) => n)))
    const sequences = records.map(({ sequence }) => sequence)
    expect(sequences).toEqual([...sequences].sort((one, other) => Number(one - other)))
    const shards = new Map<string, Set<number>>()
    for (const { event, shard } of records) {
      const key = JSON.stringify((event as { dynamodb: { Keys: unknown } }).dynamodb.Keys)
      shards.set(key, (shards.get(key) ?? new Set()).add(shard))
    }
    expect(shards.size).toBe(20)
    expect([...shards.values()].every((one) => one.size === 1)).toBe(true)
  })

  it.each([
    ['KEYS_ONLY', false, false],
    ['NEW_IMAGE', true, false],
    ['OLD_IMAGE', false, true],
    ['NEW_AND_OLD_IMAGES', true, true],
  ])('shows what its view, %s, holds, and nothing of a write that changed nothing', async (view, hasNew, hasOld) => {
    const table = tableOf(`view-${view}`, view)
    await ensureTables(engine, [table])
    for (const value of ['a', 'b', 'b']) await put(table, 'k', value)
    const events = (await read(table)).map(({ event }) => event as { eventName: string; dynamodb: object })
    expect(events.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY'])
    expect('NewImage' in (events[1]?.dynamodb ?? {})).toBe(hasNew)
    expect('OldImage' in (events[1]?.dynamodb ?? {})).toBe(hasOld)
    expect(events[1]?.dynamodb).toMatchObject({ Keys: { pk: { S: 'k' } }, StreamViewType: view })
  })

  it('is read from where it was left', async () => {
    const table = tableOf('left', 'KEYS_ONLY')
    await ensureTables(engine, [table])
    for (let index = 0; index < 5; index++) await put(table, `key-${index}`, 'x')
    const [, , third] = await read(table)
    expect(await read(table, third?.sequence)).toHaveLength(2)
  })

  it('says where it ends, also when it is empty', async () => {
    const table = tableOf('ended', 'KEYS_ONLY')
    await ensureTables(engine, [table])
    const stream = new Stream({ engine, table, region: 'local', deal: () => undefined, log: () => undefined })
    expect((await stream.open()) ?? 0n).toBe(0n)
    await put(table, 'k', 'x')
    expect(await stream.open()).toBe(1n)
  })

  it('belongs to a table that is not made anew under other keys', async () => {
    const table = tableOf('changed', 'KEYS_ONLY')
    await ensureTables(engine, [table])
    await ensureTables(engine, [table])
    const other = { ...table, keys: [...table.keys, { AttributeName: 'sk', KeyType: 'RANGE' as const }] }
    await expect(ensureTables(engine, [other])).rejects.toThrow('other keys, indexes or stream')
  })
})

describe('a mapping', () => {
  const plain: Mapping = {
    id: 'mapping',
    table: 'table',
    functionId: 'function',
    enabled: true,
    filters: [],
    batchSize: 3,
    windowMs: 0,
    bisect: false,
    reportsFailures: false,
    maximumAgeMs: -1,
    maximumRetries: -1,
    fromStart: true,
  }
  const record = (sequence: number, shard = 0, createdAt = Date.now()): StreamRecord => ({
    sequence: BigInt(sequence),
    shard,
    createdAt,
    event: { n: sequence, dynamodb: { SequenceNumber: String(sequence) } },
  })
  const failed: Invocation = { error: { errorType: 'Error', errorMessage: 'on purpose' } }

  /** Runs records through a mapping whose function answers as `answer` says, and gives the batches it was called with. */
  function run(mapping: Partial<Mapping>, answer: (batch: number[], call: number) => Invocation, delivered?: bigint[]) {
    const batches: number[][] = []
    const saved: string[] = []
    const reader = new Reader({
      mapping: { ...plain, ...mapping },
      delivered,
      end: 100n,
      invoke: async (payload) => {
        const batch = (JSON.parse(payload) as { Records: { n: number }[] }).Records.map(({ n }) => n)
        batches.push(batch)
        return answer(batch, batches.length)
      },
      save: (sequences) => saved.push(sequences.join()),
      log: () => undefined,
    })
    const take = async (...records: StreamRecord[]) => {
      reader.take(records, records.at(-1)?.sequence ?? 0n)
      await expect.poll(() => reader.idle, { timeout: 5_000 }).toBe(true)
      await reader.stop()
      return batches
    }
    return { reader, take, batches, saved }
  }
  const well = (): Invocation => ({ payload: 'null' })

  it('gives batches of its size, shard by shard, in order', async () => {
    const { take, saved } = run({}, well)
    const batches = await take(...[1, 2, 3, 4, 5].map((n) => record(n)), record(6, 1), record(7, 1))
    expect(batches).toContainEqual([1, 2, 3])
    expect(batches).toContainEqual([4, 5])
    expect(batches).toContainEqual([6, 7])
    expect(saved.at(-1)).toBe('7,7,7,7') // a shard that has nothing is as far as the stream was read
  })

  it('tries again until the function has taken a batch, and holds only its shard', async () => {
    const { take } = run({}, (batch, call) => (batch.includes(1) && call < 4 ? failed : well()))
    const batches = await take(record(1), record(2), record(3), record(4), record(5, 1))
    expect(batches.filter((batch) => batch.includes(1))).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ])
    expect(batches.findIndex((batch) => batch.includes(5))).toBeLessThan(2)
    expect(batches.at(-1)).toEqual([4])
  })

  it('passes over what its filters do not want', async () => {
    const wants = { source: null, matches: (event: unknown) => (event as { n: number }).n % 2 === 0 }
    const { take } = run({ filters: [wants] }, well)
    expect(await take(...[1, 2, 3, 4].map((n) => record(n)))).toEqual([[2, 4]])
  })

  it('goes on after the first record that a function reports as failed', async () => {
    const report = (n: number): Invocation => ({
      payload: JSON.stringify({ batchItemFailures: [{ itemIdentifier: String(n) }] }),
    })
    const { take } = run({ reportsFailures: true }, (_, call) => (call === 1 ? report(2) : well()))
    expect(await take(record(1), record(2), record(3))).toEqual([
      [1, 2, 3],
      [2, 3],
    ])
  })

  it('halves a batch that fails where the template says so', async () => {
    const { take } = run({ bisect: true, maximumRetries: 5 }, (batch) =>
      batch.includes(2) && batch.length > 1 ? failed : well(),
    )
    expect(await take(record(1), record(2), record(3))).toEqual([[1, 2, 3], [1, 2], [1], [2], [3]])
  })

  it('gives up after the retries and the age that the template sets, and not before', async () => {
    const retried = run({ maximumRetries: 2 }, (batch) => (batch.includes(1) ? failed : well()))
    expect(await retried.take(record(1), record(9, 1))).toHaveLength(4)
    const aged = run({ maximumAgeMs: 60_000 }, well)
    expect(await aged.take(record(1, 0, Date.now() - 61_000), record(2))).toEqual([[2]])
  })

  it('begins where it was when all ended; new, at the start or the end as the template says', () => {
    expect(run({}, well, [4n, 9n, 7n, 9n]).reader.after).toBe(4n)
    expect(run({}, well).reader.after).toBe(0n)
    expect(run({ fromStart: false }, well).reader.after).toBe(100n)
    expect(run({}, well, [400n, 900n, 700n, 900n]).reader.after).toBe(100n) // of a table that is no more
  })
})

describe('a write', () => {
  let running: Running
  beforeAll(async () => {
    running = await startFixture()
  })
  afterAll(() => running.stop())

  it('is at the function at once, as the template’s view and filter have it', async () => {
    await running.put('a', '1', 'one')
    await running.put('ignored')
    await running.put('a', '2', 'two')
    const seen = await eventually(
      () => running.seen(),
      (records) => records.length >= 2,
    )
    expect(seen.map(({ pk, sk }) => [pk, sk])).toEqual([
      ['a', '1'],
      ['a', '2'],
    ])
    expect(seen[0].record).toMatchObject({
      eventName: 'INSERT',
      eventSource: 'aws:dynamodb',
      dynamodb: { NewImage: { value: { S: 'one' } } },
    })
  })

  it('that a function cannot take waits, and nothing else waits with it', async () => {
    await running.put('stuck')
    for (let index = 0; index < 12; index++) await running.put(`free-${index}`)
    const free = await eventually(
      () => running.seen(),
      (records) => records.length >= 10,
    )
    expect(free.some(({ pk }) => pk === 'stuck')).toBe(false)
    expect(free.filter(({ pk }) => pk.startsWith('free-')).length).toBeGreaterThan(4)
    const Item = { pk: { S: 'mended' }, sk: { S: '0' } }
    await running.operator.send(new PutItemCommand({ TableName: running.cloud.outputs.Seen, Item }))
    const all = await eventually(
      () => running.seen(),
      (records) => records.some(({ pk }) => pk === 'stuck'),
    )
    expect(all.filter(({ pk }) => pk === 'stuck')).toHaveLength(1)
    expect(running.said.join('\n')).toContain('[consume] error: Error: stuck on purpose')
  })
})

it('forgets records that all are done with, so that writes stay quick, and counts on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rapporteur-trim-'))
  const running = await startFixture({ data: folder })
  const writing = Array.from({ length: 300 }, (_, index) => `key-${index % 7}`)
  for (const [index, pk] of writing.entries()) await running.put(pk, String(index))
  expect(await running.cloud.settled(20_000)).toBe(true)
  const kept = () => {
    const database = new DatabaseSync(join(folder, 'tables.sqlite'), { readOnly: true })
    const rows = database.prepare('SELECT CAST(sequence_number AS INTEGER) AS n FROM _stream_records ORDER BY n').all()
    database.close()
    return rows.map(({ n }) => Number(n))
  }
  expect(kept().length).toBeLessThan(100)
  expect(kept().at(-1)).toBe(300)
  await running.stop()
  const again = await startFixture({ data: folder })
  expect(kept()).toEqual([300])
  await again.put('key-0', 'last')
  expect(kept()).toEqual([300, 301])
  await again.stop()
  rmSync(folder, { recursive: true })
})

it('is rung for by a write whose answer the engine never gave', async () => {
  const engine = await Engine.start({})
  const between = await silencing(engine, 'unheard')
  const running = await startFixture({ engine: between.endpoint })
  const Item = { pk: { S: 'unheard' }, sk: { S: '0' } }
  const first = { TableName: running.cloud.outputs.Items, Item, ConditionExpression: 'attribute_not_exists(pk)' }
  await expect(running.operator.send(new PutItemCommand(first))).rejects.toThrow('conditional') // its second try
  const seen = await eventually(
    () => running.seen(),
    (records) => records.length >= 1,
  )
  expect(seen.map(({ pk }) => pk)).toEqual(['unheard'])
  await running.stop()
  between.stop()
  await engine.stop()
})

/** An endpoint before an engine that has the first write which names `word` done, and then breaks off. */
async function silencing(engine: Engine, word: string) {
  let broken = false
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const target = String(request.headers['x-amz-target'])
    const answer = await engine.call(target, body)
    if (!broken && target.endsWith('.PutItem') && body.includes(word)) {
      broken = true
      request.socket.destroy()
    } else response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(answer.body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => server.close().closeAllConnections() }
}
