import { randomBytes } from 'node:crypto'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { DomainEvent } from '#events/envelope.ts'
import { Views } from '#functions/projections/views.ts'
import { each } from '#functions/runtime/each.ts'
import { Withhold } from '#functions/withhold/withhold.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { type Fault, faults, isWrite } from '../../support/faults.ts'
import { withEngine } from '../../support/with-engine.ts'
import {
  contents,
  corrected,
  hold,
  opened,
  phase,
  projector,
  recording,
  registered,
  rowsOf,
  said,
  upTo,
} from './fixtures.ts'

const engine = withEngine()
const client = engine.client()
const secret = 'the-night-watchman'
const one = said(secret, `the harbour had been quiet, said ${secret}`)
const two = said('mira-kovan', 'the watch has gone home')
const mission = opened('harbour-watch')
const actor = registered('mira-kovan')
const withheld = (version: number): DomainEvent => ({
  type: 'PayloadWithheld',
  data: { version, ground: 'by order of the court' },
})
const translated = (n: number, text: string): DomainEvent => ({
  type: 'TranslationAdded',
  data: { translationId: `t-${n}`, language: 'de', fragments: [{ fragment: 0, text }] },
})
let record: Awaited<ReturnType<typeof recording>>
/** How large the log was before anything was withheld, and at the end. */
let [before, size] = [0, 0]

beforeAll(async () => {
  vi.spyOn(console, 'info').mockReturnValue()
  vi.spyOn(console, 'error').mockReturnValue()
  record = await recording(client)
  const { sealed, log } = record
  await sealed(actor.stream, actor.event)
  await sealed(one.stream, one.event)
  await sealed(two.stream, two.event, corrected({ speaker: { actorId: secret } }, `it was ${secret}`))
  await sealed(mission.stream, mission.event, phase(secret))
  before = (await log.head()).size
  await sealed(one.stream, corrected({ documentId: 'gazette' }))
  await sealed(two.stream, withheld(2))
  await sealed(one.stream, withheld(1))
  await sealed(mission.stream, withheld(2), phase('r-2'))
  size = (await log.head()).size
})
afterAll(() => {
  vi.restoreAllMocks()
})

const fresh = async (): Promise<Tables> => ({ ...record.tables, views: (await createTables(client)).views })
const run = (using: DynamoDBClient, tables: Tables, size: number) =>
  projector(using, tables, { log: upTo(record.log, size) }).run()
const shown = async (tables: Tables) => JSON.stringify(await contents(client, tables.views))
/** Rows with what they say, and none of what was withheld in their keys either; tombstones have the keys that are gone. */
const rows = async (tables: Tables, generation = 1) => rowsOf(await contents(client, tables.views), generation)

describe('rows of what is withheld', () => {
  it('are gone once what withholds it is projected, from lists and from states', async () => {
    const tables = await fresh()
    await run(client, tables, before)
    expect(await shown(tables)).toContain(`speaker#${secret}`)
    await run(client, tables, size)
    const found = await rows(tables)
    expect(JSON.stringify(found)).not.toContain(secret)
    const states = Object.entries(await contents(client, tables.views)).filter(([key]) => key.includes('#state#'))
    expect(states).toHaveLength(4)
    expect(JSON.stringify(states)).not.toContain(secret)
    const keys = Object.keys(found)
    expect(keys.filter((key) => key.includes(one.id)).map((key) => key.split(' ')[0])).toEqual([
      'changed',
      'statements',
      'status#withheld',
      'withheld',
    ])
    expect(keys.filter((key) => key.startsWith('withheld '))).toHaveLength(3)
    expect(keys.find((key) => key.startsWith('speaker#mira-kovan') && key.includes(two.id))).toBeDefined()
  })

  it('are the same, however the log is cut', async () => {
    const whole = await fresh()
    await run(client, whole, size)
    const expected = await rows(whole)
    expect(JSON.stringify(expected)).not.toContain(secret)
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: size }), { maxLength: 5 }), async (cuts) => {
        const tables = await fresh()
        const warm = projector(client, tables)
        for (const cut of cuts.sort((a, b) => a - b)) await run(client, tables, cut)
        await warm.run()
        expect(await rows(tables)).toEqual(expected)
      }),
      { numRuns: 15 },
    )
  })

  it('stay gone when all rows are built anew', async () => {
    const tables = await fresh()
    await run(client, tables, size)
    const live = await rows(tables)
    await projector(client, tables).fill({})
    const anew = await rows(tables, 2)
    expect(anew).toEqual(live)
    expect(JSON.stringify(anew)).not.toContain(secret)
  })

  it('are gone though a run comes late that has not heard of it', async () => {
    const tables = await fresh()
    const late = engine.client()
    const held = hold(late, (pk) => pk.includes(secret))
    const zombie = run(late, tables, before)
    await held.reached
    await run(client, tables, before)
    await run(client, tables, size)
    held.release()
    await zombie
    expect(JSON.stringify(await rows(tables))).not.toContain(secret)
  })
})

