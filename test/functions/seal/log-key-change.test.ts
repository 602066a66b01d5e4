import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { kinds } from '#events/kinds.ts'
import { parseNote, parseVkey, verifyNote } from '#events/log/note.ts'
import { logKeys, logKeysStream } from '#events/log-keys/kind.ts'
import { Project } from '#functions/project/project.ts'
import { readModels, shape } from '#functions/projections/read-models.ts'
import { LogKeyChange } from '#functions/seal/log-key-change.ts'
import { Signing } from '#functions/seal/signing.ts'
import { LogStore } from '#functions/store/log-store.ts'
import { audit } from '../../support/audit.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { faults, isWrite } from '../../support/faults.ts'
import { given } from '../../support/given.ts'
import { logKeysOf, recorder, testOrigin } from '../../support/log.ts'
import { watchKept } from '../../support/watch.ts'
import { withEngine } from '../../support/with-engine.ts'

const engine = withEngine()
let client: DynamoDBClient
let tables: Tables
let record: ReturnType<typeof recorder>
let log: LogStore
let clock: string
beforeEach(async () => {
  client = engine.client()
  tables = await createTables(client)
  record = recorder(client, tables)
  log = new LogStore({ client, table: tables.log })
  clock = '2031-02-14T09:30:00.000Z'
  vi.spyOn(console, 'info').mockImplementation(() => undefined)
})
afterEach(() => vi.restoreAllMocks())

const change = (using = client) => {
  const now = () => new Date(clock)
  const options = { client: using, table: tables.log, now }
  return new LogKeyChange({
    ...options,
    signing: new Signing({ ...options, origin: testOrigin, keys: async () => logKeysOf(tables) }),
  })
}
const tell = async (vkey: string) => record.sealed(logKeysStream, { type: 'LogKeyAdded', data: { vkey } })
/** Which keys, by their place in the list, have signed the checkpoint that stands. */
const signedBy = async (vkeys: readonly string[]) => {
  const held = verifyNote(parseNote((await log.checkpoint())?.note ?? ''), vkeys.map(parseVkey))
  return held.map(({ key }) => vkeys.map(parseVkey).findIndex(({ keyId }) => keyId === key.keyId))
}
const rotated = async () => {
  const { vkey = '' } = await change().run({ logKey: 'add' })
  await tell(vkey)
  await change().run({ logKey: 'use', vkey })
  return vkey
}

describe('a rotation', () => {
  it('makes the next key, which signs beside the old one once the log says so', async () => {
    await record.sealed('mission-a', watchKept('x'))
    const old = (await log.identity())?.vkeys[0] ?? ''
    const { vkey = '', keys } = await change().run({ logKey: 'add' })
    expect(keys).toEqual([{ vkey: old, since: expect.any(String) }])
    expect(await change().run({ logKey: 'add' }), 'asked again, it is the same').toMatchObject({ vkey })
    expect(await signedBy([old, vkey])).toEqual([0])

    await expect(change().run({ logKey: 'use', vkey })).rejects.toThrow('does not say yet')
    await record.append(logKeysStream, { type: 'LogKeyAdded', data: { vkey } })
    await expect(change().run({ logKey: 'use', vkey })).rejects.toThrow('does not say yet')
    await record.seal.run([logKeysStream])
    expect((await change().run({ logKey: 'use', vkey })).keys.map((one) => one.vkey)).toEqual([vkey, old])
    expect(await signedBy([old, vkey]), 'also what stands already').toEqual([1, 0])

    await record.sealed('mission-a', watchKept('y'))
    expect(await signedBy([old, vkey])).toEqual([1, 0])
    await audit(client, tables)
  })

  it('uses no key but the one that was made, whatever the log says', async () => {
    await record.sealed('mission-a', watchKept('x'))
    const strange = 'log.harbour-watch.example+b7b60255+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c'
    await tell(strange)
    await expect(change().run({ logKey: 'use', vkey: strange })).rejects.toThrow('not the key that was made last')
  })

  /** A new log, and what is asked of it last. */
  const asked = {
    use: async () => {
      await begin()
      const { vkey = '' } = await change().run({ logKey: 'add' })
      await tell(vkey)
      return { logKey: 'use', vkey } as const
    },
    retire: async () => {
      await begin()
      await rotated()
      const [, old = ''] = (await log.identity())?.vkeys ?? []
      return { logKey: 'retire', keyId: parseVkey(old).keyId, now: true } as const
    },
  }
  const begin = async () => {
    tables = await createTables(client)
    record = recorder(client, tables)
    log = new LogStore({ client, table: tables.log })
    await record.sealed('mission-a', watchKept('x'))
  }
  it.each([
    ['a key comes into use', 'use', 2],
    ['a key is retired', 'retire', 1],
  ] as const)(
    'dies at each of its writes where %s, and is taken up anew: it ends as ever',
    async (_, what, signing) => {
      const first = await asked[what]()
      const counted = engine.client()
      const { calls } = faults(counted)
      await change(counted).run(first)
      const writes = calls.filter(isWrite).length
      expect(writes).toBeGreaterThan(0)
      for (let nth = 1; nth <= writes; nth++) {
        for (const when of ['before', 'after'] as const) {
          const last = await asked[what]()
          const using = engine.client()
          const { set, unmet } = faults(using)
          set({ nth, when, outcome: 'dies' })
          await expect(change(using).run(last)).rejects.toThrow()
          expect(unmet()).toBe(0)
          await record.seal.run(['mission-a']) // whoever signs meanwhile
          await change().run(last)
          await record.sealed('mission-a', watchKept('y'))
          const { vkeys = [] } = (await log.identity()) ?? {}
          expect([vkeys.length, (await signedBy(vkeys)).length], `write ${nth}, ${when}`).toEqual([signing, signing])
          await audit(client, tables)
        }
      }
    },
  )

  it('cannot begin before the log has', () => expect(change().run({ logKey: 'add' })).rejects.toThrow('has no key yet'))
})

