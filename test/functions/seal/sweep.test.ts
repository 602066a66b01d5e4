import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest'
import { Remaining } from '#functions/seal/seal.ts'
import { Sweep, SweepUnfinished } from '#functions/seal/sweep.ts'
import { audit } from '../../support/audit.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { faults, isWrite } from '../../support/faults.ts'
import { recorder, sealer } from '../../support/log.ts'
import { watchKept } from '../../support/watch.ts'
import { withEngine } from '../../support/with-engine.ts'

type Item = Record<string, AttributeValue>

const engine = withEngine()
let client: DynamoDBClient
let tables: Tables
let clock = ''
let record: ReturnType<typeof recorder>
let told: MockInstance<typeof console.info>
let cried: MockInstance<typeof console.error>
beforeEach(async () => {
  client = engine.client()
  tables = await createTables(client)
  clock = '2031-02-14T09:30:00.000Z'
  record = recorder(client, tables, () => new Date(clock))
  told = vi.spyOn(console, 'info').mockImplementation(() => undefined)
  cried = vi.spyOn(console, 'error').mockImplementation(() => undefined)
})

const sweeper = (using = client, of = tables) => {
  const options = { client: using, events: of.events, log: of.log, now: () => new Date(clock) }
  return new Sweep({ ...options, views: of.views, seal: sealer(using, of, { now: options.now }) })
}
const sweep = (remainingMs?: () => number) => sweeper().run(remainingMs)
/** Records at a time, and nobody is told: the stream has lost it. */
const lost = async (time: string, streamId: string, entry = time) => {
  clock = time
  await record.append(streamId, watchKept(entry))
}
const itemOf = async (pk: string, sk = '0', table = tables.log): Promise<Item | undefined> => {
  const Key = { pk: { S: pk }, sk: { S: sk } }
  return (await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))).Item
}
const put = (table: string, item: Item) => client.send(new PutItemCommand({ TableName: table, Item: item }))
const mark = async () => (await itemOf('sweep'))?.hour?.S
const follow = async (position: number) => {
  await put(tables.log, { pk: { S: 'consumer#publish' }, sk: { S: '0' }, position: { N: String(position) } })
  const live = { M: { n: { N: '3' }, shape: { N: '1' } } }
  await put(tables.views, { pk: { S: 'generation' }, sk: { S: '0' }, live })
  await put(tables.views, { pk: { S: '3#checkpoint' }, sk: { S: '0' }, position: { N: String(position) } })
}
const messages = (spy: typeof told) =>
  spy.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>)
const swept = () => messages(told).filter(({ message }) => message === 'swept')
const cries = () => messages(cried).map(({ message }) => message)

