import { describe, expect, it } from 'vitest'
import { type Call, describeCall, type Tables } from '../../../infra/local/calls.ts'
import type { Json } from '../../../infra/local/intrinsics.ts'
import type { Role, Table } from '../../../infra/local/stack.ts'
import { Verdicts } from '../../../infra/local/verdicts.ts'
import { onlyKeys } from './fixtures/stack.ts'

const arnPrefix = 'arn:aws:dynamodb:local:000000000000:table/'
const log = {
  name: 'log',
  keys: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  indexes: [
    { IndexName: 'by-hour', KeySchema: [{ AttributeName: 'hour', KeyType: 'HASH' }], Projection: {}, local: false },
  ],
} as unknown as Table
const tables: Tables = { byName: new Map([['log', log]]), arnPrefix }

const role = (...statements: Json[]): Role => ({
  name: 'role',
  arn: 'arn:aws:iam::000000000000:role/role',
  policies: [{ name: 'policy', document: { Version: '2012-10-17', Statement: statements } }],
})
const allow = (Action: Json, Condition?: Json, Resource = `${arnPrefix}log`): Json => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
})
const verdicts = new Verdicts('000000000000')

/** The verdicts on a call's acts, in their order. */
async function judged(given: Role, operation: string, request: object): Promise<string[]> {
  const { acts } = describeCall(operation, request, tables) as Call
  return Promise.all(acts.map((act) => verdicts.of(given, act)))
}
const item = (pk: string) => ({ TableName: 'log', Item: { pk: { S: pk }, sk: { S: '0' } } })
const key = (pk: string) => ({ TableName: 'log', Key: { pk: { S: pk }, sk: { S: '0' } } })

describe('a call', () => {
  it('is allowed by a statement that names its action and table, and by no other', async () => {
    const reader = role(allow('dynamodb:GetItem'))
    expect(await judged(reader, 'GetItem', key('a'))).toEqual(['allowed'])
    expect(await judged(reader, 'PutItem', item('a'))).toEqual(['unknown'])
    expect(await judged(reader, 'GetItem', { ...key('a'), TableName: 'views' })).toEqual(['unknown'])
  })

  it('is denied by an explicit deny, whatever else allows it', async () => {
    const guarded = role(allow('dynamodb:*'), { Effect: 'Deny', Action: 'dynamodb:DeleteItem', Resource: '*' })
    expect(await judged(guarded, 'DeleteItem', key('a'))).toEqual(['denied'])
    expect(await judged(guarded, 'UpdateItem', key('a'))).toEqual(['allowed'])
  })

  it('is judged by what its keys are like, where a policy asks that, each key for itself', async () => {
    const like = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['generation', '*#checkpoint', 'a.?'] } }
    const reader = role(allow('dynamodb:GetItem', { ...like, Null: { 'dynamodb:LeadingKeys': 'false' } }))
    const wanted = { generation: 'allowed', '7#checkpoint': 'allowed', '12#checkpoint': 'allowed', 'a.b': 'allowed' }
    const others = { checkpoint: 'unknown', '7#checkpoints': 'unknown', 'a-b': 'unknown', 'generation#1': 'unknown' }
    for (const [pk, verdict] of Object.entries({ ...others, ...wanted, ...others })) {
      expect(await judged(reader, 'GetItem', key(pk)), pk).toEqual([verdict])
    }
  })

  it('on an index needs a grant on the index', async () => {
    const query = { TableName: 'log', IndexName: 'by-hour', KeyConditionExpression: 'hour = :h' }
    expect(await judged(role(allow('dynamodb:Query')), 'Query', query)).toEqual(['unknown'])
    expect(await judged(role(allow('dynamodb:Query', undefined, `${arnPrefix}log/index/*`)), 'Query', query)).toEqual([
      'allowed',
    ])
  })

  it('of a transaction is judged item by item', async () => {
    const writer = role(allow(['dynamodb:PutItem', 'dynamodb:ConditionCheckItem']))
    const TransactItems = [{ Put: item('a') }, { ConditionCheck: key('b') }, { Update: key('c') }, { Delete: key('d') }]
    expect(await judged(writer, 'TransactWriteItems', { TransactItems })).toEqual([
      'allowed',
      'allowed',
      'unknown',
      'unknown',
    ])
    expect(
      await judged(role(allow('dynamodb:GetItem')), 'TransactGetItems', { TransactItems: [{ Get: key('a') }] }),
    ).toEqual(['allowed'])
  })

  it('of a batch is an action of its own', async () => {
    const batch = { RequestItems: { log: { Keys: [key('a').Key, key('b').Key] } } }
    expect(await judged(role(allow('dynamodb:GetItem')), 'BatchGetItem', batch)).toEqual(['unknown'])
    expect(await judged(role(allow('dynamodb:BatchGetItem')), 'BatchGetItem', batch)).toEqual(['allowed'])
  })
})

