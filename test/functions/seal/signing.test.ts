import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseNote, parseVkey, verifyNote } from '#events/log/note.ts'
import { wider } from '#functions/seal/complete-tiles.ts'
import { NotSigned } from '#functions/seal/signer.ts'
import { headItem, tileItem } from '#functions/store/log-item.ts'
import { LogStore } from '#functions/store/log-store.ts'
import { audit } from '../../support/audit.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { type Fault, faults, isWrite } from '../../support/faults.ts'
import { LogKeysInMemory, recorder, sealer, testOrigin } from '../../support/log.ts'
import { watchKept } from '../../support/watch.ts'
import { withEngine } from '../../support/with-engine.ts'

const engine = withEngine()
let client: DynamoDBClient
let tables: Tables
let record: ReturnType<typeof recorder>
let log: LogStore
let info: ReturnType<typeof vi.spyOn>
let error: ReturnType<typeof vi.spyOn>
beforeEach(async () => {
  client = engine.client()
  tables = await createTables(client)
  record = recorder(client, tables)
  log = new LogStore({ client, table: tables.log })
  info = vi.spyOn(console, 'info').mockImplementation(() => undefined)
  error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
})
afterEach(() => vi.restoreAllMocks())

const some = (count: number) => Array.from({ length: count }, (_, index) => watchKept(`${index}`))
const told = (spy: ReturnType<typeof vi.spyOn>) =>
  (spy.mock.calls as unknown[][]).map(([line]): Record<string, unknown> => JSON.parse(String(line)))
const held = async () => {
  const [identity, checkpoint] = [await log.identity(), await log.checkpoint()]
  const note = parseNote(checkpoint?.note ?? '')
  return { size: checkpoint?.size, names: verifyNote(note, (identity?.vkeys ?? []).map(parseVkey)).length, note }
}

describe('a log', () => {
  it('is begun by the first who seals, with a key that is made, and every head of it is signed', async () => {
    await record.sealed('mission-a', ...some(3))
    const identity = await log.identity()
    expect(identity).toMatchObject({ origin: testOrigin, parameters: [1] })
    expect(await held()).toMatchObject({ size: 3, names: 1 })
    await record.sealed('mission-a', ...some(2))
    expect(await held()).toMatchObject({ size: 5, names: 1 })
    expect((await held()).note.text).toMatch(new RegExp(`^${testOrigin}\n5\n`))
    expect(await log.identity()).toEqual(identity)
    await audit(client, tables)
  })

  it('is begun before it has an event, where one asks for it', async () => {
    await record.seal.sign()
    expect(await held()).toMatchObject({ size: 0, names: 1 })
    expect((await held()).note.text).toBe(`${testOrigin}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n`)
    await record.sealed('mission-a', ...some(2))
    expect(await held()).toMatchObject({ size: 2 })
    await audit(client, tables)
  })

  it('is signed once for what a run seals, and not again for what is signed', async () => {
    await record.sealed('mission-a', ...some(1))
    for (const name of ['mission-b', 'mission-c']) await record.append(name, ...some(600))
    const { calls } = faults(client)
    await record.seal.run(['mission-b', 'mission-c'])
    expect(calls.filter(isWrite).map(({ command }) => command)).toEqual([
      'TransactWriteItems',
      'TransactWriteItems',
      'PutItem',
    ])
    calls.length = 0
    await record.seal.run(['mission-b'])
    await record.seal.sign()
    expect(calls.filter(isWrite)).toEqual([])
    expect(calls.map(({ command }) => command)).toEqual(['Query', 'BatchGetItem', 'Query', 'BatchGetItem'])
  })

  it('reads nothing for a signature beyond what it reads for sealing', async () => {
    await record.sealed('mission-a', ...some(1))
    await record.append('mission-a', ...some(1))
    const { calls } = faults(client)
    await record.seal.run(['mission-a'], new Map([['mission-a', 1]]))
    expect(calls.map(({ command }) => command).sort()).toEqual([
      'BatchGetItem', // head, mark, checkpoint, identity
      'PutItem',
      'Query', // what is parked
      'Query', // the commit
      'TransactWriteItems',
    ])
  })

  it('keeps the name that it began with, and says so', async () => {
    await record.sealed('mission-a', ...some(1))
    const elsewhere = sealer(client, tables, { origin: 'other.example' })
    await record.append('mission-a', ...some(1))
    await elsewhere.run(['mission-a'])
    await record.append('mission-a', ...some(1))
    await elsewhere.run(['mission-a'])
    expect((await held()).note.text).toMatch(new RegExp(`^${testOrigin}\n3\n`))
    const ignored = { step: 'seal', message: 'another origin is ignored', origin: testOrigin, ignored: 'other.example' }
    expect(told(info).filter(({ message }) => message === ignored.message)).toEqual([ignored])
  })

  it('is begun as one, however many begin it', async () => {
    for (const name of ['mission-a', 'mission-b', 'mission-c']) await record.append(name, ...some(2))
    // As if each were a process: keys are made by whoever is first, and read by all.
    const keys = new LogKeysInMemory()
    const runs = ['mission-a', 'mission-b', 'mission-c'].map((name) =>
      sealer(engine.client(), tables, { keys }).run([name]),
    )
    await Promise.all(runs)
    const { sealed } = await audit(client, tables)
    expect(sealed).toHaveLength(6)
    expect(told(info).filter(({ message }) => message === 'log begun')).toHaveLength(1)
    expect(await held()).toMatchObject({ size: 6, names: 1 })
  })
})

