import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, it } from 'vitest'
import type { DomainEvent } from '#events/envelope.ts'
import { InvalidInput } from '#events/refusal.ts'
import { commandId } from '#functions/store/command-id.ts'
import { UnreadableCommit } from '#functions/store/commit.ts'
import { EventStore, VersionConflict } from '#functions/store/event-store.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { faults } from '../../support/faults.ts'
import { someCommand, testSource } from '../../support/log.ts'
import { withEngine } from '../../support/with-engine.ts'

const engine = withEngine()
let client: DynamoDBClient
let tables: Tables
let store: EventStore
beforeEach(async () => {
  client = engine.client()
  tables = await createTables(client)
  store = new EventStore({ client, table: tables.events, source: testSource })
})

const streamId = 'mission-harbour-watch'
const shapes = { WatchKept: 2 }
const watch = (entry: string): DomainEvent => ({ type: 'WatchKept', data: { entry } })
const append = async (...events: DomainEvent[]) =>
  store.append(await store.load(streamId), events, shapes, someCommand())
const versions = async () => (await store.load(streamId)).commits.map(({ version, events }) => [version, events.length])
const at = (time: string) =>
  new EventStore({ client, table: tables.events, source: testSource, now: () => new Date(time) })

describe('an appended event', () => {
  it('is read back as the CloudEvent that it is', async () => {
    const then = at('2031-02-06T09:14:03.127Z')
    const meta = someCommand({ commandid: 'k-abc', commandhash: 'hash', recordedBy: 'desk-b' })
    const data = { entry: 'naïve 🚢', count: 9007199254740991, list: [null, true, { z: 1, a: -2 }] }
    await then.append(await then.load(streamId), [{ type: 'WatchKept', data }, watch('second')], shapes, meta)
    const { version, time, commits } = await then.load(streamId)
    expect({ version, time }).toEqual({ version: 2, time: '2031-02-06T09:14:03.127Z' })
    expect(commits).toHaveLength(1)
    expect(commits[0]).toMatchObject({
      version: 1,
      time: '2031-02-06T09:14:03.127Z',
      recordedHour: '2031-02-06T09',
      commandid: 'k-abc',
      commandhash: 'hash',
    })
    expect(commits[0]?.events[0]).toEqual({
      specversion: '1.0',
      id: 'mission-harbour-watch/1',
      source: testSource,
      type: 'rapporteur.WatchKept.v2',
      subject: streamId,
      time: '2031-02-06T09:14:03.127Z',
      datacontenttype: 'application/json',
      dataschema: `${testSource}:schemas:WatchKept:v2`,
      recordedby: 'desk-b',
      commandid: 'k-abc',
      datasalt: meta.salt(0),
      datahash: expect.stringMatching(/^[\w-]{43}$/),
      data,
    })
    expect(commits[0]?.events[1]).toMatchObject({ id: 'mission-harbour-watch/2', datasalt: meta.salt(1) })
    expect(meta.salt(1)).not.toBe(meta.salt(0))
  })

  it('is what append answered', async () => {
    const commit = await append(watch('first'), { type: 'WatchKept', data: { entry: 'second', gone: undefined } })
    expect((await store.load(streamId)).commits).toEqual([commit])
  })

  it('costs one put and nothing else', async () => {
    const { calls } = faults(client)
    const empty = await store.load(streamId)
    await store.append(empty, [watch('first'), watch('second')], shapes, someCommand())
    expect(calls.map(({ command }) => command)).toEqual(['Query', 'PutItem'])
  })

  it('is never earlier than the one before it, whatever the clocks say', async () => {
    const late = at('2031-02-06T09:59:59.999Z')
    await late.append(await late.load(streamId), [watch('first')], shapes, someCommand())
    const early = at('2031-02-06T08:00:00.000Z')
    const commit = await early.append(await early.load(streamId), [watch('second')], shapes, someCommand())
    expect(commit).toMatchObject({ time: '2031-02-06T09:59:59.999Z', recordedHour: '2031-02-06T09' })
  })

  it('is stored with its payload as text, so that what is hashed is what is kept', async () => {
    await append({ type: 'WatchKept', data: { b: 1, a: 2 } })
    const { Items } = await client.send(
      new QueryCommand({
        TableName: tables.events,
        KeyConditionExpression: 'streamId = :stream',
        ExpressionAttributeValues: { ':stream': { S: streamId } },
      }),
    )
    const stored = Items?.[0]?.events?.L?.[0]?.M
    expect(stored?.d).toEqual({ S: '{"a":2,"b":1}' })
    expect(stored?.e?.S).not.toContain('datasalt')
    expect(Object.keys(Items?.[0] ?? {}).sort()).toEqual(
      ['commandhash', 'commandid', 'events', 'recordedHour', 'streamId', 'time', 'version'].sort(),
    )
  })
})

