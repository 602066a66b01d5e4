import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseNote, parseVkey, verifyNote } from '#events/log/note.ts'
import { healthOf } from '#functions/api/health.ts'
import { cosignedNote, witnessedNote } from '#functions/api/signed.ts'
import { Views } from '#functions/projections/views.ts'
import { EventStore } from '#functions/store/event-store.ts'
import { LogStore } from '#functions/store/log-store.ts'
import { Witnesses, witnessesOf } from '#functions/witness/witnesses.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { recorder, testSource } from '../../support/log.ts'
import { watchKept } from '../../support/watch.ts'
import { withEngine } from '../../support/with-engine.ts'
import { startWitness } from '../../support/witness.ts'

const engine = withEngine()
let client: DynamoDBClient
let tables: Tables
let record: ReturnType<typeof recorder>
let log: LogStore
let one: Awaited<ReturnType<typeof startWitness>>
let two: Awaited<ReturnType<typeof startWitness>>
beforeEach(async () => {
  client = engine.client()
  tables = await createTables(client)
  record = recorder(client, tables)
  log = new LogStore({ client, table: tables.log })
  const vkeys = async () => (await log.identity())?.vkeys ?? []
  one = await startWitness({ name: 'witness.ostmark.example', seed: new Uint8Array(32).fill(1), vkeys })
  two = await startWitness({ name: 'witness.harbour.example', seed: new Uint8Array(32).fill(2), vkeys })
  vi.spyOn(console, 'info').mockImplementation(() => undefined)
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
})
afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all([one.close(), two.close()])
})

const some = (count: number) => Array.from({ length: count }, (_, index) => watchKept(`${index}`))
const ask = (said = `${one.vkey} ${one.url}, ${two.vkey} ${two.url}/`) =>
  new Witnesses({ client, table: tables.log, witnesses: witnessesOf(said) }).ask()
const names = () => [one, two].map(({ vkey }) => parseVkey(vkey).name)
const served = () => cosignedNote({ log, witnesses: names() })
const heldBy = (note: string) =>
  verifyNote(
    parseNote(note),
    [one, two].map(({ vkey }) => parseVkey(vkey)),
  ).map(({ key, time }) => [key.name, time])
const health = async () => {
  const views = new Views({
    client,
    table: tables.views,
    events: new EventStore({ client, table: tables.events, source: testSource }),
  })
  return (await healthOf({ log, views, published: async () => 0, now: Date.now, witnesses: names() })()).witnesses
}

describe('a checkpoint', () => {
  it('is cosigned by every witness, at the time that it vouches for', async () => {
    await record.sealed('mission-a', ...some(3))
    expect(await ask()).toEqual({ size: 3, cosigned: 2 })
    expect(heldBy(await served())).toEqual([
      ['witness.ostmark.example', 1_928_000_000],
      ['witness.harbour.example', 1_928_000_000],
    ])
    expect(await witnessedNote({ log })).toBe(await served())
    expect((await health())?.map(({ size, behind, error }) => [size, behind, error])).toEqual([
      [3, 0, undefined],
      [3, 0, undefined],
    ])
  })

  it('goes on from the last one by a proof from tiles, past a full one too; one that is cosigned is not sent again', async () => {
    for (const count of [3, 200, 400]) {
      await record.sealed('mission-a', ...some(count))
      expect((await ask()).cosigned).toBe(2)
    }
    expect((await ask()).cosigned).toBe(2)
    expect(one.asked).toEqual([0, 3, 203])
    expect(one.seen().size).toBe(603)
  })

  it('is not there before the log has begun', async () => {
    expect(await ask()).toEqual({ size: 0, cosigned: 0 })
    expect(one.asked).toEqual([])
    await expect(witnessedNote({ log })).rejects.toMatchObject({ code: 'log-not-begun' })
  })
})

