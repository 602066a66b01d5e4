import { type DynamoDBClient, GetItemCommand, type TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, it } from 'vitest'
import { Remaining, type Seal } from '#functions/seal/seal.ts'
import { audit } from '../../support/audit.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { faults, isWrite } from '../../support/faults.ts'
import { recorder, sealer } from '../../support/log.ts'
import { watchKept } from '../../support/watch.ts'
import { withEngine } from '../../support/with-engine.ts'

const engine = withEngine()
let client: DynamoDBClient
let tables: Tables
let record: ReturnType<typeof recorder>
beforeEach(async () => {
  client = engine.client()
  tables = await createTables(client)
  record = recorder(client, tables)
})

const sealing = (using = client) => sealer(using, tables)
const some = (count: number, bytes = 1) =>
  Array.from({ length: count }, (_, index) => watchKept(`${index} ${'x'.repeat(bytes)}`))
/** Rings again where a sealer gave up after many lost races, as Lambda's event source does; nothing else is forgiven. */
const ring = async (seal: Seal, streams: string[]): Promise<void> => {
  for (;;) {
    try {
      await seal.run(streams)
      return
    } catch (error) {
      if (!(error instanceof Remaining)) throw error
    }
  }
}
const names = (count: number) => Array.from({ length: count }, (_, index) => `mission-${index}`)

describe('sealing', () => {
  it('gives appended events their positions, from 0 and without gaps, in the order of their stream', async () => {
    await record.append('mission-a', ...some(2))
    await record.append('mission-a', ...some(1))
    expect(await record.seal.run(['mission-a'])).toEqual({ sealed: 3, parked: [] })
    await record.append('mission-b', ...some(1))
    await record.append('mission-a', ...some(1))
    expect(await record.seal.run(['mission-a', 'mission-b'])).toEqual({ sealed: 2, parked: [] })
    const { sealed } = await audit(client, tables)
    expect(sealed.slice(0, 3)).toEqual(['mission-a/1', 'mission-a/2', 'mission-a/3'])
    expect(sealed.slice(3)).toEqual(['mission-b/1', 'mission-a/4'])
  })

  it('changes nothing when it is told again', async () => {
    await record.sealed('mission-a', ...some(3))
    const before = await client.send(
      new GetItemCommand({ TableName: tables.log, Key: { pk: { S: 'head' }, sk: { S: '0' } } }),
    )
    const { calls } = faults(client)
    expect(await record.seal.run(['mission-a', 'mission-a'])).toEqual({ sealed: 0, parked: [] })
    expect(calls.filter(isWrite)).toEqual([])
    const after = await client.send(
      new GetItemCommand({ TableName: tables.log, Key: { pk: { S: 'head' }, sk: { S: '0' } } }),
    )
    expect(after.Item).toEqual(before.Item)
  })

  it('does nothing for streams without events, and for no streams', async () => {
    expect(await record.seal.run(['mission-none'])).toEqual({ sealed: 0, parked: [] })
    expect(await record.seal.run([])).toEqual({ sealed: 0, parked: [] })
    expect((await record.log.head()).size).toBe(0)
  })

  it('is one transaction for a batch: chunks, marks and head, or nothing; and a signature', async () => {
    await record.sealed('mission-z', watchKept('x'))
    for (const name of names(10)) await record.append(name, ...some(2))
    const { calls } = faults(client)
    await record.seal.run(names(10))
    expect(calls.filter(isWrite)).toEqual([
      { command: 'TransactWriteItems', table: tables.log },
      { command: 'PutItem', table: tables.log }, // what it is then, signed
    ])
  })

  it('puts every item of it on a condition of its own, though one alone would hold the others', async () => {
    await record.sealed('mission-a', ...some(250))
    await record.append('mission-a', ...some(1))
    await record.append('mission-b', ...some(10))
    const conditions: Record<string, unknown> = {}
    client.middlewareStack.add(
      (next) => async (args) => {
        const { input } = args as { input: Partial<TransactWriteItemsCommandInput> }
        for (const { Put } of input.TransactItems ?? []) {
          const { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } = Put ?? {}
          const values = Object.values(ExpressionAttributeValues ?? {}).map(({ N }) => N)
          conditions[`${Put?.Item?.pk?.S} ${Number(Put?.Item?.sk?.S)}`] = ExpressionAttributeValues
            ? [ConditionExpression, ...Object.values(ExpressionAttributeNames ?? {}), ...values]
            : ConditionExpression
        }
        return next(args)
      },
      { step: 'initialize' },
    )
    await record.seal.run(['mission-a', 'mission-b'])
    expect(conditions).toEqual({
      'entries#0 250': 'attribute_not_exists(pk)',
      'entries#1 256': 'attribute_not_exists(pk)',
      'tile#0#0 0': ['attribute_not_exists(pk) or width < :width', '256'],
      'tile#1#0 0': ['attribute_not_exists(pk) or width < :width', '1'],
      'stream#mission-a 0': ['#was = :was', 'version', '250'],
      'stream#mission-b 0': 'attribute_not_exists(pk)',
      'head 0': ['#was = :was', 'size', '250'],
    })
  })

  it('takes streams in the order in which they were recorded, whoever rings first', async () => {
    let clock = Date.parse('2031-02-06T09:00:00.000Z')
    const later = recorder(client, tables, () => new Date(clock++))
    for (const name of ['mission-c', 'mission-a', 'mission-b']) await later.append(name, watchKept('x'))
    await record.seal.run(['mission-b', 'mission-a', 'mission-c'])
    expect((await audit(client, tables)).sealed).toEqual(['mission-c/1', 'mission-a/1', 'mission-b/1'])
  })

  it('seals a commit of 400 events across a multiple of 256', async () => {
    await record.sealed('mission-a', ...some(100))
    await record.sealed('mission-b', ...some(400))
    expect((await audit(client, tables)).sealed).toHaveLength(500)
    expect(await record.log.mark('mission-b')).toEqual({
      version: 400,
      position: 499,
      runs: [{ position: 100, count: 400 }],
    })
  })

  it('goes on until everything is sealed: more streams than a transaction holds', async () => {
    await Promise.all(names(150).map((name) => record.append(name, watchKept('x'))))
    expect(await record.seal.run(names(150))).toEqual({ sealed: 150, parked: [] })
    expect((await audit(client, tables)).unsealed).toEqual([])
  })

  it('goes on until everything is sealed: more events, and more bytes', async () => {
    for (let n = 0; n < 5; n++) await record.append('mission-a', ...some(300))
    for (let n = 0; n < 8; n++) await record.append('mission-b', ...some(5, 50_000))
    expect(await record.seal.run(['mission-a', 'mission-b'])).toEqual({ sealed: 1_540, parked: [] })
    expect((await audit(client, tables)).unsealed).toEqual([])
  })

  it('does not take an unanswered mark for a stream that was never sealed', async () => {
    for (const name of names(4)) await record.sealed(name, watchKept('x'))
    for (const name of names(4)) await record.append(name, watchKept('y'))
    let batchGets = 0
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const { input } = args as { input: { RequestItems?: Record<string, { Keys?: object[] }> } }
        const asked = input.RequestItems?.[tables.log]
        if (context.commandName !== 'BatchGetItemCommand' || !asked?.Keys || batchGets++ > 0) return next(args)
        const half = { RequestItems: { [tables.log]: { ...asked, Keys: asked.Keys.slice(2) } } }
        const answer = await next({ ...args, input: half })
        const left = { [tables.log]: { ...asked, Keys: asked.Keys.slice(0, 2) } }
        return { ...answer, output: { ...answer.output, UnprocessedKeys: left } }
      },
      { step: 'initialize' },
    )
    const { calls } = faults(client)
    expect(await record.seal.run(names(4))).toEqual({ sealed: 4, parked: [] })
    expect(batchGets).toBe(2)
    expect(calls.filter(isWrite), 'nothing was tried that could only fail').toHaveLength(2)
    expect((await audit(client, tables)).sealed).toHaveLength(8)
  })
})

