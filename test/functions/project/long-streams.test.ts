import { randomBytes } from 'node:crypto'
import { PutItemCommand, paginateScan } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DomainEvent } from '#events/envelope.ts'
import { foldOnto, nothing } from '#events/fold.ts'
import { kinds } from '#events/kinds.ts'
import type { Statement } from '#events/statement/fold.ts'
import { foldedOf } from '#functions/projections/kept.ts'
import { Views } from '#functions/projections/views.ts'
import { each } from '#functions/runtime/each.ts'
import { createTables } from '../../support/engine.ts'
import { type Fault, faults, isWrite } from '../../support/faults.ts'
import { withEngine } from '../../support/with-engine.ts'
import { contents, corrected, projector, recording, rowsOf, said, writeUnits } from './fixtures.ts'
import { plainProjector } from './plain.ts'

const engine = withEngine()
const client = engine.client()
let record: Awaited<ReturnType<typeof recording>>

beforeAll(() => {
  vi.spyOn(console, 'info').mockReturnValue()
})
afterAll(() => {
  vi.restoreAllMocks()
})
beforeEach(async () => {
  record = await recording(client)
})

const one = said('mira-kovan', 'the harbour had been quiet')
const { version: foldVersion } = kinds.statement.fold
const key = `1#state#${foldVersion}#${one.stream}`
/** Words that nothing compresses, so that two of them are more than a head item takes. */
const dense = () => randomBytes(10_000).toString('base64')
const translated = (n: number, text = `${n}`): DomainEvent => ({
  type: 'TranslationAdded',
  data: { translationId: `t-${n}`, language: 'de', fragments: [{ fragment: 0, text }] },
})
const views = (table = record.tables.views) => contents(client, table)
const project = (using = client, tables = record.tables) => projector(using, tables).run()
const head = async () => (await views())[`${key} head`]

/** A statement of three versions and more than 16 KB, that was projected at each of them. */
async function long() {
  await record.sealed(one.stream, one.event)
  for (const n of [1, 2]) {
    await project()
    await record.sealed(one.stream, translated(n, dense()))
  }
  await project()
}

describe('a state of more than 16 KB', () => {
  it('is kept once, and its head item says how far the stream has come', async () => {
    await long()
    expect(await head()).toMatchObject({ version: '3', position: '2', parts: '1' })
    await record.sealed(one.stream, translated(3))
    await record.sealed(one.stream, translated(4))
    await project()
    expect(await head()).toMatchObject({
      version: '5',
      position: '4',
      parts: '1',
      state: { version: { N: '3' }, position: { N: '2' } },
      since: [{ N: '3' }, { N: '4' }],
    })
    expect(Object.keys(await views()).filter((one) => one.startsWith(key))).toEqual([`${key} 3#0`, `${key} head`])
  })

  it('costs each further event a unit for the head item, its rows and the checkpoint', async () => {
    await long()
    const counted = engine.client()
    const units = writeUnits(counted)
    for (const n of [3, 4, 5]) {
      await record.sealed(one.stream, translated(n))
      await project(counted)
    }
    // The row by its last change moves: one is written and one is gone.
    expect(units[record.tables.views]).toBe(3 * (1 + 2 + 1))
  })

  it('is kept anew when the stream passes a multiple of 100, also within a batch', async () => {
    await long()
    await record.sealed(one.stream, ...Array.from({ length: 95 }, (_, n) => translated(n + 3)))
    await project()
    expect(await head()).toMatchObject({ version: '98', state: { version: { N: '3' } } })
    await record.sealed(one.stream, ...[98, 99, 100].map((n) => translated(n)))
    await project()
    const found = await views()
    expect(found[`${key} head`]).toMatchObject({ version: '101', parts: '1' })
    expect(found[`${key} head`]?.since).toBeUndefined()
    expect(found[`${key} 3#0`]?.expiresAt).toBeDefined()
    expect(found[`${key} 101#0`]?.expiresAt).toBeUndefined()
  })

  it('is read as its rows have it, by who can read events', async () => {
    await long()
    await record.sealed(one.stream, translated(3), corrected({ speaker: { actorId: 'ilan-dorsk' } }))
    await project()
    const events = (await record.store.load(one.stream)).commits.flatMap((commit) => commit.events)
    const { fold, upcast } = kinds.statement
    const reading = new Views({ client, table: record.tables.views, events: record.store })
    const current = (await reading.current(1, [{ streamId: one.stream, foldVersion, position: 4 }])).get(one.stream)
    expect(current).toMatchObject({ version: 5, position: 4 })
    expect(current && foldedOf<Statement>(current)).toEqual(foldOnto(fold, upcast, nothing(fold), events))
    expect(await reading.kept(one.stream, foldVersion)).toMatchObject({ version: 3, position: 2 }) // what it is kept at
  })
})

