import { randomBytes } from 'node:crypto'
import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, it } from 'vitest'
import { ViewsWriter } from '#functions/project/writer.ts'
import type { Kept } from '#functions/projections/kept.ts'
import { Views } from '#functions/projections/views.ts'
import { StoredCheckpoint } from '#functions/store/checkpoint.ts'
import { createTables } from '../../support/engine.ts'
import { withEngine } from '../../support/with-engine.ts'
import { contents, noon } from '../project/fixtures.ts'

const engine = withEngine()
let client: DynamoDBClient
let table: string
let views: Views
let writer: ViewsWriter

beforeEach(async () => {
  client = engine.client()
  table = (await createTables(client)).views
  views = new Views({ client, table })
  writer = new ViewsWriter({ client, table, generation: 1, now: () => noon })
})

const row = (n: number, attributes: Record<string, string> = {}) => ({
  pk: 'speaker#mira-kovan',
  sk: `2031-02-${String(n).padStart(2, '0')}`,
  ...attributes,
})
const rows = (given: Partial<Parameters<Views['rows']>[0]> = {}) =>
  views.rows({ generation: 1, partition: 'speaker#mira-kovan', count: 10, look: 2_000, ...given })
const gazette = [{ attribute: 'documentId', oneOf: ['gazette'] }]
const keys = async (given: Partial<Parameters<Views['rows']>[0]> = {}) => {
  const { rows: found, next } = await rows(given)
  return { found: found.map(({ sk }) => Number(sk?.S?.slice(-2))), next: next?.slice(-2) }
}

describe('rows', () => {
  beforeEach(async () => {
    for (let n = 1; n <= 9; n++) await writer.put(row(n, { documentId: n % 4 === 0 ? 'gazette' : 'bulletin' }), n)
  })

  it('come newest first, from after a key on', async () => {
    expect(await keys({ count: 3 })).toMatchObject({ found: [9, 8, 7] })
    expect(await keys({ after: row(7).sk, count: 3 })).toMatchObject({ found: [6, 5, 4] })
  })

  it('go on from a key that is no more', async () => {
    await writer.remove(row(7), 20)
    expect((await keys({ after: row(7).sk, count: 2 })).found).toEqual([6, 5])
  })

  it('are those of one generation and one partition', async () => {
    await writer.put({ ...row(1), pk: 'speaker#ilan-dorsk' }, 10)
    const next = new ViewsWriter({ client, table, generation: 2, now: () => noon })
    await next.put(row(30), 10)
    expect((await keys()).found).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1])
    expect((await keys({ generation: 2 })).found).toEqual([30])
  })

  it('leave out tombstones', async () => {
    await writer.remove(row(9), 20)
    await writer.remove(row(5), 20)
    expect((await keys()).found).toEqual([8, 7, 6, 4, 3, 2, 1])
  })

  it('are found by attributes, however far apart they are', async () => {
    expect(await keys({ conditions: gazette, count: 2 })).toMatchObject({ found: [8, 4] })
    expect(await keys({ conditions: [{ attribute: 'documentId', oneOf: ['nowhere'] }] })).toEqual({
      found: [],
      next: undefined,
    })
  })

  it('say where to go on when they have looked at enough', async () => {
    expect(await keys({ conditions: gazette, look: 4, count: 2 })).toEqual({ found: [8], next: '06' })
    expect(await keys({ conditions: gazette, look: 4, count: 2, after: row(6).sk })).toEqual({
      found: [4],
      next: '02',
    })
    expect(await keys({ conditions: gazette, look: 4, count: 2, after: row(2).sk })).toEqual({
      found: [],
      next: undefined,
    })
  })

  it('keep what their attributes are', async () => {
    await writer.put({ ...row(31), topics: ['ties', 'bridges'], width: 31, retracted: false }, 40)
    const [first] = (await rows({ count: 1 })).rows
    expect(first).toMatchObject({
      topics: { L: [{ S: 'ties' }, { S: 'bridges' }] },
      width: { N: '31' },
      retracted: { BOOL: false },
    })
  })

  it('are replaced by a later position alone', async () => {
    await writer.put(row(9, { documentId: 'late' }), 8)
    await writer.put(row(9, { documentId: 'same' }), 9)
    expect((await rows({ count: 1 })).rows[0]?.documentId?.S).toBe('bulletin')
    await writer.remove(row(9), 11)
    await writer.put(row(9, { documentId: 'late' }), 10)
    expect((await keys({ count: 1 })).found).toEqual([8])
    await writer.put(row(9, { documentId: 'back' }), 12)
    expect((await rows({ count: 1 })).rows[0]?.documentId?.S).toBe('back')
    expect((await rows({ count: 1 })).rows[0]?.expiresAt).toBeUndefined()
  })
})

