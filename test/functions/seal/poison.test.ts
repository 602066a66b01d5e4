import { type AttributeValue, type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { dataHash } from '#events/log/entry.ts'
import { ParkedStreams } from '#functions/seal/parked.ts'
import { audit } from '../../support/audit.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { recorder } from '../../support/log.ts'
import { watchKept } from '../../support/watch.ts'
import { withEngine } from '../../support/with-engine.ts'

type Item = Record<string, AttributeValue>

const engine = withEngine()
let client: DynamoDBClient
let tables: Tables
let record: ReturnType<typeof recorder>
beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
})
beforeEach(async () => {
  client = engine.client()
  tables = await createTables(client)
  record = recorder(client, tables)
})

const stream = 'mission-harbour-watch'
const commitAt = async (version: number): Promise<Item> => {
  const key = { streamId: { S: stream }, version: { N: String(version) } }
  return (await client.send(new GetItemCommand({ TableName: tables.events, Key: key }))).Item ?? {}
}
const put = (item: Item) => client.send(new PutItemCommand({ TableName: tables.events, Item: item }))
/** A hand in the table: changes the first event of a commit, and answers the item as it was. */
const alter = async (version: number, change: (event: Record<'e' | 'd' | 's', string>) => object): Promise<Item> => {
  const item = await commitAt(version)
  const { e, d, s } = item.events?.L?.[0]?.M ?? {}
  const changed = Object.entries({
    e: e?.S,
    d: d?.S,
    s: s?.S,
    ...change({ e: e?.S ?? '', d: d?.S ?? '', s: s?.S ?? '' }),
  })
  const M = Object.fromEntries(changed.filter(([, value]) => value !== undefined).map(([name, S]) => [name, { S }]))
  await put({ ...item, events: { L: [{ M }, ...(item.events?.L?.slice(1) ?? [])] } } as Item)
  return item
}
const parked = async () =>
  (
    await client.send(
      new GetItemCommand({
        TableName: tables.log,
        Key: { pk: { S: 'parked' }, sk: { S: stream } },
        ConsistentRead: true,
      }),
    )
  ).Item

describe('a commit that cannot be sealed', () => {
  beforeEach(async () => {
    for (const entry of ['1', '2', '3']) await record.append(stream, watchKept(entry))
    await record.append('mission-other', watchKept('a'))
  })
  const spoil = () => alter(2, ({ d }) => ({ d: d.replace('2', '9') }))

  it('parks its stream where it stands, and holds up nobody else', async () => {
    await spoil()
    expect(await record.seal.run([stream, 'mission-other'])).toEqual({ sealed: 2, parked: [stream] })
    const { sealed, unsealed } = await audit(client, tables)
    expect(sealed.sort()).toEqual([`${stream}/1`, 'mission-other/1'])
    expect(unsealed.sort()).toEqual([`${stream}/2`, `${stream}/3`])
    expect(await parked()).toMatchObject({
      version: { N: '2' },
      error: { S: `The payload of ${stream}/2 is not what was hashed` },
      since: { S: expect.stringMatching(/^\d{4}-.*Z$/) },
      tries: { N: '1' },
      open: { BOOL: true },
    })
    expect((await record.log.parked()).count).toBe(1)
  })

  it('is told to the operator', async () => {
    await spoil()
    const error = vi.mocked(console.error)
    error.mockClear()
    await record.seal.run([stream])
    expect(error.mock.calls.map(([line]) => JSON.parse(line))).toEqual([
      expect.objectContaining({ step: 'seal', message: 'stream parked', streamId: stream, version: 2 }),
    ])
  })

  it('is told once, though the race for the head is lost', async () => {
    await spoil()
    const error = vi.mocked(console.error)
    error.mockClear()
    let races = 0
    client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'TransactWriteItemsCommand' && races++ === 0) {
          await recorder(engine.client(), tables).sealed('mission-rival', watchKept('faster'))
        }
        return next(args)
      },
      { step: 'initialize' },
    )
    expect(await record.seal.run([stream])).toEqual({ sealed: 1, parked: [stream] })
    expect(races).toBe(2)
    expect(error).toHaveBeenCalledTimes(1)
    expect(await parked()).toMatchObject({ tries: { N: '1' } })
  })

  it('is tried again each time its stream is rung for', async () => {
    await spoil()
    await record.seal.run([stream])
    const first = await parked()
    await record.append(stream, watchKept('4'))
    expect(await record.seal.run([stream])).toEqual({ sealed: 0, parked: [stream] })
    expect(await parked()).toEqual({ ...first, tries: { N: '2' } })
    await record.seal.run(['mission-other'])
    expect(await parked()).toMatchObject({ tries: { N: '2' } })
  })

  it('lets its stream drain in order, once it is put right', async () => {
    const right = await spoil()
    await record.seal.run([stream])
    await put(right)
    expect(await record.seal.run([stream, 'mission-other'])).toEqual({ sealed: 3, parked: [] })
    const { sealed, unsealed } = await audit(client, tables)
    expect(sealed.filter((id) => id.startsWith(stream))).toEqual([1, 2, 3].map((version) => `${stream}/${version}`))
    expect(unsealed).toEqual([])
    expect(await parked()).toMatchObject({ open: { BOOL: false }, version: { N: '2' } })
    expect((await record.log.parked()).count).toBe(0)
  })

  it('parks its stream anew when it is spoiled anew', async () => {
    const right = await spoil()
    await record.seal.run([stream])
    await put(right)
    await record.seal.run([stream])
    await record.append(stream, watchKept('4'))
    await alter(4, () => ({ d: '{' }))
    await record.seal.run([stream])
    expect(await parked()).toMatchObject({ open: { BOOL: true }, version: { N: '4' }, tries: { N: '2' } })
  })

  it('is read once more before it is called so, because a Query is no snapshot', async () => {
    const right = await spoil()
    let queries = 0
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const { input } = args as { input: { TableName?: string } }
        // Between the first reading and the second one, what was missing in the first has come.
        if (context.commandName === 'QueryCommand' && input.TableName === tables.events && queries++ === 1)
          await put(right)
        return next(args)
      },
      { step: 'initialize' },
    )
    expect(await record.seal.run([stream])).toEqual({ sealed: 3, parked: [] })
    expect(await parked()).toBeUndefined()
  })
})