describe('a sweep', () => {
  it('finds what the stream has lost, however long ago, and seals it', async () => {
    await lost('2031-02-10T23:59:59.999Z', 'mission-a')
    await lost('2031-02-11T00:00:00.000Z', 'mission-a')
    await record.seal.run(['mission-a'])
    await lost('2031-02-11T03:00:00.000Z', 'mission-a')
    await lost('2031-02-12T12:30:00.000Z', 'mission-b')
    await lost('2031-02-13T00:10:00.000Z', 'mission-a')
    clock = '2031-02-14T09:30:00.000Z'
    expect(await sweep()).toMatchObject({ commits: 5, behind: 2, sealed: 3, parked: 0 })
    const { sealed, unsealed } = await audit(client, tables)
    expect(unsealed).toEqual([])
    expect(sealed).toEqual(['mission-a/1', 'mission-a/2', 'mission-a/3', 'mission-a/4', 'mission-b/1'])
    expect(await mark()).toBe('2031-02-14T09')
  })

  it('begins where the first commit is, also where that one was lost and the log begins later', async () => {
    await lost('2030-12-31T23:10:00.000Z', 'mission-first')
    clock = '2031-02-13T10:00:00.000Z'
    await record.sealed('mission-later', watchKept('x'))
    clock = '2031-02-14T09:30:00.000Z'
    await sweep()
    expect((await audit(client, tables)).unsealed).toEqual([])
  })

  it('leaves what is younger than ten minutes to the stream, and takes it next time', async () => {
    await lost('2031-02-14T09:20:00.000Z', 'mission-a')
    await lost('2031-02-14T09:20:00.001Z', 'mission-b')
    clock = '2031-02-14T09:30:00.000Z'
    await sweep()
    expect((await audit(client, tables)).unsealed).toEqual(['mission-b/1'])
    clock = '2031-02-15T09:30:00.000Z'
    await sweep()
    expect((await audit(client, tables)).unsealed).toEqual([])
  })

  it('looks at a stream that holds what a clock ahead has written as soon as that hour is over', async () => {
    await lost('2031-02-14T12:59:59.999Z', 'mission-a')
    clock = '2031-02-14T09:30:00.000Z'
    await sweep()
    expect(await mark()).toBe('2031-02-14T09')
    clock = '2031-02-14T13:10:00.000Z'
    await sweep()
    expect((await audit(client, tables)).unsealed).toEqual([])
  })

  it('does not go back where the clock does', async () => {
    clock = '2031-02-14T09:30:00.000Z'
    await sweep()
    clock = '2031-02-13T09:30:00.000Z'
    await sweep()
    expect(await mark()).toBe('2031-02-14T09')
  })

  it('does not touch what is sealed, and writes nothing where there is nothing new', async () => {
    clock = '2031-02-14T08:30:00.000Z'
    await record.sealed('mission-a', watchKept('x'))
    await follow(1)
    clock = '2031-02-14T09:30:00.000Z'
    await sweep()
    const { calls } = faults(client)
    expect(await sweep()).toMatchObject({ behind: 0, sealed: 0 })
    expect(calls.filter(isWrite).map(({ command }) => command)).not.toContain('TransactWriteItems')
  })

  it('leaves off when the time is short, and goes on from there', async () => {
    for (const hour of ['01', '02', '03', '04']) {
      for (const minute of ['10', '20']) await lost(`2031-02-14T${hour}:${minute}:00.000Z`, `mission-${hour}-${minute}`)
    }
    clock = '2031-02-14T09:30:00.000Z'
    let calls = 0
    await expect(sweep(() => (++calls > 2 ? 0 : 600_000))).rejects.toBeInstanceOf(SweepUnfinished)
    expect((await audit(client, tables)).sealed).toHaveLength(4)
    expect(await mark()).toBe('2031-02-14T02')
    expect((await itemOf('sweep'))?.before?.S).toBe('2031-02-14T02:20:00.000Z')
    expect(await sweep()).toMatchObject({ sealed: 4 })
    expect((await audit(client, tables)).unsealed).toEqual([])
  })
})

describe('a stream that cannot be sealed', () => {
  const stream = 'mission-harbour-watch'
  const key = { streamId: { S: stream }, version: { N: '2' } }
  let whole: Item
  beforeEach(async () => {
    for (const minute of ['10', '20', '30']) await lost(`2031-02-13T08:${minute}:00.000Z`, stream)
    await lost('2031-02-13T08:40:00.000Z', 'mission-other')
    whole = (await client.send(new GetItemCommand({ TableName: tables.events, Key: key }))).Item ?? {}
    await put(tables.events, { ...whole, events: { L: [] } })
    clock = '2031-02-14T09:30:00.000Z'
  })

  it('is parked, and holds up neither the others nor the mark', async () => {
    expect(await sweep()).toMatchObject({ sealed: 2, parked: 1 })
    expect(await mark()).toBe('2031-02-14T09')
    expect(cries()).toContain('stream parked')
  })

  it('is tried again by each sweep, and drains in order once it is mended', async () => {
    await sweep()
    expect(await sweep()).toMatchObject({ sealed: 0, parked: 1 })
    expect(await itemOf('parked', stream)).toMatchObject({ tries: { N: '2' }, open: { BOOL: true } })
    await put(tables.events, whole)
    expect(await sweep()).toMatchObject({ sealed: 2, parked: 0 })
    expect(await itemOf('parked', stream)).toMatchObject({ open: { BOOL: false } })
    expect((await audit(client, tables)).unsealed).toEqual([])
  })

  it('is passed over where its id can be no key, and nobody waits for it', async () => {
    const long = `mission-${'x'.repeat(1_200)}`
    await put(tables.events, { ...whole, streamId: { S: long } })
    expect(await sweep()).toMatchObject({ sealed: 2, parked: 1 })
    expect(await mark()).toBe('2031-02-14T09')
  })
})

