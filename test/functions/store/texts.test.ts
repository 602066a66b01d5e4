import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, it } from 'vitest'
import { Texts } from '#functions/store/texts.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { faults } from '../../support/faults.ts'
import { withEngine } from '../../support/with-engine.ts'

const engine = withEngine()
let client: DynamoDBClient
let tables: Tables
beforeEach(async () => {
  client = engine.client()
  tables = await createTables(client)
})

let clock = 0
const texts = () => new Texts({ client, table: tables.texts, now: () => clock })
const key = { documentId: { S: 'bulletin-2031-02-14' }, sha256: { S: 'hash' } }
const stored = async () => (await client.send(new GetItemCommand({ TableName: tables.texts, Key: key }))).Item
/** What stays of a deleted text. */
const remove = () =>
  client.send(
    new PutItemCommand({
      TableName: tables.texts,
      Item: { ...key, deletedAt: { S: '2031-02-20T10:00:00.000Z' }, by: { S: 'desk-a' } },
    }),
  )

describe('the text of a document', () => {
  it('is read back as it was put, to the code point', async () => {
    const text = 'The naïve harbour 🚢\r\n\tcafé \u0000end'
    await texts().put('bulletin-2031-02-14', 'hash', text)
    expect(await texts().get('bulletin-2031-02-14', 'hash')).toBe(text)
  })

  it('is kept by document and revision', async () => {
    await texts().put('bulletin-2031-02-14', 'hash', 'one')
    expect(await texts().get('bulletin-2031-02-14', 'other')).toBeUndefined()
    expect(await texts().get('bulletin-2031-02-15', 'hash')).toBeUndefined()
  })

  it('is compressed', async () => {
    await texts().put('bulletin-2031-02-14', 'hash', 'the harbour had been quiet. '.repeat(1_000))
    expect((await stored())?.text?.B?.length).toBeLessThan(1_000)
  })

  it('fits, also at the longest that a request can bring', async () => {
    let random = 1
    const noise = Array.from({ length: 262_000 }, () => {
      random = (random * 48_271) % 2_147_483_647
      return String.fromCharCode(32 + (random % 95))
    }).join('')
    await texts().put('bulletin-2031-02-14', 'hash', noise)
    expect(await texts().get('bulletin-2031-02-14', 'hash')).toBe(noise)
  })

  it('put again is the one that was there', async () => {
    await texts().put('bulletin-2031-02-14', 'hash', 'one')
    await texts().put('bulletin-2031-02-14', 'hash', 'two')
    expect(await texts().get('bulletin-2031-02-14', 'hash')).toBe('one')
  })

  it('that was deleted is gone, and does not come back by being put again', async () => {
    await texts().put('bulletin-2031-02-14', 'hash', 'one')
    await remove()
    await texts().put('bulletin-2031-02-14', 'hash', 'one')
    expect(await texts().get('bulletin-2031-02-14', 'hash')).toBeUndefined()
    expect(await texts().held('bulletin-2031-02-14', 'hash')).toBe(false)
    expect(await stored()).toMatchObject({ by: { S: 'desk-a' } })
  })

  it('is held or not', async () => {
    expect(await texts().held('bulletin-2031-02-14', 'hash')).toBe(false)
    await texts().put('bulletin-2031-02-14', 'hash', 'one')
    expect(await texts().held('bulletin-2031-02-14', 'hash')).toBe(true)
  })
})

describe('the texts of a document', () => {
  const at = (sha256: string) => texts().held('bulletin-2031-02-14', sha256)

  it('are deleted, those that are named and all that are kept beside them, and none comes back', async () => {
    await texts().put('bulletin-2031-02-14', 'first', 'one')
    await texts().put('bulletin-2031-02-14', 'litter', 'whose event never came')
    await texts().put('bulletin-2031-02-15', 'first', 'of another')
    clock = Date.UTC(2031, 1, 20)
    await texts().remove('bulletin-2031-02-14', ['first', 'never-sent'], 'desk-a')
    for (const sha256 of ['first', 'litter', 'never-sent']) {
      await texts().put('bulletin-2031-02-14', sha256, 'again')
      expect([sha256, await at(sha256)]).toEqual([sha256, false])
    }
    expect(await texts().get('bulletin-2031-02-15', 'first')).toBe('of another')
  })

  it('leave when they were deleted first, and by whom, and nothing else', async () => {
    await texts().put('bulletin-2031-02-14', 'hash', 'one')
    clock = Date.UTC(2031, 1, 20)
    await texts().remove('bulletin-2031-02-14', ['hash'], 'desk-a')
    clock = Date.UTC(2031, 1, 21)
    await texts().remove('bulletin-2031-02-14', ['hash'], 'desk-b')
    expect(await stored()).toEqual({ ...key, deletedAt: { S: '2031-02-20T00:00:00.000Z' }, by: { S: 'desk-a' } })
  })

  it('are gone at once where they were deleted', async () => {
    const kept = texts()
    await kept.put('bulletin-2031-02-14', 'hash', 'one')
    expect(await kept.get('bulletin-2031-02-14', 'hash')).toBe('one')
    await kept.remove('bulletin-2031-02-14', [], 'desk-a')
    expect(await kept.get('bulletin-2031-02-14', 'hash')).toBeUndefined()
  })
})

describe('a text in memory', () => {
  it('is served for a minute, so that a deletion is felt within one', async () => {
    const kept = texts()
    await kept.put('bulletin-2031-02-14', 'hash', 'one')
    await kept.get('bulletin-2031-02-14', 'hash')
    await remove()
    clock += 59_999
    expect(await kept.get('bulletin-2031-02-14', 'hash')).toBe('one')
    expect(await kept.held('bulletin-2031-02-14', 'hash')).toBe(true)
    clock += 1
    expect(await kept.get('bulletin-2031-02-14', 'hash')).toBeUndefined()
    expect(await kept.held('bulletin-2031-02-14', 'hash')).toBe(false)
  })

  it('gives way to newer ones, so that memory stays bounded', async () => {
    const kept = texts()
    const long = 'x'.repeat(3_000_000)
    for (const hash of ['a', 'b', 'c']) {
      await kept.put('bulletin-2031-02-14', hash, long)
      await kept.get('bulletin-2031-02-14', hash)
    }
    const { calls } = faults(client)
    await kept.get('bulletin-2031-02-14', 'c')
    await kept.get('bulletin-2031-02-14', 'b')
    expect(calls).toHaveLength(0)
    await kept.get('bulletin-2031-02-14', 'a')
    expect(calls).toHaveLength(1)
  })
})
