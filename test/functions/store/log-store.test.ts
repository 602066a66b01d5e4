import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, it } from 'vitest'
import type { SealedEvent } from '#events/envelope.ts'
import { positionKey } from '#functions/store/log-item.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { faults } from '../../support/faults.ts'
import { recorder } from '../../support/log.ts'
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

const some = (count: number, bytes = 1) =>
  Array.from({ length: count }, (_, index) => watchKept(`${index} ${'x'.repeat(bytes)}`))
const positions = (events: readonly { position: number }[]) => events.map(({ position }) => position)
const range = (from: number, end: number) => Array.from({ length: end - from }, (_, index) => from + index)

describe('a log without events', () => {
  it('has an empty head, no marks and an empty page', async () => {
    expect(await record.log.head()).toMatchObject({ size: 0, edge: [], sealedAt: '' })
    expect(await record.log.mark('mission-harbour-watch')).toBeUndefined()
    expect(await record.log.sealedPage(undefined, 10)).toEqual({ events: [], next: null })
    expect((await record.log.parked()).count).toBe(0)
  })
})

describe('a sealed event', () => {
  it('is read as it was appended, with its position', async () => {
    const [first, second] = await record.append('mission-harbour-watch', watchKept('a'), watchKept('naïve 🚢'))
    await record.seal.run(['mission-harbour-watch'])
    expect(await record.log.read(0)).toEqual([
      { ...first, position: 0 },
      { ...second, position: 1 },
    ])
    expect(await record.log.mark('mission-harbour-watch')).toEqual({
      version: 2,
      position: 1,
      runs: [{ position: 0, count: 2 }],
    })
    expect((await record.log.head()).size).toBe(2)
  })

  it('is read from the middle of a chunk, and of several', async () => {
    for (const count of [3, 1, 4]) await record.sealed('mission-harbour-watch', ...some(count))
    for (const from of range(0, 8)) expect(positions(await record.log.read(from))).toEqual(range(from, 8))
  })

  it('is read up to the next multiple of 256, and from there on', async () => {
    await record.sealed('mission-harbour-watch', ...some(250))
    await record.sealed('mission-harbour-watch', ...some(20))
    expect(positions(await record.log.read(240))).toEqual(range(240, 256))
    expect(positions(await record.log.read(256))).toEqual(range(256, 270))
  })
})

describe('a chunk', () => {
  const key = { pk: { S: 'entries#0' }, sk: { S: positionKey(0) } }
  const alter = (expression: string, value: AttributeValue) =>
    client.send(
      new UpdateItemCommand({
        TableName: tables.log,
        Key: key,
        UpdateExpression: expression,
        ExpressionAttributeNames: expression.includes('#count') ? { '#count': 'count' } : undefined,
        ExpressionAttributeValues: { ':value': value },
      }),
    )

  it('gives an event whose payload is withheld without it, and says by which it is', async () => {
    const [first, second] = await record.sealed('mission-harbour-watch', ...some(2))
    await alter('SET payloads[0] = :value', { M: { withheld: { N: '41' } } })
    const { data: _, datasalt: __, ...envelope } = first ?? ({} as SealedEvent)
    expect(await record.log.read(0)).toEqual([{ ...envelope, withheld: 41 }, second])
  })

  it('that contradicts itself is an error', async () => {
    await record.sealed('mission-harbour-watch', ...some(2))
    await alter('SET #count = :value', { N: '3' })
    await expect(record.log.read(0)).rejects.toThrow('says 3 events and holds 2')
  })
})

