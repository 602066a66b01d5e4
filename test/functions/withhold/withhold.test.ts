import { PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, it } from 'vitest'
import { checkpointItem } from '#functions/store/log-item.ts'
import { NotWithheld, Withhold } from '#functions/withhold/withhold.ts'
import { audit } from '../../support/audit.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { faults } from '../../support/faults.ts'
import { recorder } from '../../support/log.ts'
import { withEngine } from '../../support/with-engine.ts'
import { said } from '../project/fixtures.ts'

const engine = withEngine()
const client = engine.client()
const secret = 'the night watchman, who has a name'
const one = said('mira-kovan', secret)
const other = said('mira-kovan', 'the watch has gone home')
const note = (n: number) => ({
  type: 'TranslationAdded',
  data: { translationId: `t-${n}`, language: 'de', fragments: [{ fragment: 0, text: `${n}` }] },
})
const withheld = (version: number) => ({
  type: 'PayloadWithheld',
  data: { version, ground: 'by order of the court', authority: 'District court of Port Ostmark' },
})
let tables: Tables
let record: ReturnType<typeof recorder>
const withhold = (using = client) => new Withhold({ client: using, events: tables.events, log: tables.log })

beforeEach(async () => {
  tables = await createTables(client)
  record = recorder(client, tables)
  await record.sealed(other.stream, other.event)
  await record.sealed(one.stream, one.event, note(1)) // at positions 1 and 2, in one commit and one chunk
})

/** All that is in a table, as text. */
async function textOf(table: string): Promise<string> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }))
  return JSON.stringify(Items, (_, value) => {
    if (value?.B instanceof Uint8Array) return Buffer.from(value.B).toString('latin1')
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).sort()) // a map comes back in any order
  })
}
const everywhere = async () => (await textOf(tables.events)) + (await textOf(tables.log))

describe('a payload that is withheld, and sealed to be so', () => {
  it('goes out of its commit and out of the log; its entry stays, and all that was sealed with it', async () => {
    const before = await record.log.read(0)
    const head = await record.log.head()
    await record.sealed(one.stream, withheld(1))
    const sealed = await record.log.head()
    expect((await everywhere()).split(secret)).toHaveLength(3)
    const [{ datasalt: salt = '' } = {}] = (await record.store.load(one.stream)).commits[0]?.events ?? []
    const removed = await withhold().run({ streamId: one.stream, version: 1 })
    expect(removed).toEqual({ eventId: `${one.stream}/1`, position: 1, withheld: 3, removed: true })
    const left = await everywhere()
    expect(left).not.toContain(secret)
    expect(left).not.toContain(salt)

    const after = await record.log.read(0)
    const { data: _, datasalt: __, ...envelope } = before[1] ?? {}
    expect(after.slice(0, 3)).toEqual([before[0], { ...envelope, withheld: 3 }, before[2]])
    const [first, second] = (await record.store.load(one.stream)).commits[0]?.events ?? []
    const { position: ___, ...stored } = envelope as { position?: number }
    expect(first).toEqual({ ...stored, withheld: 3 })
    expect(second?.data).toEqual(note(1).data)
    expect(await record.log.head()).toEqual(sealed)
    expect(sealed.size).toBe(head.size + 1)
    await audit(client, tables)
  })

  it('goes once, however often it is asked', async () => {
    await record.sealed(one.stream, withheld(1))
    const which = { streamId: one.stream, version: 1 }
    const answers = await Promise.all([1, 2, 3].map(() => withhold().run(which)))
    expect(answers.filter(({ removed }) => removed)).toHaveLength(1)
    expect(await withhold().run(which)).toMatchObject({ removed: false, withheld: 3 })
  })

  it('goes in both places or in none, whenever the call breaks, and the next call finds out', async () => {
    await record.sealed(one.stream, withheld(2))
    const which = { streamId: one.stream, version: 2 }
    const before = engine.client()
    faults(before).set({ nth: 1, when: 'before' })
    await expect(withhold(before).run(which)).rejects.toThrow('broke before')
    expect((await record.log.read(2))[0]?.data).toEqual(note(1).data)
    const after = engine.client()
    faults(after).set({ nth: 1, when: 'after' })
    await expect(withhold(after).run(which)).rejects.toThrow('broke after')
    expect((await record.log.read(2))[0]).toMatchObject({ withheld: 3 })
    expect(await withhold().run(which)).toMatchObject({ removed: false })
    await audit(client, tables)
  })

  it('goes where one of the two has it again, as after a restore of one table', async () => {
    const query = { TableName: tables.events, ConsistentRead: true, KeyConditionExpression: 'streamId = :stream' }
    const values = { ':stream': { S: one.stream } }
    const { Items: [commit] = [] } = await client.send(
      new QueryCommand({ ...query, ExpressionAttributeValues: values }),
    )
    await record.sealed(one.stream, withheld(1))
    await withhold().run({ streamId: one.stream, version: 1 })
    await client.send(new PutItemCommand({ TableName: tables.events, Item: commit }))
    expect(await everywhere()).toContain(secret)
    expect(await withhold().run({ streamId: one.stream, version: 1 })).toMatchObject({ removed: true })
    expect(await everywhere()).not.toContain(secret)
  })
})

describe('a payload stays', () => {
  const refused = async (which: { streamId: string; version: number }, why: string) => {
    const all = await everywhere()
    const error = await withhold()
      .run(which)
      .catch((error: unknown) => error)
    expect(error).toBeInstanceOf(NotWithheld)
    expect(String(error)).toContain(why)
    expect(await everywhere()).toBe(all)
  }

  it('where nothing withholds it', () => refused({ streamId: one.stream, version: 1 }, 'No event says'))
  it('where another of its stream is withheld', async () => {
    await record.sealed(one.stream, withheld(2))
    await refused({ streamId: one.stream, version: 1 }, 'No event says')
  })
  it('where the event is not there', () => refused({ streamId: one.stream, version: 7 }, 'There is no event'))
  it('of what is no stream', () => refused({ streamId: 'Nothing', version: 1 }, 'is no stream'))
  it('where what withholds it is not sealed yet', async () => {
    await record.append(one.stream, withheld(1))
    await refused({ streamId: one.stream, version: 1 }, 'is not sealed yet')
  })
  it('where that is sealed and not signed yet, once the log is signed', async () => {
    await record.sealed(one.stream, withheld(1))
    const signed = (size: number) => checkpointItem({ size, note: 'a note', signedAt: '2031-02-14T12:00:00.000Z' })
    await client.send(new PutItemCommand({ TableName: tables.log, Item: signed(3) }))
    await refused({ streamId: one.stream, version: 1 }, 'not signed yet')
    await client.send(new PutItemCommand({ TableName: tables.log, Item: signed(4) }))
    expect(await withhold().run({ streamId: one.stream, version: 1 })).toMatchObject({ removed: true })
  })
})
