import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Item, itemSize } from '../../../infra/local/size.ts'
import { eventually, type Json, type Running, startFixture } from './fixtures/running.ts'
import { fixture } from './fixtures/stack.ts'

let running: Running
beforeAll(async () => {
  running = await startFixture()
})
afterAll(() => running.stop())

const post = async (path: string, body: unknown): Promise<Json> =>
  (await running.fetch(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })).json()

describe('a call that the function’s policies do not allow', () => {
  it('fails as in AWS, and is told loudly', async () => {
    const { error, message } = await post('/put-seen', 'yours')
    expect(error).toBe('AccessDeniedException')
    expect(message).toMatch(
      /^User: arn:aws:sts::000000000000:assumed-role\/Fixture-ApiRole-\w+\/Fixture-ApiFunction-\w+ is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:local:000000000000:table\/Fixture-Seen-\w+ because no identity-based policy allows the dynamodb:PutItem action$/,
    )
    expect(
      running.said.some((line) => line.startsWith('DENIED  User:') && line.endsWith('(partition keys: yours)')),
    ).toBe(true)
  })

  it('may be allowed for other keys', async () => {
    expect(await post('/put-seen', 'mine')).toEqual({})
    expect(await post('/transact', ['mine', 'mended'])).toEqual({})
    expect(await post('/transact', ['mine', 'yours'])).toMatchObject({ error: 'AccessDeniedException' })
    await running.operator.send(
      new DeleteItemCommand({ TableName: running.cloud.outputs.Seen, Key: { pk: { S: 'mended' }, sk: { S: '0' } } }),
    )
  })
})

describe('a caller', () => {
  const client = (accessKeyId: string, secretAccessKey: string) =>
    new DynamoDBClient({
      endpoint: running.cloud.gateway,
      region: 'local',
      credentials: { accessKeyId, secretAccessKey },
    })

  it('whom nobody knows is turned away', async () => {
    await expect(client('LOCAL0', 'x').send(new ListTablesCommand({}))).rejects.toThrow(
      'The security token included in the request is invalid.',
    )
  })

  it('who signs with another secret is turned away', async () => {
    const { accessKeyId } = running.cloud.operator
    await expect(client(accessKeyId, 'x').send(new ListTablesCommand({}))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
    })
    const { TableNames } = await running.operator.send(new ListTablesCommand({}))
    expect(TableNames).toHaveLength(2)
  })

  it('of the operator’s routes shows the operator’s secret', async () => {
    expect((await fetch(`${running.cloud.gateway}/_local/capacity`)).status).toBe(401)
    expect((await running.local('/_local/capacity')).status).toBe(200)
  })
})

it('shows the function the answer that AWS would give, without what was asked for the count', async () => {
  await running.put('a', '0', 'x')
  expect(await post('/get', '')).toEqual({ Item: { pk: { S: 'a' }, sk: { S: '0' }, value: { S: 'x' } } })
})