describe('a log of the time before it had tiles', () => {
  /** As it was: no identity, no checkpoint, no tiles, and chunks that do not say their hashes. */
  async function older(count: number): Promise<void> {
    await record.append('mission-a', ...some(Math.min(count, 300)))
    if (count > 300) await record.append('mission-b', ...some(count - 300))
    await record.seal.run(['mission-a', 'mission-b'])
    const TableName = tables.log
    const { Items = [] } = await client.send(new ScanCommand({ TableName }))
    for (const { pk, sk } of Items) {
      const Key = { pk: pk ?? { S: '' }, sk: sk ?? { S: '' } }
      if (/^(identity|checkpoint|tile#.*)$/.test(pk?.S ?? ''))
        await client.send(new DeleteItemCommand({ TableName, Key }))
      if (pk?.S?.startsWith('entries#')) {
        await client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: 'REMOVE hashes' }))
      }
    }
    expect(await log.identity()).toBeUndefined()
  }

  it('gets its tiles from its chunks before anybody vouches for it', async () => {
    await older(550)
    const order: string[] = []
    client.middlewareStack.add(
      (next) => async (args) => {
        order.push((args.input as { Item?: { pk?: { S?: string } } }).Item?.pk?.S ?? '')
        return next(args)
      },
      { step: 'initialize' },
    )
    await record.seal.sign()
    const written = order.filter((pk) => pk !== '')
    expect(written.slice(0, 2).sort()).toEqual(['tile#0#0', 'tile#0#1'])
    expect(written.slice(2)).toEqual(['tile#1#0', 'identity', 'checkpoint'])
    expect(await held()).toMatchObject({ size: 550, names: 1 })
    expect((await log.tiles([{ level: 1, n: 0, width: 2 }]))({ level: 1, n: 0, width: 2 })).toHaveLength(64)
  })

  it('gets them also where it grows past a tile before anybody has begun it', async () => {
    await older(550)
    const keyless = sealer(client, tables, { keys: { seed: async () => undefined, make: refuse } })
    await record.append('mission-b', ...some(300))
    await keyless.run(['mission-b'])
    expect(await log.identity()).toBeUndefined()
    expect((await log.tiles([{ level: 1, n: 0, width: 3 }]))({ level: 1, n: 0, width: 3 })).toHaveLength(96)
    await record.seal.sign()
    expect(await held()).toMatchObject({ size: 850, names: 1 })
  })

  it('is not signed where its chunks do not make its head', async () => {
    await older(550)
    const key = { pk: { S: 'entries#0' }, sk: { S: '0000000000000000' } }
    const entries = Buffer.from((await chunk(key))?.entries?.B ?? [])
    entries[40] = (entries[40] ?? 0) ^ 1
    const set = { UpdateExpression: 'SET entries = :e', ExpressionAttributeValues: { ':e': { B: entries } } }
    await client.send(new UpdateItemCommand({ TableName: tables.log, Key: key, ...set }))
    await expect(record.seal.sign()).rejects.toThrow('do not make the tree with 550 leaves')
    expect(await log.identity()).toBeUndefined()
  })

  const chunk = async (Key: { pk: { S: string }; sk: { S: string } }) => {
    return (await client.send(new GetItemCommand({ TableName: tables.log, Key }))).Item
  }
  const refuse = async () => {
    throw new NotSigned('refused')
  }
})

