import { createHash } from 'node:crypto'
import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseBundle } from '#events/log/bundle.ts'
import { entryOf } from '#events/log/entry.ts'
import { checkpointItem, identityItem, positionKey, tileItem } from '#functions/store/log-item.ts'
import { LogStore } from '#functions/store/log-store.ts'
import { root } from '../../support/audit.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { faults } from '../../support/faults.ts'
import { recorder } from '../../support/log.ts'
import { watchKept } from '../../support/watch.ts'
import { withEngine } from '../../support/with-engine.ts'

const engine = withEngine()
let client: DynamoDBClient
let tables: Tables
let record: ReturnType<typeof recorder>
let log: LogStore
beforeEach(async () => {
  client = engine.client()
  tables = await createTables(client)
  record = recorder(client, tables)
  log = new LogStore({ client, table: tables.log })
})
afterEach(() => client.destroy())

const some = (count: number) => Array.from({ length: count }, (_, index) => watchKept(String(index)))
/** Seals that many events, and answers their entries. */
async function sealed(...counts: number[]): Promise<Buffer[]> {
  const entries: Buffer[] = []
  for (const count of counts) {
    const events = await record.sealed('mission-harbour-watch', ...some(count))
    entries.push(...events.map((event) => Buffer.from(entryOf(event))))
  }
  return entries
}
const leaf = (entry: Buffer) => createHash('sha256').update(Buffer.of(0)).update(entry).digest()
const put = (level: number, n: number, hashes: Buffer) =>
  client.send(new PutItemCommand({ TableName: tables.log, Item: tileItem({ level, n, hashes }) }))
const hide = (pk: string, sk = '0') =>
  client.send(new DeleteItemCommand({ TableName: tables.log, Key: { pk: { S: pk }, sk: { S: sk } } }))
const tile = async (level: number, n: number, width: number) =>
  Buffer.from((await log.tiles([{ level, n, width }]))({ level, n, width }))

describe('a tile', () => {
  it('that is not full has the leaf hashes of its chunks, at every width', async () => {
    const hashes = (await sealed(3, 1, 4)).map(leaf)
    for (let width = 1; width <= 8; width++) {
      expect(await tile(0, 0, width)).toEqual(Buffer.concat(hashes.slice(0, width)))
    }
  })

  it('that is full is what is stored, and so are those above, which grow', async () => {
    const hashes = (await sealed(200, 100)).map(leaf)
    await put(0, 0, Buffer.concat(hashes.slice(0, 256)))
    await put(1, 0, root(hashes.slice(0, 256)))
    expect(await tile(0, 0, 256)).toEqual(Buffer.concat(hashes.slice(0, 256)))
    expect(await tile(0, 0, 17)).toEqual(Buffer.concat(hashes.slice(0, 17)))
    expect(await tile(1, 0, 1)).toEqual(root(hashes.slice(0, 256)))
    expect(await tile(0, 1, 44)).toEqual(Buffer.concat(hashes.slice(256)))
    await put(1, 0, Buffer.concat([root(hashes.slice(0, 256)), Buffer.alloc(32, 7)]))
    expect(await tile(1, 0, 2)).toEqual(Buffer.concat([root(hashes.slice(0, 256)), Buffer.alloc(32, 7)]))
    expect(await tile(1, 0, 1)).toEqual(root(hashes.slice(0, 256)))
  })

  it('of the time before tiles were stored is put together from its chunks', async () => {
    const hashes = (await sealed(200, 56)).map(leaf)
    await hide('tile#0#0')
    expect(await tile(0, 0, 256)).toEqual(Buffer.concat(hashes))
  })

  it('is read once, and one that grows only from where it was read to', async () => {
    const first = await sealed(3, 1)
    await tile(0, 0, 4)
    const { calls } = faults(client)
    expect(await tile(0, 0, 4)).toHaveLength(128)
    expect(await tile(0, 0, 2)).toHaveLength(64)
    expect(calls).toEqual([])
    const entries = [...first, ...(await sealed(2))]
    calls.length = 0
    await hide('entries#0', positionKey(0)) // it is not asked for again
    expect(await tile(0, 0, 6)).toEqual(Buffer.concat(entries.map(leaf)))
    expect(calls.map(({ command }) => command)).toEqual(['DeleteItem', 'BatchGetItem', 'Query'])
  })

  it('is asked for together with others, each once, as wide as it is wanted', async () => {
    const hashes = (await sealed(5)).map(leaf)
    await put(3, 1, Buffer.alloc(64, 1))
    const { calls } = faults(client)
    const answer = await log.tiles([
      { level: 0, n: 0, width: 2 },
      { level: 3, n: 1, width: 2 },
      { level: 0, n: 0, width: 5 },
    ])
    expect(answer({ level: 0, n: 0, width: 2 })).toHaveLength(64)
    expect(Buffer.from(answer({ level: 0, n: 0, width: 5 }))).toEqual(Buffer.concat(hashes))
    expect(answer({ level: 3, n: 1, width: 2 })).toHaveLength(64)
    expect(calls.map(({ command }) => command)).toEqual(['BatchGetItem', 'Query'])
    expect(() => answer({ level: 3, n: 0, width: 1 })).toThrow('no tile 3/0')
  })

  it('that is not there is an error, however strongly it is asked for', async () => {
    await sealed(5)
    await expect(tile(1, 0, 1)).rejects.toThrow('no tile 1/0 of width 1')
    await expect(tile(0, 0, 6)).rejects.toThrow('no chunk at position 5')
    await expect(tile(0, 3, 256)).rejects.toThrow('no chunk at position 768')
  })

  it('is never put together over a chunk that does not show', async () => {
    await sealed(2, 1, 1)
    await hide('entries#0', positionKey(2))
    expect(await tile(0, 0, 2)).toHaveLength(64)
    await expect(tile(0, 0, 4)).rejects.toThrow('no chunk at position 2')
  })
})