describe('two writers', () => {
  it('do not both get the same version', async () => {
    const seen = await store.load(streamId)
    const writes = await Promise.allSettled(
      ['a', 'b'].map((entry) => store.append(seen, [watch(entry)], shapes, someCommand())),
    )
    expect(writes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const refused = writes.find((write) => write.status === 'rejected')
    expect(refused?.reason).toBeInstanceOf(VersionConflict)
    expect(refused?.reason).toMatchObject({ streamId, expected: 0 })
    expect(await versions()).toEqual([[1, 1]])
  })

  it('of one command are two, even under the same commandid', async () => {
    const seen = await store.load(streamId)
    const name = { commandid: commandId('key', 'same') }
    await store.append(seen, [watch('a')], shapes, someCommand(name))
    await expect(store.append(seen, [watch('a')], shapes, someCommand(name))).rejects.toBeInstanceOf(VersionConflict)
  })
})

describe('a put whose answer is lost', () => {
  it('is recognized when the SDK sends it again', async () => {
    await append(watch('first'))
    faults(client).set({ nth: 1, when: 'after', retried: true })
    const commit = await append(watch('second'))
    expect(commit).toMatchObject({ version: 2 })
    expect((await store.load(streamId)).commits[1]).toEqual(commit)
    expect(await versions()).toEqual([
      [1, 1],
      [2, 1],
    ])
  })

  it('and that never landed is sent again too', async () => {
    faults(client).set({ nth: 1, when: 'before', retried: true })
    await append(watch('first'))
    expect(await versions()).toEqual([[1, 1]])
  })
})

describe('what is too large', () => {
  it('is refused as an event, by its name, and nothing is recorded', async () => {
    const error = await append(watch('fine'), watch('x'.repeat(60_000))).catch((error) => error)
    expect(error).toBeInstanceOf(InvalidInput)
    expect(error.message).toMatch(/^#: WatchKept would have 60\d{3} bytes; an event has at most 60000$/)
    expect(await versions()).toEqual([])
  })

  it('is not what has 60,000 bytes', async () => {
    const size = async (length: number) => {
      const { events } = await append(watch('x'.repeat(length)))
      return Buffer.byteLength(JSON.stringify(events[0]))
    }
    const envelope = (await size(10)) - 10
    expect(await size(60_000 - envelope)).toBe(60_000)
    await expect(size(60_001 - envelope)).rejects.toBeInstanceOf(InvalidInput)
  })

  it('is refused as a commit', async () => {
    const events = Array.from({ length: 6 }, () => watch('x'.repeat(55_000)))
    await expect(append(...events)).rejects.toThrow('All events together')
    expect(await versions()).toEqual([])
    await append(...events.slice(0, 5))
    expect(await versions()).toEqual([[1, 5]])
  })

  it('is never recorded where it could not be sealed', async () => {
    const meta = someCommand({ recordedBy: 'x'.repeat(4_096) })
    await expect(store.append(await store.load(streamId), [watch('a')], shapes, meta)).rejects.toThrow('can be sealed')
    expect(await versions()).toEqual([])
  })
})

it('reads a stream of more than 1 MB to its end', async () => {
  const { calls } = faults(client)
  let loaded = await store.load(streamId)
  for (let n = 1; n <= 25; n++) {
    await store.append(loaded, [watch('x'.repeat(50_000))], shapes, someCommand())
    loaded = { ...loaded, version: n }
  }
  calls.splice(0)
  expect(await versions()).toEqual(Array.from({ length: 25 }, (_, index) => [index + 1, 1]))
  expect(calls.length).toBeGreaterThan(1)
})

describe('a stream with a hole', () => {
  let missing: Record<string, AttributeValue>
  beforeEach(async () => {
    for (const entry of ['1', '2', '3']) await append(watch(entry))
    const key = { streamId: { S: streamId }, version: { N: '2' } }
    const deleted = await client.send(
      new DeleteItemCommand({ TableName: tables.events, Key: key, ReturnValues: 'ALL_OLD' }),
    )
    missing = deleted.Attributes ?? {}
  })

  it('is read again until it is filled', async () => {
    let reads = 0
    client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'QueryCommand' && ++reads === 3) {
          await engine.client().send(new PutItemCommand({ TableName: tables.events, Item: missing }))
        }
        return next(args)
      },
      { step: 'initialize' },
    )
    expect((await store.load(streamId)).version).toBe(3)
    expect(reads).toBe(3)
  })

  it('is never taken for the whole, and what is missing is named', () =>
    expect(store.load(streamId)).rejects.toThrow(`Stream ${streamId} has no version 2`))
})

it('names a commit that it cannot read', async () => {
  await append(watch('first'))
  await client.send(
    new UpdateItemCommand({
      TableName: tables.events,
      Key: { streamId: { S: streamId }, version: { N: '1' } },
      UpdateExpression: 'SET events[0].d = :broken',
      ExpressionAttributeValues: { ':broken': { S: '{' } },
    }),
  )
  const error = await store.load(streamId).catch((error) => error)
  expect(error).toBeInstanceOf(UnreadableCommit)
  expect(error).toMatchObject({ streamId, version: 1 })
})

it('reads an event whose payload is withheld', async () => {
  const { events } = await append(watch('private'))
  await client.send(
    new UpdateItemCommand({
      TableName: tables.events,
      Key: { streamId: { S: streamId }, version: { N: '1' } },
      UpdateExpression: 'REMOVE events[0].d, events[0].s SET events[0].withheld = :position',
      ExpressionAttributeValues: { ':position': { N: '41' } },
    }),
  )
  const { data: _, datasalt: __, ...envelope } = events[0] ?? ({} as never)
  expect((await store.load(streamId)).commits[0]?.events).toEqual([{ ...envelope, withheld: 41 }])
})

describe('what comes after a version', () => {
  beforeEach(async () => {
    await append(watch('1'))
    await append(watch('2'), watch('3'), watch('4'))
    await append(watch('5'))
  })
  const following = async (version: number) =>
    (await store.after(streamId, version)).map((commit) => [
      commit.version,
      commit.events.map(({ id }) => id.slice(-1)),
    ])

  it('is every commit above it', async () => {
    expect(await following(0)).toEqual([
      [1, ['1']],
      [2, ['2', '3', '4']],
      [5, ['5']],
    ])
    expect(await following(4)).toEqual([[5, ['5']]])
    expect(await following(5)).toEqual([])
  })

  it('is also the rest of the commit that it stands in', async () =>
    expect(await following(3)).toEqual([
      [4, ['4']],
      [5, ['5']],
    ]))
})