describe('a position', () => {
  it('that is not there is an error, not an empty answer', async () => {
    await record.sealed('mission-harbour-watch', ...some(3))
    await expect(record.log.read(3)).rejects.toThrow('no event at position 3')
    await expect(record.log.read(256)).rejects.toThrow('no event at position 256')
  })

  it('that does not show yet is asked for strongly', async () => {
    await record.sealed('mission-harbour-watch', ...some(3))
    const { calls } = faults(client)
    await record.log.read(3).catch(() => undefined)
    expect(calls).toHaveLength(4)
  })

  it('behind a chunk that does not show is never skipped to', async () => {
    for (const count of [3, 1, 4]) await record.sealed('mission-harbour-watch', ...some(count))
    const hidden = { pk: { S: 'entries#0' }, sk: { S: positionKey(3) } }
    await client.send(new DeleteItemCommand({ TableName: tables.log, Key: hidden }))
    expect(positions(await record.log.read(1))).toEqual([1, 2])
    await expect(record.log.read(3)).rejects.toThrow('no event at position 3')
  })
})

describe('a page of the log', () => {
  it('goes on after the last event of the one before, and ends at the head', async () => {
    await record.sealed('mission-harbour-watch', ...some(250))
    await record.sealed('mission-other', ...some(20))
    const page = await record.log.sealedPage(undefined, 100)
    expect(positions(page.events)).toEqual(range(0, 100))
    expect(page.next).toBe(99)
    const across = await record.log.sealedPage(page.next ?? undefined, 160)
    expect(positions(across.events)).toEqual(range(100, 260))
    const last = await record.log.sealedPage(across.next ?? undefined, 100)
    expect(positions(last.events)).toEqual(range(260, 270))
    expect(last.next).toBeNull()
    expect(await record.log.sealedPage(269, 100)).toEqual({ events: [], next: null })
    expect(await record.log.sealedPage(5_000, 100)).toEqual({ events: [], next: null })
  })

  it('that ends exactly at the head says so', async () => {
    await record.sealed('mission-harbour-watch', ...some(4))
    expect(await record.log.sealedPage(1, 2)).toMatchObject({ next: null })
    expect(await record.log.sealedPage(0, 2)).toMatchObject({ next: 2 })
  })

  it('reads no more chunks than it takes', async () => {
    for (const _ of range(0, 6)) await record.sealed('mission-harbour-watch', ...some(1))
    const read: number[] = []
    client.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args)
        const { Items } = answer.output as { Items?: unknown[] }
        if (Items) read.push(Items.length)
        return answer
      },
      { step: 'initialize' },
    )
    expect(positions((await record.log.sealedPage(1, 3)).events)).toEqual([2, 3, 4])
    expect(read).toEqual([3])
  })

  it('holds events of more than one megabyte together', async () => {
    for (const _ of range(0, 5)) await record.append('mission-harbour-watch', ...some(5, 50_000))
    await record.seal.run(['mission-harbour-watch'])
    const { events } = await record.log.sealedPage(undefined, 100)
    expect(positions(events)).toEqual(range(0, 25))
  })
})

describe('a peek', () => {
  it('shows events from where a chunk begins, of four chunks at most', async () => {
    for (const count of [1, 2, 1, 1, 3]) await record.sealed('mission-harbour-watch', ...some(count))
    expect(positions(await record.log.peek(0))).toEqual([0, 1, 2, 3, 4])
    expect(positions(await record.log.peek(5))).toEqual([5, 6, 7])
    expect(await record.log.peek(3)).toEqual(await record.log.read(3))
  })

  it('shows nothing past the end, and nothing from within a chunk', async () => {
    await record.sealed('mission-harbour-watch', ...some(2))
    expect(await record.log.peek(2)).toEqual([])
    expect(await record.log.peek(1)).toEqual([])
    expect(await record.log.peek(1_000)).toEqual([])
  })

  it('ends before a chunk that does not show', async () => {
    for (const count of [1, 1, 1]) await record.sealed('mission-harbour-watch', ...some(count))
    const hidden = { pk: { S: 'entries#0' }, sk: { S: positionKey(1) } }
    await client.send(new DeleteItemCommand({ TableName: tables.log, Key: hidden }))
    expect(positions(await record.log.peek(0))).toEqual([0])
    expect(await record.log.peek(1)).toEqual([])
  })
})