describe('followers of the log', () => {
  beforeEach(async () => {
    clock = '2031-02-13T08:30:00.000Z'
    await record.sealed('mission-a', watchKept('x'), watchKept('y'))
    clock = '2031-02-14T09:30:00.000Z'
  })

  it('are rung for where one is behind the head, by a write that leaves the head as it is', async () => {
    await follow(1)
    const before = await itemOf('head')
    expect(await sweep()).toMatchObject({ unpublished: 1, unprojected: 1 })
    expect(await itemOf('head')).toEqual({ ...before, rungAt: { S: clock } })
    clock = '2031-02-14T10:30:00.000Z'
    await record.sealed('mission-a', watchKept('z'))
    expect((await audit(client, tables)).sealed).toHaveLength(3)
    clock = '2031-02-15T09:30:00.000Z'
    await sweep()
    expect((await itemOf('head'))?.rungAt).toEqual({ S: clock })
  })

  it('are not rung for where all have come to the head', async () => {
    await follow(2)
    const before = await itemOf('head')
    await sweep()
    expect(await itemOf('head')).toEqual(before)
  })

  it('are cried out for where they lack what was there long ago, and not for what has just come', async () => {
    await follow(2)
    await sweep()
    clock = '2031-02-15T09:29:00.000Z'
    await record.sealed('mission-a', watchKept('z'))
    cried.mockClear()
    clock = '2031-02-15T09:30:00.000Z'
    await sweep()
    expect(cries()).toEqual([])
    await follow(1) // less than the log had a day ago
    await sweep()
    expect(cries()).toEqual(['left behind'])
    cried.mockClear()
    await follow(2)
    clock = '2031-02-15T10:00:00.000Z'
    await sweep()
    expect(cries(), 'what was sealed half an hour ago is not published').toEqual(['left behind'])
  })

  it('are signed for, where the last sealer could not', async () => {
    await record.append('mission-a', watchKept('z'))
    const Key = { pk: { S: 'checkpoint' }, sk: { S: '0' } }
    const before = (await itemOf('checkpoint')) ?? {}
    await record.seal.run(['mission-a'])
    await put(tables.log, { ...before, ...Key })
    expect(await sweep()).toMatchObject({ unsigned: 0 })
    expect(await itemOf('checkpoint')).toMatchObject({ size: { N: '3' } })
  })

  it('are rung for also when nothing can be signed for the moment, and then the sweep fails', async () => {
    const before = (await itemOf('checkpoint')) ?? {}
    await record.sealed('mission-a', watchKept('z'))
    await put(tables.log, before)
    const down = { seed: () => Promise.reject(new Error('out of order')), make: () => Promise.reject(new Error()) }
    const options = { client, events: tables.events, log: tables.log, now: () => new Date(clock) }
    const seal = sealer(client, tables, { now: options.now, keys: down })
    await expect(new Sweep({ ...options, views: tables.views, seal }).run()).rejects.toThrow('out of order')
    expect(await itemOf('head')).toHaveProperty('rungAt')
    expect(await mark()).toBe('2031-02-14T09')
  })

  it('are told of in one line of figures', async () => {
    await follow(0)
    await sweep()
    expect(swept()).toMatchObject([{ step: 'seal', commits: 1, behind: 0, parked: 0, unpublished: 2, unprojected: 2 }])
  })
})