describe('a key that is retired', () => {
  beforeEach(async () => {
    await record.sealed('mission-a', watchKept('x'))
  })
  const ids = async () => (await log.identity())?.vkeys.map((vkey) => parseVkey(vkey).keyId) ?? []

  it('signs no longer, ninety days after the newer one began to', async () => {
    const vkey = await rotated()
    const [, keyId = ''] = await ids()
    clock = '2031-05-14T09:30:00.000Z'
    await expect(change().run({ logKey: 'retire', keyId })).rejects.toThrow('1 more days')
    clock = '2031-05-15T09:30:00.000Z'
    expect((await change().run({ logKey: 'retire', keyId })).keys.map((one) => one.vkey)).toEqual([vkey])
    expect((await change().run({ logKey: 'retire', keyId })).keys).toHaveLength(1)
    await record.sealed('mission-a', watchKept('y'))
    expect(parseNote((await log.checkpoint())?.note ?? '').signatures.map(({ keyId: id }) => id)).toEqual(await ids())
  })

  it('is so at once, where that is said', async () => {
    await rotated()
    const [, keyId = ''] = await ids()
    expect((await change().run({ logKey: 'retire', keyId, now: true })).keys).toHaveLength(1)
  })

  it('is not the newest', async () => {
    const [keyId = ''] = await ids()
    await expect(change().run({ logKey: 'retire', keyId, now: true })).rejects.toThrow('The newest key stays')
  })

  it('has its number never used again', async () => {
    await rotated()
    const [, keyId = ''] = await ids()
    await change().run({ logKey: 'retire', keyId, now: true })
    await rotated()
    expect((await log.identity())?.parameters).toEqual([3, 2])
  })
})

it('is told once in its stream', () => {
  const added = { type: 'LogKeyAdded', data: { vkey: 'log.example+00000000+AA==' } } as const
  const add = { type: 'AddLogKey', data: added.data } as const
  given(logKeys, []).when(add).thenAdds(added)
  given(logKeys, [added]).when(add).thenAlready(1)
})

it('is in no row, and holds nobody up', async () => {
  await tell('log.harbour-watch.example+b7b60255+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c')
  await record.sealed('mission-a', {
    type: 'MissionOpened',
    data: { missionId: 'a', names: ['Harbour Watch'], organization: 'ostmark', hosts: [], evidence: [] },
  })
  const project = new Project({
    client,
    viewsTable: tables.views,
    log,
    streams: record.store,
    projected: { kinds, models: readModels, shape },
  })
  await project.run()
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tables.views }))
  const said = JSON.stringify(Items)
  expect(said).toContain('mission-a')
  expect(said).not.toMatch(/parked|log-keys/)
})