describe('nothing is signed, that is told, and sealing goes on', () => {
  const refusals = () => told(error).filter(({ message }) => message === 'the log cannot be signed')

  it('where the key is gone: none is made in its place', async () => {
    await record.sealed('mission-a', ...some(1))
    const keys = new LogKeysInMemory()
    await record.append('mission-a', ...some(2))
    expect(await sealer(client, tables, { keys }).run(['mission-a'])).toEqual({ sealed: 2, parked: [] })
    expect((await log.head()).size).toBe(3)
    expect((await log.checkpoint())?.size).toBe(1)
    expect(await keys.seed(1)).toBeUndefined()
    expect(refusals()).toMatchObject([{ size: 3, error: 'NotSigned', detail: expect.stringContaining('is gone') }])
    // Found again, it signs what was sealed meanwhile.
    await record.seal.run(['mission-a'])
    expect(await held()).toMatchObject({ size: 3, names: 1 })
  })

  it('where the key is another one', async () => {
    await record.sealed('mission-a', ...some(1))
    const keys = new LogKeysInMemory()
    await keys.make(1)
    await record.append('mission-a', ...some(1))
    await sealer(client, tables, { keys }).run(['mission-a'])
    expect((await log.checkpoint())?.size).toBe(1)
    expect(refusals()).toMatchObject([{ detail: expect.stringContaining('is another one') }])
  })

  it('where the log was set back behind what is signed, however far it then grows', async () => {
    await record.sealed('mission-a', ...some(3))
    const before = await log.head()
    await record.sealed('mission-b', ...some(4))
    await setBack(before, ['mission-b'])
    const again = recorder(engine.client(), tables)
    await again.seal.sign()
    expect(refusals()).toMatchObject([{ size: 3, detail: expect.stringContaining('checkpoint of 7') }])
    await again.append('mission-c', ...some(6))
    await again.seal.run(['mission-c'])
    await sealer(engine.client(), tables).sign()
    expect((await log.head()).size).toBe(9)
    expect((await log.checkpoint())?.size).toBe(7)
    expect(refusals()).toHaveLength(3)
  })

  /** As a table restored to an older time, but for the checkpoint, which readers have. */
  async function setBack(head: Awaited<ReturnType<LogStore['head']>>, streams: readonly string[]): Promise<void> {
    const TableName = tables.log
    await client.send(new PutItemCommand({ TableName, Item: headItem(head, 'restored') }))
    for (const stream of streams) {
      await client.send(new DeleteItemCommand({ TableName, Key: { pk: { S: `stream#${stream}` }, sk: { S: '0' } } }))
    }
    const late = { pk: { S: 'entries#0' }, sk: { S: String(head.size).padStart(16, '0') } }
    await client.send(new DeleteItemCommand({ TableName, Key: late }))
  }
})