describe('capacity', () => {
  interface Spent {
    function: string
    table: string
    operation: string
    calls: number
    readUnits: number
    writeUnits: number
  }
  const spent = async (): Promise<Spent[]> => ((await (await running.local('/_local/capacity')).json()) as Json).spent
  beforeEach(async () => {
    expect(await eventually(() => running.cloud.settled(2_000), Boolean)).toBe(true)
    await running.local('/_local/capacity', 'DELETE')
  })
  const table = () => running.cloud.outputs.Seen as string
  const Key = { pk: { S: 'k' }, sk: { S: '0' } }
  const item = (bytes: number): Item => ({
    ...Key,
    d: { S: 'x'.repeat(bytes - 'pk'.length - 1 - 'sk'.length - 1 - 1) },
  })
  const send = (command: unknown) => running.operator.send(command as PutItemCommand).catch(() => undefined)
  const put = (bytes: number, more: object = {}) =>
    new PutItemCommand({ TableName: table(), Item: item(bytes) as never, ...more })

  it.each<[string, (() => unknown)[], number]>([
    ['a KB begun is a unit', [() => put(1024)], 1],
    ['and the next begins the next', [() => put(1025)], 2],
    ['a smaller item over a larger costs the larger', [() => put(3000), () => put(100)], 3],
    [
      'an update costs the larger of before and after',
      [() => put(3000), () => new UpdateItemCommand({ TableName: table(), Key, UpdateExpression: 'REMOVE d' })],
      3,
    ],
    ['a delete costs what it deletes', [() => put(2500), () => new DeleteItemCommand({ TableName: table(), Key })], 3],
    [
      'and one where nothing is',
      [() => new DeleteItemCommand({ TableName: table(), Key: { ...Key, sk: { S: 'absent' } } })],
      1,
    ],
    [
      'a condition that fails costs the item that is there',
      [() => put(2500), () => put(100, { ConditionExpression: 'attribute_not_exists(pk)' })],
      3,
    ],
    [
      'a transaction costs twice',
      [
        () => put(100),
        () =>
          new TransactWriteItemsCommand({
            TransactItems: [{ Put: { TableName: table(), Item: item(1500) as never } }],
          }),
      ],
      4,
    ],
  ])('of writes: %s', async (_, commands, units) => {
    for (const command of commands.slice(0, -1)) await send(command())
    await running.local('/_local/capacity', 'DELETE')
    await send(commands.at(-1)?.())
    expect((await spent()).reduce((sum, { writeUnits }) => sum + writeUnits, 0)).toBe(units)
  })

  it.each<[string, () => unknown, number]>([
    [
      'a strong read is a unit for 4 KB',
      () => new GetItemCommand({ TableName: table(), Key, ConsistentRead: true }),
      2,
    ],
    ['another costs half', () => new GetItemCommand({ TableName: table(), Key }), 1],
    [
      'what is not there is a unit',
      () => new GetItemCommand({ TableName: table(), Key: { ...Key, sk: { S: 'absent' } }, ConsistentRead: true }),
      1,
    ],
    [
      'a query costs what it reads, not what it shows',
      () =>
        new QueryCommand({
          TableName: table(),
          KeyConditionExpression: 'pk = :k',
          ExpressionAttributeValues: { ':k': { S: 'k' } },
          ConsistentRead: true,
          Select: 'COUNT',
        }),
      2,
    ],
  ])('of reads: %s', async (_, command, units) => {
    await send(put(5000))
    await running.local('/_local/capacity', 'DELETE')
    await send(command())
    expect((await spent()).reduce((sum, { readUnits }) => sum + readUnits, 0)).toBe(units)
  })

  it('is counted by function, table and operation', async () => {
    await post('/put-seen', 'mine')
    expect(await spent()).toEqual([
      { function: 'ApiFunction', table: table(), operation: 'PutItem', calls: 1, readUnits: 0, writeUnits: 1 },
    ])
  })

  it('of an item is counted by the rules of its types', () => {
    expect(itemSize({ n: { N: '-12345' } })).toBe(1 + 5)
    expect(itemSize({ b: { B: Buffer.alloc(10).toString('base64') }, t: { BOOL: true } })).toBe(11 + 2)
    expect(itemSize({ m: { M: { a: { S: 'ä' } } }, l: { L: [{ NULL: true }] }, s: { SS: ['ab', 'c'] } })).toBe(
      1 + 3 + 1 + 1 + 2 + (1 + 3 + 1 + 1) + 4,
    )
  })
})

