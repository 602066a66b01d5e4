import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { Engine, type EngineAnswer } from '../../../infra/local/engine.ts'
import { Puts } from '../../../infra/local/puts.ts'
import type { Table } from '../../../infra/local/stack.ts'

const table: Table = {
  id: 'Lists',
  name: 'Lists-of-a-test',
  arn: 'arn:aws:dynamodb:local:000000000000:table/Lists-of-a-test',
  attributes: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  keys: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  indexes: [],
}

/** The engine behind a door that notes what is asked of it. */
let embedded: Engine
let door: Server
let engine: Engine
let puts: Puts
const asked: string[] = []

beforeAll(async () => {
  embedded = await Engine.start({})
  door = createServer((incoming, outgoing) => {
    asked.push(String(incoming.headers['x-amz-target']).replace(/^.*\./, ''))
    const { method = 'POST', headers } = incoming
    incoming.pipe(
      request(embedded.endpoint, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(outgoing)
      }),
    )
  }).listen(0, '127.0.0.1')
  await once(door, 'listening')
  engine = await Engine.start({ endpoint: `http://127.0.0.1:${(door.address() as { port: number }).port}` })
})
afterAll(async () => {
  await engine.stop()
  door.close()
  door.closeAllConnections()
  await embedded.stop()
})
beforeEach(async () => {
  await embedded.ask('DynamoDB_20120810.DeleteTable', { TableName: table.name }).catch(() => undefined)
  await embedded.ask('DynamoDB_20120810.CreateTable', {
    TableName: table.name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: table.attributes,
    KeySchema: table.keys,
  })
  puts = new Puts(engine)
  asked.length = 0
})

/** Puts a row that only replaces one of a lower position. */
function put(sk: string, position: number, { caller = 'project', text = '' } = {}): Promise<EngineAnswer> {
  const Item = { pk: { S: 'statements' }, sk: { S: sk }, position: { N: String(position) }, text: { S: text } }
  const given = {
    TableName: table.name,
    Item,
    ConditionExpression: 'attribute_not_exists(pk) or #position < :position',
    ExpressionAttributeNames: { '#position': 'position' },
    ExpressionAttributeValues: { ':position': { N: String(position) } },
  }
  const body = Buffer.from(JSON.stringify(given))
  const alone = Buffer.from(JSON.stringify({ ...given, ReturnConsumedCapacity: 'TOTAL' }))
  return puts.call({ caller, table, request: given, body, alone })
}
async function positions(): Promise<Record<string, number>> {
  const { Items } = await embedded.ask<{ Items: { sk: { S: string }; position: { N: string } }[] }>(
    'DynamoDB_20120810.Scan',
    { TableName: table.name },
  )
  return Object.fromEntries(Items.map(({ sk, position }) => [sk.S, Number(position.N)]))
}
const bodyOf = ({ body }: EngineAnswer) => JSON.parse(body.toString())
const unitsOf = (answers: readonly EngineAnswer[]) =>
  answers.reduce((sum, answer) => sum + bodyOf(answer).ConsumedCapacity.CapacityUnits, 0)
const names = ['a', 'b', 'c', 'd', 'e', 'f']
const at = (position: number) => Object.fromEntries(names.map((name) => [name, position]))

it('writes what comes while a put is under way together, and counts what each would have cost', async () => {
  const first = await Promise.all(names.map((name) => put(name, 1, { text: 'x'.repeat(1_500) })))
  expect(first.map(({ status }) => status)).toEqual(names.map(() => 200))
  expect(asked).toEqual(['PutItem', 'TransactWriteItems'])
  expect(await positions()).toEqual(at(1))
  expect(unitsOf(first)).toBe(12)
  expect(unitsOf(await Promise.all(names.map((name) => put(name, 2))))).toBe(12) // the larger of before and after
})

it('sends each alone where one is refused, and refuses that one alone', async () => {
  await put('c', 7)
  asked.length = 0
  const answers = await Promise.all(names.map((name) => put(name, 3)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 200, 200, 200])
  expect(bodyOf(answers[2] as EngineAnswer).__type).toMatch(/ConditionalCheckFailedException$/)
  expect(await positions()).toEqual({ ...at(3), c: 7 })
  expect(asked.filter((operation) => operation === 'PutItem')).toHaveLength(6)
})

it('writes one item’s puts one after another, in their order', async () => {
  const answers = await Promise.all([put('a', 1), put('b', 1), put('b', 2), put('b', 3), put('c', 1)])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  expect(await positions()).toEqual({ a: 1, b: 3, c: 1 })
})

it('puts nobody’s together with another’s, and nothing that comes alone with anything', async () => {
  await Promise.all([put('a', 1), put('b', 1, { caller: 'import' })])
  await put('c', 1)
  expect(asked).toEqual(['PutItem', 'PutItem', 'PutItem'])
})

it('tells everyone that waits when the engine cannot be asked, and goes on', async () => {
  const gone = await Engine.start({})
  const without = new Puts(gone)
  await gone.stop()
  const body = Buffer.from('{}')
  const one = () => without.call({ caller: 'project', table, request: { Item: {} }, body, alone: body })
  for (const outcome of await Promise.allSettled([one(), one(), one()])) expect(outcome.status).toBe('rejected')
  await expect(one()).rejects.toThrow('ECONNREFUSED')
})

it.each<[string, object, boolean]>([
  ['a condition', { ConditionExpression: 'attribute_not_exists(pk)' }, true],
  ['what was there', { ReturnValues: 'ALL_OLD' }, false],
  ['what it has cost', { ReturnConsumedCapacity: 'TOTAL' }, false],
])('of a put that asks for %s', (_, more, may) => {
  const given = { TableName: table.name, Item: {}, ...more }
  expect(Puts.mayWait(given, table)).toBe(may)
  expect(Puts.mayWait(given, undefined)).toBe(false)
  expect(Puts.mayWait(given, { ...table, indexes: [{ IndexName: 'bySpeaker', KeySchema: [] } as never] })).toBe(false)
})