describe('a fault in whatever is written', () => {
  const kinds = (['before', 'after'] as const).flatMap((when) => [true, false].map((retried) => ({ when, retried })))
  const untilDone = async (act: () => Promise<unknown>) => {
    for (let tries = 0; tries < 5; tries++) {
      try {
        return await act()
      } catch {
        // Delivered again.
      }
    }
    throw new Error('never done')
  }
  /** Across a tile boundary, in one transaction: genesis, tiles, signature. */
  const run = async (using: DynamoDBClient, of: Tables) => {
    const seal = sealer(using, of)
    await untilDone(() => seal.run(['mission-a']))
    await recorder(engine.client(), of).append('mission-b', ...some(400))
    await untilDone(() => seal.run(['mission-b']))
  }

  for (const { when, retried } of kinds) {
    it(`${when} it lands, ${retried ? 'sent again by the SDK' : 'given up'}: the log is the same, and signed`, async () => {
      const clean = engine.client()
      const { calls } = faults(clean)
      await recorder(engine.client(), tables).append('mission-a', ...some(100))
      await run(clean, tables)
      const writes = calls.filter(isWrite).length
      expect(calls.filter(isWrite).map(({ command }) => command)).toEqual([
        'TransactWriteItems',
        'PutItem', // identity
        'PutItem', // checkpoint
        'TransactWriteItems', // with the tiles
        'PutItem',
      ])
      for (let nth = 1; nth <= writes; nth++) {
        const mine = await createTables(client)
        const using = engine.client()
        const unlucky = faults(using)
        unlucky.set({ nth, when, retried } satisfies Fault)
        await recorder(engine.client(), mine).append('mission-a', ...some(100))
        await run(using, mine)
        expect(unlucky.unmet(), `write ${nth}`).toBe(0)
        const { sealed, unsealed } = await audit(client, mine)
        expect([sealed.length, unsealed], `write ${nth}`).toEqual([500, []])
        expect((await new LogStore({ client, table: mine.log }).checkpoint())?.size, `write ${nth}`).toBe(500)
      }
    })
  }

  it('of genesis in an empty log: head, identity and checkpoint are there in the end, once', async () => {
    for (const { when, retried } of kinds) {
      for (let nth = 1; nth <= 3; nth++) {
        const mine = await createTables(client)
        const using = engine.client()
        const unlucky = faults(using)
        unlucky.set({ nth, when, retried })
        const seal = sealer(using, mine)
        await untilDone(() => seal.sign())
        expect(unlucky.unmet()).toBe(0)
        const mineLog = new LogStore({ client, table: mine.log })
        expect((await mineLog.identity())?.vkeys).toHaveLength(1)
        expect((await mineLog.checkpoint())?.size).toBe(0)
        await recorder(client, mine).sealed('mission-a', ...some(1))
        await audit(client, mine)
      }
    }
  })

  it('between the decision and the signature: whoever is rung next signs', async () => {
    await record.sealed('mission-a', ...some(1))
    await record.append('mission-a', ...some(2))
    const using = engine.client()
    faults(using).set({ nth: 1, when: 'before', of: ({ command }) => command === 'PutItem' })
    await expect(sealer(using, tables).run(['mission-a'])).rejects.toThrow()
    expect([(await log.head()).size, (await log.checkpoint())?.size]).toEqual([3, 1])
    await sealer(engine.client(), tables).run(['mission-a'])
    expect(await held()).toMatchObject({ size: 3, names: 1 })
    await audit(client, tables)
  })

  it('and three sealers at once, each with a fault of its own, across a tile boundary', async () => {
    for (const nth of [1, 2, 3, 4]) {
      const mine = await createTables(client)
      for (const name of ['mission-a', 'mission-b', 'mission-c']) {
        await recorder(engine.client(), mine).append(name, ...some(130))
      }
      await Promise.all(
        ['mission-a', 'mission-b', 'mission-c'].map(async (name, index) => {
          const using = engine.client()
          faults(using).set({ nth, when: index === 1 ? 'after' : 'before', retried: false })
          const seal = sealer(using, mine)
          await untilDone(() => seal.run([name]))
        }),
      )
      const { sealed, unsealed } = await audit(client, mine)
      expect([sealed.length, unsealed]).toEqual([390, []])
      expect((await new LogStore({ client, table: mine.log }).checkpoint())?.size).toBe(390)
    }
  })
})

it('never narrows a tile', async () => {
  await record.sealed('mission-a', ...some(300))
  await record.sealed('mission-a', ...some(300))
  const narrow = { level: 1, n: 0, hashes: new Uint8Array(32) }
  const put = new PutItemCommand({ TableName: tables.log, Item: tileItem(narrow), ...wider(narrow) })
  await expect(client.send(put)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' })
})
