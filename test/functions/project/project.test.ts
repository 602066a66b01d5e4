import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, it } from 'vitest'
import type { DomainEvent } from '#events/envelope.ts'
import { kinds } from '#events/kinds.ts'
import { shape } from '#functions/projections/read-models.ts'
import { OutOfTime } from '#functions/store/pull.ts'
import { withEngine } from '../../support/with-engine.ts'
import { contents, corrected, opened, phase, recording, registered, rowKeys, said, writeUnits } from './fixtures.ts'
import { plainProjector } from './plain.ts'

const engine = withEngine()
const client = engine.client()
let record: Awaited<ReturnType<typeof recording>>

beforeEach(async () => {
  record = await recording(client)
})

const views = () => contents(client, record.tables.views)
const project = () => plainProjector(client, record.tables).run()
const one = said('mira-kovan', 'the harbour had been quiet')

describe('a recorded statement', () => {
  it('stands in the lists of all, of its speaker and of its document, and its state is kept', async () => {
    await record.sealed(one.stream, one.event)
    expect(await project()).toBe(1)
    const found = await views()
    const at = `2031-02-14T12:00:00.000Z#${one.id}`
    expect(rowKeys(found)).toEqual([
      `1#document#bulletin-2031-02-14 ${at}`,
      `1#speaker#mira-kovan ${at}`,
      `1#statements ${at}`,
    ])
    expect(found[`1#statements ${at}`]).toEqual({
      statementId: one.id,
      documentId: 'bulletin-2031-02-14',
      speaker: 'mira-kovan',
      position: '0',
    })
    const kept = found[`1#state#${kinds.statement.fold.version}#${one.stream} head`]
    expect(kept).toMatchObject({ version: '1', position: '0', parts: '0' })
    expect(JSON.parse(String(kept?.body))).toMatchObject({ version: 1, state: { recorded: { data: one.event.data } } })
    expect(found['1#checkpoint 0']).toEqual({ position: '1' })
    expect(found['generation 0']).toEqual({ live: { n: { N: '1' }, shape: { N: String(shape) } } })
  })

  it('moves to another speaker when it is corrected, and leaves a tombstone for a week', async () => {
    await record.sealed(one.stream, one.event)
    await project()
    await record.sealed(one.stream, corrected({ speaker: { actorId: 'ilan-dorsk' } }))
    await project()
    const found = await views()
    const at = `2031-02-14T12:00:00.000Z#${one.id}`
    expect(rowKeys(found)).toContain(`1#speaker#ilan-dorsk ${at}`)
    expect(rowKeys(found)).not.toContain(`1#speaker#mira-kovan ${at}`)
    expect(found[`1#speaker#mira-kovan ${at}`]).toEqual({
      gone: true,
      position: '1',
      expiresAt: String(Date.parse('2031-02-21T12:00:00Z') / 1_000),
    })
    expect(found[`1#statements ${at}`]).toMatchObject({ speaker: 'ilan-dorsk', position: '1' })
  })

  it('comes back where it was when the correction is corrected', async () => {
    await record.sealed(one.stream, one.event)
    await project()
    const before = rowKeys(await views())
    await record.sealed(one.stream, corrected({ speaker: { actorId: 'ilan-dorsk' } }))
    await project()
    await record.sealed(one.stream, corrected({ speaker: { actorId: 'mira-kovan' } }, 'it was her'))
    await project()
    expect(rowKeys(await views())).toEqual(before)
  })

  it('writes no row anew when a correction touches none', async () => {
    await record.sealed(one.stream, one.event)
    await project()
    await record.sealed(one.stream, corrected({ language: 'en' }))
    await project()
    const positions = Object.entries(await views()).map(([key, { position }]) => [key, position])
    expect(positions.filter(([, position]) => position === '1').map(([key]) => key)).toEqual([
      `1#state#${kinds.statement.fold.version}#${one.stream} head`,
    ])
  })
})

describe('the other kinds', () => {
  it('a mission is one row, however many reports there are of it', async () => {
    const { stream, event } = opened('harbour-watch')
    await record.sealed(stream, event)
    for (const report of ['r-1', 'r-2', 'r-3']) await record.sealed(stream, phase(report))
    await project()
    expect(rowKeys(await views())).toEqual(['1#missions 2031-02-14T12:00:00.000Z#harbour-watch'])
  })

  it('what is in no list is kept all the same', async () => {
    const { stream, event } = registered('mira-kovan')
    await record.sealed(stream, event)
    await project()
    const found = await views()
    expect(rowKeys(found)).toEqual([])
    expect(found[`1#state#${kinds.actor.fold.version}#${stream} head`]).toMatchObject({ version: '1' })
  })
})