describe('leading keys', () => {
  const own = role(
    allow(['dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:BatchWriteItem'], onlyKeys('mine', 'ours')),
  )

  it('are known of items, queries, batches and transactions', async () => {
    expect(await judged(own, 'PutItem', item('mine'))).toEqual(['allowed'])
    expect(await judged(own, 'PutItem', item('yours'))).toEqual(['unknown'])
    const query = (pk: string) => ({
      TableName: 'log',
      KeyConditionExpression: '#p = :p AND sk > :s',
      ExpressionAttributeNames: { '#p': 'pk' },
      ExpressionAttributeValues: { ':p': { S: pk }, ':s': { S: '' } },
    })
    expect(await judged(own, 'Query', query('ours'))).toEqual(['allowed'])
    expect(await judged(own, 'Query', query('yours'))).toEqual(['unknown'])
    const batch = (...keys: string[]) => ({
      RequestItems: { log: keys.map((pk) => ({ PutRequest: { Item: item(pk).Item } })) },
    })
    expect(await judged(own, 'BatchWriteItem', batch('mine', 'ours'))).toEqual(['allowed'])
    expect(await judged(own, 'BatchWriteItem', batch('mine', 'yours'))).toEqual(['unknown'])
    expect(
      await judged(own, 'TransactWriteItems', { TransactItems: [{ Put: item('mine') }, { Put: item('yours') }] }),
    ).toEqual(['allowed', 'unknown'])
  })

  it('are missing where the call names none, and then nothing is allowed', async () => {
    expect(await judged(own, 'Scan', { TableName: 'log' })).toEqual(['unknown'])
  })

  it('that no policy names are judged alike, and each of those that one names by itself', async () => {
    const others = role(
      allow('dynamodb:PutItem', {
        'ForAllValues:StringNotEquals': { 'dynamodb:LeadingKeys': ['mine'] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      }),
    )
    for (const pk of ['a', 'b', 'c']) expect(await judged(others, 'PutItem', item(pk))).toEqual(['allowed'])
    expect(await judged(others, 'PutItem', item('mine'))).toEqual(['unknown'])
    const prefixed = role(
      allow('dynamodb:PutItem', {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['a*'] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      }),
    )
    expect(await judged(prefixed, 'PutItem', item('ab'))).toEqual(['allowed'])
    expect(await judged(prefixed, 'PutItem', item('ba'))).toEqual(['unknown'])
  })

  it('are all that a condition may ask for', async () => {
    const asking = role(allow('dynamodb:PutItem', { StringEquals: { 'aws:RequestedRegion': 'local' } }))
    await expect(judged(asking, 'PutItem', item('a'))).rejects.toThrow('the condition key aws:RequestedRegion')
  })
})

it('an operation that is not known has no verdict', () => {
  expect(describeCall('ExecuteStatement', {}, tables)).toBeUndefined()
  expect(describeCall('constructor', {}, tables)).toBeUndefined()
})