describe('the cost of a sweep', () => {
  /** Read units and write units of what the action sends. */
  async function units(act: (using: DynamoDBClient) => Promise<unknown>) {
    const counted = engine.client()
    const spent = { read: 0, write: 0 }
    counted.middlewareStack.add(
      (next, context) => async (args) => {
        const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } })
        const { ConsumedCapacity: consumed } = answer.output as { ConsumedCapacity?: unknown }
        for (const { CapacityUnits = 0 } of [consumed].flat() as { CapacityUnits?: number }[]) {
          spent[/^(Put|Update|Transact)/.test(String(context.commandName)) ? 'write' : 'read'] += CapacityUnits
        }
        return answer
      },
      { step: 'initialize' },
    )
    await act(counted)
    return spent
  }

  it('is nearly nothing for a day without a commit', async () => {
    clock = '2031-02-13T08:30:00.000Z'
    await record.sealed('mission-a', watchKept('x'))
    await follow(1)
    clock = '2031-02-13T09:30:00.000Z'
    await sweep()
    clock = '2031-02-14T09:30:00.000Z'
    const { read, write } = await units((using) => sweeper(using).run())
    expect(write).toBe(1)
    expect(read).toBeLessThanOrEqual(25)
  })

  it('grows by half a read unit for each stream that was written to, and little for each commit', async () => {
    clock = '2031-02-13T09:30:00.000Z'
    await sweep()
    clock = '2031-02-13T12:30:00.000Z'
    const streams = Array.from({ length: 50 }, (_, index) => `mission-${index}`)
    for (let n = 0; n < 4; n++) await Promise.all(streams.map((stream) => record.append(stream, watchKept(`${n}`))))
    await record.seal.run(streams)
    await follow(200)
    clock = '2031-02-14T09:30:00.000Z'
    const { read, write } = await units((using) => sweeper(using).run())
    expect(write).toBe(1)
    expect(read).toBeLessThanOrEqual(25 + 50 / 2 + 200 / 60)
  })
})

it('passes no hour in which anything is unsealed, whatever was sealed, when, and wherever it left off', async () => {
  const now = Date.parse('2031-02-14T09:30:00.000Z')
  const commits = fc.array(
    fc.record({
      stream: fc.constantFrom('a', 'b', 'c'),
      agoMinutes: fc.integer({ min: 0, max: 400 }),
      seal: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  )
  await fc.assert(
    fc.asyncProperty(commits, fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 3 }), async (all, leavings) => {
      tables = await createTables(client)
      record = recorder(client, tables, () => new Date(clock))
      for (const { stream, agoMinutes, seal } of all.toSorted((a, b) => b.agoMinutes - a.agoMinutes)) {
        await lost(new Date(now - agoMinutes * 60_000).toISOString(), `mission-${stream}`)
        if (seal) await record.seal.run([`mission-${stream}`])
      }
      clock = new Date(now).toISOString()
      const holds = async () => {
        const { hour = '', before = '' } = Object.fromEntries(
          Object.entries((await itemOf('sweep')) ?? {}).map(([name, { S }]) => [name, S ?? '']),
        )
        for (const id of (await audit(client, tables)).unsealed) {
          const [streamId = '', version] = id.split('/')
          const Key = { streamId: { S: streamId }, version: { N: version ?? '' } }
          const { Item } = await client.send(new GetItemCommand({ TableName: tables.events, Key }))
          const [itsHour = '', itsTime = ''] = [Item?.recordedHour?.S, Item?.time?.S]
          expect(itsHour > hour || (itsHour === hour && itsTime >= before), id).toBe(true)
        }
      }
      for (const leaving of leavings) {
        let calls = 0
        await sweep(() => (++calls >= leaving ? 0 : 600_000)).catch((error) =>
          expect(error).toBeInstanceOf(SweepUnfinished),
        )
        await holds()
      }
      await sweep()
      await holds()
      const young = all.filter(({ agoMinutes }) => agoMinutes < 10).length
      expect((await audit(client, tables)).unsealed.length).toBeLessThanOrEqual(young)
    }),
    { numRuns: 30 },
  )
})