describe.each(['before', 'after'] as const)('a write that fails %s it lands', (when) => {
  it('brings nothing back, whichever it is', async () => {
    const clean = await fresh()
    await run(client, clean, before)
    const counted = engine.client()
    const { calls } = faults(counted)
    await run(counted, clean, size)
    const writes = calls.filter(isWrite).length
    expect(writes).toBeGreaterThan(15)
    const expected = await rows(clean)
    const every = Array.from({ length: writes }, (_, index) => index + 1)
    await each(every, 6, async (nth) => {
      const tables = await fresh()
      await run(client, tables, before)
      const broken = engine.client()
      const fault: Fault = { nth, when }
      faults(broken).set(fault)
      await expect(run(broken, tables, size), `write ${nth}`).rejects.toThrow('broke')
      await run(client, tables, size)
      expect(await rows(tables), `write ${nth} of ${writes}`).toEqual(expected)
    })
  })
})

describe('a state that is too large for its head item', () => {
  it('is replaced at once where something in it is withheld, and its parts go', async () => {
    const own = await recording(client)
    const words = `${secret} ${randomBytes(20_000).toString('base64')}`
    await own.sealed(one.stream, one.event, translated(1, words))
    const project = projector(client, own.tables)
    await project.run()
    await own.sealed(one.stream, translated(2, randomBytes(20_000).toString('base64')))
    await project.run()
    expect(await shown(own.tables)).toContain(words)
    await own.sealed(one.stream, withheld(2))
    await project.run()
    await own.sealed(one.stream, translated(3, 'drei'))
    await project.run()
    expect(await shown(own.tables)).not.toContain(words)
    const views = new Views({ client, table: own.tables.views, events: own.store })
    const current = (await views.current(1, [{ streamId: one.stream, foldVersion: 2 }])).get(one.stream)
    expect(current).toMatchObject({ version: 5 })
    expect(current?.json).toContain('by order of the court')
  })
})

describe('a payload that is removed', () => {
  it('is missed by no rebuild, nor by who reads what is kept', async () => {
    const own = await recording(client)
    await own.sealed(one.stream, one.event)
    await own.sealed(two.stream, two.event, corrected({ speaker: { actorId: secret } }, `it was ${secret}`))
    const live = projector(client, own.tables)
    await live.run()
    await own.sealed(two.stream, withheld(2))
    await own.sealed(one.stream, withheld(1))
    await live.run()
    const expected = await rows(own.tables)
    const withhold = new Withhold({ client, events: own.tables.events, log: own.tables.log })
    await withhold.run({ streamId: two.stream, version: 2 })
    await withhold.run({ streamId: one.stream, version: 1 })
    await own.sealed(two.stream, translated(9, 'neun'))
    await live.run() // from memory, which knew what was not removed yet
    const cold = { ...own.tables, views: (await createTables(client)).views }
    await projector(client, cold).run()
    const rebuilt = await rows(cold)
    expect(rebuilt).toEqual(await rows(own.tables))
    const unchanged = (found: Record<string, object>) =>
      Object.entries(found).filter(([key]) => !key.startsWith('changed '))
    expect(unchanged(rebuilt)).toEqual(unchanged(expected)) // a translation is in no other row
    expect(JSON.stringify(rebuilt)).not.toContain(secret)
  })

  it('parks no stream, and a parked one comes back without it', async () => {
    const own = await recording(client)
    await own.sealed(one.stream, one.event, corrected({ documentId: 'gazette' }))
    await own.sealed(one.stream, withheld(1))
    const broken = {
      models: [
        {
          name: 'statements',
          kind: 'statement' as const,
          rows: () => {
            throw new Error('a bug of ours')
          },
        },
      ],
    }
    await projector(client, own.tables, { projected: broken }).run()
    const views = new Views({ client, table: own.tables.views })
    expect(await views.parked(1)).toEqual([one.stream])
    await projector(client, own.tables).run()
    expect(await views.parked(1)).toEqual([])
    const found = await rows(own.tables)
    expect(Object.keys(found).map((key) => key.split(' ')[0])).toEqual([
      'changed',
      'statements',
      'status#withheld',
      'withheld',
    ])
  })
})