describe('a witness', () => {
  it('that is away holds up no other, is told of, and catches up', async () => {
    await record.sealed('mission-a', ...some(2))
    await ask()
    two.control.instead = async () => undefined
    await record.sealed('mission-a', ...some(2))
    expect(await ask()).toEqual({ size: 4, cosigned: 1 })
    expect(heldBy(await served()).map(([name]) => name)).toEqual(['witness.ostmark.example'])
    expect(heldBy(await witnessedNote({ log }))).toHaveLength(2)
    expect(parseNote(await witnessedNote({ log })).text.split('\n')[1]).toBe('2')
    expect((await health())?.[1]).toMatchObject({ size: 2, behind: 2, error: 'It does not answer' })

    await record.sealed('mission-a', ...some(2))
    delete two.control.instead
    expect(await ask()).toEqual({ size: 6, cosigned: 2 })
    expect(two.asked.at(-1)).toBe(2)
    expect((await health())?.[1]).toEqual({ name: 'witness.harbour.example', size: 6, behind: 0 })
  })

  it('that is slow is waited for some seconds, and no longer', async () => {
    await record.sealed('mission-a', ...some(1))
    two.control.instead = () => new Promise((resolve) => setTimeout(resolve, 20_000, new Response('late')).unref())
    expect(await ask()).toEqual({ size: 1, cosigned: 1 })
    expect((await health())?.[1]).toMatchObject({ size: 0, behind: 1, error: 'It does not answer within 5 seconds' })
  })

  it('whose memory is another than is known here is asked again from there', async () => {
    await record.sealed('mission-a', ...some(5))
    const { root } = await log.head()
    one.remember(5, root)
    await record.sealed('mission-a', ...some(300))
    expect((await ask()).cosigned).toBe(2)
    expect(one.asked).toEqual([0, 5])
  })

  it('refuses a fork, and that is told', async () => {
    await record.sealed('mission-a', ...some(5))
    one.remember(3, new Uint8Array(32).fill(9))
    expect(await ask()).toEqual({ size: 5, cosigned: 1 })
    expect((await health())?.[0]).toMatchObject({ size: 0, error: expect.stringContaining('does not go on from what') })
    expect(heldBy(await served()).map(([name]) => name)).toEqual(['witness.harbour.example'])
  })

  it('that has seen more than there is says that the log was set back', async () => {
    await record.sealed('mission-a', ...some(5))
    one.remember(9, new Uint8Array(32).fill(9))
    await ask()
    expect((await health())?.[0]).toMatchObject({ error: expect.stringContaining('one of them is a fork') })
  })

  it('that signs with another key has signed nothing', async () => {
    await record.sealed('mission-a', ...some(1))
    const impostor = await startWitness({
      name: parseVkey(two.vkey).name,
      seed: new Uint8Array(32).fill(3),
      vkeys: async () => (await log.identity())?.vkeys ?? [],
    })
    expect(await ask(`${two.vkey} ${impostor.url}`)).toEqual({ size: 1, cosigned: 0 })
    expect((await health())?.[1]?.error).toMatch(/not signed with its key|no cosignature/)
    await impostor.close()
  })

  it('that answers nonsense has signed nothing', async () => {
    await record.sealed('mission-a', ...some(1))
    for (const [body, code] of [
      ['hello', 200],
      ['', 200],
      ['x\n', 409],
      ['', 500],
    ] as const) {
      two.control.instead = async () => new Response(body, { status: code })
      expect((await ask()).cosigned).toBe(1)
    }
    expect((await health())?.[1]).toMatchObject({ size: 0, error: 'It answers 500' })
  })
})

it('is named by a key for cosignatures and an address', () => {
  expect(witnessesOf(`${one.vkey} https://w.example/log/`)).toMatchObject([{ url: 'https://w.example/log' }])
  const ofLog = 'log.harbour-watch.example+b7b60255+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c'
  expect(() => witnessesOf(`${ofLog} https://w.example`)).toThrow('no key of a witness')
  expect(() => witnessesOf('w https://w.example')).toThrow('no verifier key')
})