describe('faults', () => {
  /** A log with something lost in each of three hours, one parked stream that is mended, and followers behind. */
  async function unlucky(using: DynamoDBClient) {
    tables = await createTables(using)
    record = recorder(client, tables, () => new Date(clock))
    await lost('2031-02-14T02:10:00.000Z', 'mission-a')
    const Key = { streamId: { S: 'mission-a' }, version: { N: '1' } }
    const { Item = {} } = await client.send(new GetItemCommand({ TableName: tables.events, Key }))
    await put(tables.events, { ...Item, events: { L: [] } })
    await record.seal.run(['mission-a'])
    await put(tables.events, Item)
    for (const hour of ['03', '04', '05']) await lost(`2031-02-14T${hour}:10:00.000Z`, `mission-${hour}`)
    clock = '2031-02-14T09:30:00.000Z'
  }

  const counted = async () => {
    await unlucky(client)
    const { calls } = faults(client)
    await sweep()
    return calls.filter(isWrite)
  }

  for (const when of ['before', 'after'] as const) {
    for (const retried of [true, false]) {
      it(`in each write, ${when} it lands, ${retried ? 'sent again' : 'given up'}: the next sweep ends as a clean one`, async () => {
        const writes = await counted()
        // One transaction for what was parked and one for each hour, the parked item, the mark and the bell.
        expect(writes.length).toBeGreaterThanOrEqual(7)
        for (const nth of writes.keys()) {
          const failing = engine.client()
          await unlucky(failing)
          const { set, unmet } = faults(failing)
          set({ nth: nth + 1, when, retried })
          await sweeper(failing)
            .run()
            .catch(() => undefined)
          expect(unmet()).toBe(0)
          await sweep()
          const { sealed, unsealed } = await audit(client, tables)
          expect(sealed.toSorted(), `write ${nth + 1}`).toEqual([
            'mission-03/1',
            'mission-04/1',
            'mission-05/1',
            'mission-a/1',
          ])
          expect(unsealed).toEqual([])
          expect(await itemOf('parked', 'mission-a')).toMatchObject({ open: { BOOL: false } })
          expect(await mark()).toBe('2031-02-14T09')
        }
      })
    }
  }

  it('several sweeps and sealers at once seal everything once, and the mark stands at the end', async () => {
    const streams = Array.from({ length: 24 }, (_, index) => `mission-${index}`)
    for (const [index, stream] of streams.entries()) {
      await lost(`2031-02-14T0${index % 8}:10:00.000Z`, stream)
      await record.append(stream, watchKept('again'))
    }
    clock = '2031-02-14T09:30:00.000Z'
    const untilDone = async (act: () => Promise<unknown>): Promise<void> => {
      for (;;) {
        try {
          await act()
          return
        } catch (error) {
          if (!(error instanceof Remaining)) throw error
        }
      }
    }
    await Promise.all([
      ...[1, 2, 3].map(() => untilDone(() => sweeper(engine.client()).run())),
      untilDone(() => record.seal.run(streams.toReversed())),
    ])
    const { sealed, unsealed } = await audit(client, tables)
    expect(sealed).toHaveLength(48)
    expect(unsealed).toEqual([])
    expect(await mark()).toBe('2031-02-14T09')
  })

  it('a bell that is rung while the head moves changes nothing of it', async () => {
    await record.sealed('mission-a', watchKept('x'))
    const racing = engine.client()
    racing.middlewareStack.add(
      (next, context) => async (args) => {
        const { Item } = args.input as { Item?: Item }
        if (context.commandName === 'PutItemCommand' && Item?.pk?.S === 'head')
          await record.sealed('mission-b', watchKept('y'))
        return next(args)
      },
      { step: 'initialize' },
    )
    clock = '2031-02-14T10:30:00.000Z'
    await sweeper(racing).run()
    expect(await itemOf('head')).not.toHaveProperty('rungAt')
    expect((await audit(client, tables)).sealed).toEqual(['mission-a/1', 'mission-b/1'])
  })

  it('a mark that another sweep has moved on meanwhile stands', async () => {
    await put(tables.log, { pk: { S: 'sweep' }, sk: { S: '0' }, hour: { S: '2031-02-14T01' }, size: { N: '0' } })
    const slow = engine.client()
    slow.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'PutItemCommand') {
          const Key = { pk: { S: 'sweep' }, sk: { S: '0' } }
          const UpdateExpression = 'SET #hour = :hour'
          const values = { ':hour': { S: '2031-02-14T11' } }
          const names = { '#hour': 'hour' }
          await client.send(
            new UpdateItemCommand({
              TableName: tables.log,
              Key,
              UpdateExpression,
              ExpressionAttributeNames: names,
              ExpressionAttributeValues: values,
            }),
          )
        }
        return next(args)
      },
      { step: 'initialize' },
    )
    await sweeper(slow).run()
    expect(await mark()).toBe('2031-02-14T11')
  })
})