describe('kept states', () => {
  const stream = 'mission-harbour-watch'
  const want = { streamId: stream, foldVersion: 3 }
  const large = () => JSON.stringify(randomBytes(500_000).toString('base64'))
  const keep = (version: number, json: string, before?: Kept) =>
    writer.keep(stream, 3, { version, json }, version * 10, before)
  const kept = async () => (await views.states(1, [want])).get(stream)

  it('are none before there is one, and of one fold version', async () => {
    expect(await kept()).toBeUndefined()
    await keep(1, '{"a":1}')
    expect(await kept()).toEqual({ version: 1, position: 10, parts: 0, since: [], json: '{"a":1}' })
    expect((await views.states(1, [{ ...want, foldVersion: 4 }])).size).toBe(0)
    expect((await views.states(2, [want])).size).toBe(0)
  })

  it('are replaced by a later one alone', async () => {
    await keep(2, '2')
    await keep(1, '1')
    expect((await kept())?.json).toBe('2')
  })

  it('are whole, however large, and by the hundreds', async () => {
    const json = large()
    await keep(1, json)
    for (let n = 0; n < 130; n++) await writer.keep(`actor-${n}`, 3, { version: 1, json: String(n) }, n, undefined)
    const all = await views.states(1, [
      want,
      ...Array.from({ length: 130 }, (_, n) => ({ ...want, streamId: `actor-${n}` })),
    ])
    expect(all.size).toBe(131)
    expect(all.get('actor-129')?.json).toBe('129')
    expect(all.get(stream)?.json).toBe(json)
    expect(all.get(stream)?.parts).toBeGreaterThan(1)
  })

  it('leave their old parts for an hour when they are replaced', async () => {
    await keep(1, large())
    const before = await kept()
    await keep(2, large(), before)
    const parts = Object.entries(await contents(client, table).then(expiries))
    expect(parts.filter(([key]) => key.includes(' 1#')).map(([, at]) => at)).toEqual([
      ...Array(before?.parts).fill(String(noon.getTime() / 1_000 + 3_600)),
    ])
    expect(parts.filter(([key]) => !key.includes(' 1#')).every(([, at]) => at === undefined)).toBe(true)
    expect((await kept())?.version).toBe(2)
  })

  it('may become small again', async () => {
    await keep(1, large())
    await keep(2, '{}', await kept())
    expect(await kept()).toEqual({ version: 2, position: 20, parts: 0, since: [], json: '{}' })
  })

  it('are read again when their parts are gone before they are read, and given by none or whole', async () => {
    await keep(1, large())
    const second = large()
    const slow = engine.client()
    const reading = beforeSecondRead(slow, async () => {
      await keep(2, second)
      await remove('1#0')
    })
    const found = await new Views({ client: slow, table }).states(1, [want])
    expect(await reading).toBe(true)
    expect(found.get(stream)).toMatchObject({ version: 2, json: second })
    await remove('2#1')
    expect(await kept()).toBeUndefined()
  })

  it('are read once, however many rows there are of one stream', async () => {
    await keep(1, '1')
    expect((await views.states(1, [{ ...want, position: 10 }, want, { ...want, position: 5 }])).size).toBe(1)
  })

  it('are waited for a moment where a row is already newer', async () => {
    await keep(1, '1')
    const found = views.states(1, [{ ...want, position: 20 }])
    await keep(2, '2')
    expect((await found).get(stream)?.version).toBe(2)
    expect((await views.states(1, [{ ...want, position: 30 }])).get(stream)?.version).toBe(2)
  })

  const remove = (sk: string) =>
    client.send(new DeleteItemCommand({ TableName: table, Key: { pk: { S: `1#state#3#${stream}` }, sk: { S: sk } } }))
})

/** Does something between a client's first BatchGetItem and its second. Answers whether it came to that. */
function beforeSecondRead(client: DynamoDBClient, act: () => Promise<unknown>): Promise<boolean> {
  const done = Promise.withResolvers<boolean>()
  let reads = 0
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === 'BatchGetItemCommand' && ++reads === 2) done.resolve(act().then(() => true))
        if (reads >= 2) await done.promise
        return next(args)
      },
    { step: 'initialize' },
  )
  return done.promise
}

const expiries = (all: Record<string, Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(all).map(([key, { expiresAt }]) => [key, expiresAt]))

describe('how far the rows are', () => {
  const live = ({ n, shape }: { n: number; shape: number }) =>
    client.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          pk: { S: 'generation' },
          sk: { S: '0' },
          live: { M: { n: { N: String(n) }, shape: { N: String(shape) } } },
        },
      }),
    )

  it('is generation 1 at position 0 before project has run', async () => {
    expect(await views.generations()).toBeUndefined()
    expect(await views.checkpoint()).toEqual({ generation: 1, position: 0 })
    expect(await views.parked(1)).toEqual([])
  })

  it('is the checkpoint of the generation that is named', async () => {
    await live({ n: 4, shape: 7 })
    await new StoredCheckpoint({ client, table, key: { pk: '4#checkpoint', sk: '0' } }).move(0, 12)
    expect(await views.generations()).toEqual({ live: { n: 4, shape: 7 } })
    expect(await views.checkpoint()).toEqual({ generation: 4, position: 12 })
  })

  it('takes the generation for granted for a moment, unless it is asked for afresh', async () => {
    expect(await views.generation()).toBe(1)
    await live({ n: 4, shape: 7 })
    expect(await views.generation()).toBe(1)
    expect(await views.generation({ fresh: true })).toBe(4)
    expect(await views.generation()).toBe(4)
  })

  it('counts parked streams to a limit, those cleared left out', async () => {
    for (let n = 0; n < 12; n++) await writer.park({ streamId: `actor-${n}`, version: 1, position: n, error: 'why' })
    for (const n of [0, 1, 2, 3]) await writer.unpark(`actor-${n}`, 1)
    expect(await views.parked(1, 5)).toHaveLength(5)
    expect((await views.parked(1)).sort()).toEqual(['10', '11', '4', '5', '6', '7', '8', '9'].map((n) => `actor-${n}`))
  })
})