describe('of what must never be in the log', () => {
  const poison: Record<string, (event: Record<'e' | 'd' | 's', string>) => object> = {
    'an envelope that is no JSON': () => ({ e: '{' }),
    'a payload that is no JSON': () => ({ d: '{' }),
    'an event without a payload': () => ({ d: undefined }),
    'an event without a salt': () => ({ s: undefined }),
    'another payload': () => ({ d: '{"entry":"other"}' }),
    'another salt': () => ({ s: 'AAECAwQFBgcICQoLDA0ODw' }),
    'a payload that is not canonical': ({ d }) => ({ d: d.replace(':', ': ') }),
    'an envelope that is not canonical': ({ e }) => ({ e: e.replace(',', ', ') }),
    'another stream’s event': ({ e }) => ({ e: e.replaceAll(stream, 'mission-other') }),
    'another version': ({ e }) => ({ e: e.replace(`${stream}/1`, `${stream}/2`) }),
    'an envelope above 4,096 bytes': ({ e }) => ({ e: e.replace('desk-a', 'x'.repeat(4_000)) }),
    'an envelope with its payload in it': ({ e }) => ({
      e: e.replace('"datacontenttype"', '"data":1,"datacontenttype"'),
    }),
  }
  for (const [name, change] of Object.entries(poison)) {
    it(`${name} is kept out`, async () => {
      await record.append(stream, watchKept('1'), watchKept('2'))
      await alter(1, change)
      expect(await record.seal.run([stream])).toEqual({ sealed: 0, parked: [stream] })
      expect((await record.log.head()).size).toBe(0)
      expect((await parked())?.version).toEqual({ N: '1' })
    })
  }

  it('a commit without events, without a field, or out of its place is kept out', async () => {
    await record.append(stream, watchKept('1'))
    const right = await commitAt(1)
    const { time: _, ...timeless } = right
    for (const wrong of [{ ...right, events: { L: [] } }, timeless, { ...right, commandid: { N: '1' } }]) {
      await put(wrong as Item)
      expect(await record.seal.run([stream])).toEqual({ sealed: 0, parked: [stream] })
    }
    await put(right)
    await put({ ...right, version: { N: '3' } })
    expect(await record.seal.run([stream])).toEqual({ sealed: 1, parked: [stream] })
    expect(await parked()).toMatchObject({ version: { N: '2' }, error: { S: 'Version 3 follows version 1' } })
  })

  it('an event that no chunk could hold is kept out', async () => {
    await record.append(stream, watchKept('1'))
    const d = JSON.stringify({ entry: 'x'.repeat(310_000) })
    await alter(1, ({ e, s }) => ({ d, e: e.replace(/"datahash":"[^"]*"/, `"datahash":"${dataHash(s, d)}"`) }))
    await record.append('mission-other', watchKept('a'))
    expect(await record.seal.run([stream, 'mission-other'])).toEqual({ sealed: 1, parked: [stream] })
    expect(await parked()).toMatchObject({ error: { S: `${stream}/1 is too large for a chunk` } })
  })
})

it('a stream under an id that is no key holds up nobody else', async () => {
  await record.append('mission-other', watchKept('a'))
  expect(await record.seal.run([`mission-${'x'.repeat(1_020)}`, 'mission-other'])).toEqual({ sealed: 1, parked: [] })
})

describe('a parked stream', () => {
  const found = { streamId: stream, version: 2, error: 'unreadable' }
  const parking = () => new ParkedStreams({ client, table: tables.log })
  const read = async () => (await parking().all()).get(stream)

  it('is not cleared by whoever read it before it was found wanting again', async () => {
    await parking().park(undefined, found, '2031-02-06T09:00:00.000Z')
    const before = await read()
    if (!before) throw new Error('not parked')
    await parking().park(before, found, '2031-02-06T10:00:00.000Z')
    await parking().clear(before)
    expect(await read()).toEqual({ ...found, since: '2031-02-06T09:00:00.000Z', tries: 2, open: true })
  })

  it('is parked once by two who find it at the same time', async () => {
    await Promise.all([1, 2].map(() => parking().park(undefined, found, '2031-02-06T09:00:00.000Z')))
    expect(await read()).toEqual({ ...found, since: '2031-02-06T09:00:00.000Z', tries: 1, open: true })
  })

  it('begins anew at another version', async () => {
    await parking().park(undefined, found, '2031-02-06T09:00:00.000Z')
    await parking().park(await read(), { ...found, version: 5 }, '2031-02-06T10:00:00.000Z')
    expect(await read()).toMatchObject({ version: 5, since: '2031-02-06T10:00:00.000Z', tries: 2 })
  })
})