describe('rows of a long stream', () => {
  it('are those of all its events, whoever projects it, in whatever batches', async () => {
    const change = fc.oneof(
      fc.constantFrom('mira-kovan', 'ilan-dorsk').map((actorId) => corrected({ speaker: { actorId } })),
      fc.constantFrom('gazette', 'bulletin').map((documentId) => corrected({ documentId })),
      fc.nat(1_000).map((n) => translated(n + 10)),
    )
    const run = fc.record({
      events: fc.array(change, { minLength: 1, maxLength: 4 }),
      nth: fc.nat(12),
      warm: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 5 }), async (runs) => {
        record = await recording(client)
        await long()
        const warm = projector(client, record.tables)
        for (const { events, nth, warm: isWarm } of runs) {
          for (const event of events) await record.sealed(one.stream, event)
          const failing = engine.client()
          if (nth > 0) faults(failing).set({ nth, when: nth % 2 ? 'before' : 'after' })
          await (isWarm ? warm.run() : project(failing)).catch(() => undefined)
        }
        await project()
        const tables = { ...record.tables, views: (await createTables(client)).views }
        await project(client, tables)
        expect(rowsOf(await views(), 1)).toEqual(rowsOf(await views(tables.views), 1))
      }),
      { numRuns: 15 },
    )
  }, 120_000)

  it('are whole when a write fails, whichever, before it lands or after', async () => {
    const plain = (using = client, tables = record.tables) => plainProjector(using, tables).run()
    await record.sealed(one.stream, one.event, translated(1, dense()), translated(2, dense()))
    await record.sealed(one.stream, ...Array.from({ length: 95 }, (_, n) => translated(n + 3)))
    await plain()
    const speaks = (actorId: string, reason: string) => corrected({ speaker: { actorId } }, reason)
    await record.sealed(
      one.stream,
      speaks('ilan-dorsk', 'it was him'),
      translated(98),
      speaks('ada-venn', 'it was her'),
    )
    const again = async (fault?: Fault) => {
      const tables = { ...record.tables, views: (await copied()).views }
      const failing = engine.client()
      const { calls, set } = faults(failing)
      if (fault) set(fault)
      await plain(failing, tables).catch(() => undefined)
      await plain(client, tables)
      return { found: await views(tables.views), writes: calls.filter(isWrite).length }
    }
    const clean = await again()
    expect(clean.found[`${key} head`]).toMatchObject({ version: '101', parts: '1' })
    expect(clean.writes).toBeGreaterThanOrEqual(6) // rows put and gone, the part, the head, the old part's expiry, the checkpoint
    const every = Array.from({ length: clean.writes }, (_, index) => index + 1)
    for (const when of ['before', 'after'] as const) {
      await each(every, 4, async (nth) => {
        expect(shown((await again({ nth, when })).found), `write ${nth} ${when}`).toEqual(shown(clean.found))
      })
    }
  }, 120_000)
})

/** Without the bodies of states, and without when the parts of a replaced one go: where that write is lost they stay. */
const shown = (found: Record<string, Record<string, unknown>>) =>
  Object.entries(found).map(([at, { body: _, expiresAt, ...rest }]) => [
    at,
    at.includes('#state#') ? rest : { ...rest, expiresAt },
  ])

/** The views table once more, as it is now. */
async function copied() {
  const tables = await createTables(client)
  for await (const { Items = [] } of paginateScan({ client }, { TableName: record.tables.views })) {
    await each(
      Items,
      16,
      async (Item) => void (await client.send(new PutItemCommand({ TableName: tables.views, Item }))),
    )
  }
  return tables
}