describe('what is done twice', () => {
  beforeEach(async () => {
    await record.sealed(one.stream, one.event, corrected({ speaker: { actorId: 'ilan-dorsk' } }))
    const { stream, event } = opened('harbour-watch')
    await record.sealed(stream, event, phase('r-1'))
    await project()
  })

  const rewind = async (position: number) =>
    client.send(
      new PutItemCommand({
        TableName: record.tables.views,
        Item: { pk: { S: '1#checkpoint' }, sk: { S: '0' }, position: { N: String(position) } },
      }),
    )

  it.each([0, 1, 2, 3])('changes nothing when the checkpoint is put back to %i', async (position) => {
    const before = await views()
    await rewind(position)
    await project()
    expect(await views()).toEqual(before)
  })

  it('changes nothing when the states are lost as well', async () => {
    const before = await views()
    for (const [pk, sk] of Object.keys(before).map((key) => key.split(' '))) {
      if (!pk?.startsWith('1#state#')) continue
      const Key = { pk: { S: pk }, sk: { S: sk ?? '' } }
      await client.send(new DeleteItemCommand({ TableName: record.tables.views, Key }))
    }
    await rewind(0)
    await project()
    expect(await views()).toEqual(before)
  })

  it('changes nothing when several run at once', async () => {
    const expected = await views()
    const twin = await recording(client)
    const tables = { ...record.tables, views: twin.tables.views }
    await Promise.all([1, 2, 3].map(() => plainProjector(client, tables).run()))
    expect(await contents(client, tables.views)).toEqual(expected)
  })

  it('goes on where a kept state was lost, from the events themselves', async () => {
    const key = `1#state#${kinds.statement.fold.version}#${one.stream}`
    const Key = { pk: { S: key }, sk: { S: 'head' } }
    await client.send(new DeleteItemCommand({ TableName: record.tables.views, Key }))
    await record.sealed(one.stream, corrected({ speaker: { actorId: 'mira-kovan' } }, 'it was her'))
    await project()
    expect(rowKeys(await views()).filter((row) => row.includes('speaker#'))).toEqual([
      `1#speaker#mira-kovan 2031-02-14T12:00:00.000Z#${one.id}`,
    ])
    expect((await views())[`${key} head`]).toMatchObject({ version: '3' })
  })
})

describe('one run', () => {
  it('takes many streams and more events than a page of the log holds', async () => {
    for (let n = 0; n < 300; n++) {
      const { stream, event } = said('mira-kovan', `sentence ${n}`)
      await record.append(stream, event)
    }
    await record.seal.run(Array.from({ length: 300 }, (_, n) => said('mira-kovan', `sentence ${n}`).stream))
    expect(await project()).toBe(300)
    expect(rowKeys(await views())).toHaveLength(900)
  })

  it('stops in time, and the next one goes on', async () => {
    for (let n = 0; n < 300; n++) await record.append(said('mira-kovan', `sentence ${n}`).stream, one.event)
    await record.seal.run(Array.from({ length: 300 }, (_, n) => said('mira-kovan', `sentence ${n}`).stream))
    await expect(plainProjector(client, record.tables).run(() => 1_000)).rejects.toThrow(OutOfTime)
    expect(Object.keys(await views()).length).toBeGreaterThan(2)
    await project()
    expect(rowKeys(await views())).toHaveLength(900)
  })
})

it('writes as few units as there are rows, one for the state and one for the checkpoint', async () => {
  const { stream: actor, event: registering } = registered('mira-kovan')
  const { stream: mission, event: opening } = opened('harbour-watch')
  const counted = engine.client()
  const units = writeUnits(counted)
  const step = plainProjector(counted, record.tables)
  const costOf = async (stream: string, event: DomainEvent) => {
    await record.sealed(stream, event)
    const before = units[record.tables.views] ?? 0
    await step.run()
    return (units[record.tables.views] ?? 0) - before
  }
  expect(await costOf(actor, registering)).toBe(3) // of which one begins the generation, once for ever
  expect(await costOf(one.stream, one.event)).toBe(5)
  expect(await costOf(one.stream, corrected({ speaker: { actorId: 'ilan-dorsk' } }))).toBe(6)
  expect(await costOf(one.stream, corrected({ language: 'en' }))).toBe(2)
  expect(await costOf(mission, opening)).toBe(3)
  expect(await costOf(mission, phase('r-1'))).toBe(2)
  expect(Object.keys(units)).toEqual([record.tables.views])
})