describe('the bus', () => {
  it('takes up to 10 entries and 256 KB, and refuses others whole', async () => {
    const { Entries, FailedEntryCount } = await post('/publish', ['{"n":1}', '{"n":2}'])
    expect(FailedEntryCount).toBe(0)
    expect(Entries.map(({ EventId }: { EventId: string }) => EventId)).toEqual([expect.any(String), expect.any(String)])
    expect(await post('/publish', Array(11).fill('{}'))).toMatchObject({ error: 'ValidationException' })
    expect(await post('/publish', [JSON.stringify({ a: 'x'.repeat(262_144) })])).toMatchObject({
      message: expect.stringContaining('over the limit'),
    })
  })

  it('refuses an entry whose detail is no object, and takes the others', async () => {
    expect(await post('/publish', ['[1]', '{}', 'no'])).toMatchObject({
      FailedEntryCount: 2,
      Entries: [{ ErrorCode: 'MalformedDetail' }, { EventId: expect.any(String) }, { ErrorCode: 'MalformedDetail' }],
    })
  })

  it('hands to a rule’s targets what its pattern matches', async () => {
    await post('/publish', ['{"kind":"quiet"}', '{"kind":"loud-1"}'])
    const heard = await eventually(
      () => running.seen('heard'),
      (events) => events.length > 0,
    )
    expect(heard).toMatchObject([
      { source: 'fixture', 'detail-type': 'Told', account: '000000000000', detail: { kind: 'loud-1' } },
    ])
  })

  it('is listened to by pattern, one event a line', async () => {
    const pattern = encodeURIComponent('{"detail":{"n":[3]}}')
    const response = await running.local(`/_local/events?pattern=${pattern}`)
    await post('/publish', ['{"n":2}', '{"n":3}'])
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const { value } = await reader.read()
    expect(JSON.parse(new TextDecoder().decode(value))).toMatchObject({ detail: { n: 3 } })
    await reader.cancel()
    expect((await running.local('/_local/events?pattern={"a":[{"suffix":"x"}]}')).status).toBe(400)
  })
})

describe('a function that is called by name', () => {
  const caller = (credentials = running.cloud.operator) =>
    new LambdaClient({ endpoint: running.cloud.gateway, region: 'local', credentials, maxAttempts: 1 })
  const invoke = async (payload: unknown, client = caller(), FunctionName = running.cloud.outputs.Consume) => {
    const answer = await client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }))
    return { ...answer, Payload: JSON.parse(answer.Payload?.transformToString() ?? '') }
  }

  it('answers its caller, who waits for it', async () => {
    const answer = await invoke({ detail: { kind: 'called' } })
    expect(answer).toMatchObject({ StatusCode: 200, Payload: { $metadata: { httpStatusCode: 200 } } })
    expect(answer.FunctionError).toBeUndefined()
    const heard = await running.seen('heard')
    expect(heard).toContainEqual({ detail: { kind: 'called' } })
  })

  it('fails in its answer, not in the call', async () => {
    expect(await invoke({})).toMatchObject({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      Payload: { errorType: 'TypeError', errorMessage: expect.stringContaining('not iterable') },
    })
  })

  it('is called by its ARN as well, and where there is none that is said', async () => {
    const arn = `arn:aws:lambda:local:000000000000:function:${running.cloud.outputs.Consume}`
    expect(await invoke({ detail: { kind: 'by ARN' } }, caller(), arn)).toMatchObject({ StatusCode: 200 })
    await expect(invoke({}, caller(), 'nobody')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Function not found: nobody',
    })
  })

  it('is called by the operator, and by no function that may not', async () => {
    expect(await post('/invoke', JSON.stringify(running.cloud.outputs.Consume))).toMatchObject({
      error: 'AccessDeniedException',
      message: expect.stringContaining(
        'is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:',
      ),
    })
    const stranger = { ...running.cloud.operator, secretAccessKey: 'x' }
    await expect(invoke({}, caller(stranger))).rejects.toMatchObject({ name: 'InvalidSignatureException' })
  })
})

it('with faults, calls fail in every way that a function must stand, and none is lost', async () => {
  const resources = fixture()
  Object.assign(resources.Stage?.Properties ?? {}, { DefaultRouteSettings: {} })
  const faulty = await startFixture({ faults: '5' }, resources)
  const errors = new Set<string>()
  for (let index = 0; index < 60; index++) {
    const answer = await faulty.fetch('/put', { method: 'POST', body: JSON.stringify({ pk: `p${index}`, sk: '0' }) })
    const { error } = (await answer.json()) as Json
    if (error) errors.add(error)
  }
  expect([...errors]).toEqual(['TransactionConflictException']) // the SDK tries the others again by itself
  const keys = (seen: { pk: string }[]) => new Set(seen.map(({ pk }) => pk))
  const seen = await eventually(
    () => faulty.seen(),
    (records) => keys(records).size >= 50,
  )
  expect(keys(seen).size).toBeGreaterThanOrEqual(50)
  await faulty.stop()
})