describe('a bundle', () => {
  it('has the entries as they were sealed, at every width', async () => {
    const entries = await sealed(3, 1, 4)
    for (let width = 1; width <= 8; width++) {
      const bundle = parseBundle(await log.entries(0, width))
      expect(bundle.map((entry) => Buffer.from(entry))).toEqual(entries.slice(0, width))
    }
    await expect(log.entries(0, 9)).rejects.toThrow('no chunk at position 8')
  })

  it('that is full is read once', async () => {
    const entries = await sealed(250, 10)
    expect(parseBundle(await log.entries(0, 256))).toHaveLength(256)
    const { calls } = faults(client)
    expect(parseBundle(await log.entries(0, 256)).map((entry) => Buffer.from(entry))).toEqual(entries.slice(0, 256))
    expect(parseBundle(await log.entries(0, 7))).toHaveLength(7)
    expect(calls).toEqual([])
    expect(parseBundle(await log.entries(1, 4)).map((entry) => Buffer.from(entry))).toEqual(entries.slice(256))
  })
})

describe('a checkpoint', () => {
  const sign = (size: number) => {
    const checkpoint = { size, note: `of ${size}\n`, signedAt: '2031-02-14T09:00:00.000Z' }
    return client.send(new PutItemCommand({ TableName: tables.log, Item: checkpointItem(checkpoint) }))
  }

  it('and who keeps the log are not there before anything is signed', async () => {
    expect(await log.checkpoint()).toBeUndefined()
    expect(await log.identity()).toBeUndefined()
    expect(await log.isSigned(0)).toBe(true)
    expect(await log.isSigned(1)).toBe(false)
    const identity = {
      origin: 'log.example',
      vkeys: ['log.example+0+A'],
      parameters: [1],
      since: ['2031-02-14T09:00:00.000Z'],
      createdAt: '2031-02-14T09:00:00.000Z',
    }
    await client.send(new PutItemCommand({ TableName: tables.log, Item: identityItem(identity) }))
    expect(await log.identity()).toEqual(identity)
  })

  it('says how much is signed, and what was signed is not asked for again', async () => {
    await sign(5)
    expect(await log.isSigned(5)).toBe(true)
    const { calls } = faults(client)
    expect(await log.isSigned(3)).toBe(true)
    expect(calls).toEqual([])
    expect(await log.isSigned(6)).toBe(false)
    await sign(6)
    expect(await log.isSigned(6)).toBe(true)
  })

  it('is as far as the log is read by page', async () => {
    await sealed(5)
    expect((await log.sealedPage(undefined, 10)).events).toHaveLength(5)
    await sign(3)
    const { events, next } = await log.sealedPage(undefined, 10)
    expect([events.map(({ position }) => position), next]).toEqual([[0, 1, 2], null])
    expect(await log.sealedPage(1, 1)).toMatchObject({ next: null })
    expect(await log.sealedPage(2, 10)).toEqual({ events: [], next: null })
  })
})