describe('several sealers at once', () => {
  it('seal everything once', async () => {
    await Promise.all(
      names(40).map(async (name) => {
        for (const count of [1, 3, 2]) await record.append(name, ...some(count))
      }),
    )
    const streams = names(40)
    const sealers = [streams, [...streams].reverse(), [...streams.slice(20), ...streams.slice(0, 20)]]
    await Promise.all(sealers.map((order) => ring(sealing(engine.client()), order)))
    const { sealed, unsealed } = await audit(client, tables)
    expect(sealed).toHaveLength(240)
    expect(unsealed).toEqual([])
  })

  it('seal everything once while it is being written', async () => {
    const writing = Promise.all(
      names(6).map(async (name) => {
        for (let n = 0; n < 8; n++) {
          await record.append(name, ...some(2))
          await ring(sealing(engine.client()), [name, 'mission-0'])
        }
      }),
    )
    await writing
    await record.seal.run(names(6))
    const { sealed, unsealed } = await audit(client, tables)
    expect(sealed).toHaveLength(96)
    expect(unsealed).toEqual([])
  })

  /** A client before whose every transaction somebody else seals one event more. */
  const outrun = (times: number) => {
    const slow = engine.client()
    let rivals = 0
    slow.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'TransactWriteItemsCommand' && rivals++ < times) {
          await record.sealed('mission-rival', watchKept(`${rivals}`))
        }
        return next(args)
      },
      { step: 'initialize' },
    )
    return sealing(slow)
  }

  it('make one of them begin again from what then is true', async () => {
    await record.append('mission-a', ...some(2))
    expect(await outrun(3).run(['mission-a'])).toEqual({ sealed: 2, parked: [] })
    expect((await audit(client, tables)).sealed.slice(-2)).toEqual(['mission-a/1', 'mission-a/2'])
  })

  it('make one of them give up, so that it is rung again, with nothing lost', async () => {
    await record.append('mission-a', ...some(2))
    const error = await outrun(15)
      .run(['mission-a'])
      .catch((error) => error)
    expect(error).toBeInstanceOf(Remaining)
    expect(error).toMatchObject({ streamIds: ['mission-a'] })
    expect((await audit(client, tables)).unsealed).toEqual(['mission-a/1', 'mission-a/2'])
    await record.seal.run(['mission-a'])
    expect((await audit(client, tables)).unsealed).toEqual([])
  })
})

it('throws what would only fail again', async () => {
  await record.append('mission-a', ...some(1))
  const elsewhere = sealer(client, { ...tables, log: 'no-such-table' })
  await expect(elsewhere.run(['mission-a'])).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})
