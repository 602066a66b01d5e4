import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { each } from '#functions/runtime/each.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { type Fault, faults, isWrite } from '../../support/faults.ts'
import { withEngine } from '../../support/with-engine.ts'
import { contents, corrected, hold, opened, phase, recording, registered, rowKeys, said, upTo } from './fixtures.ts'
import { plainProjector } from './plain.ts'

const engine = withEngine()
let record: Awaited<ReturnType<typeof recording>>
/** How large the log was when each run of project began. */
let rounds: number[]

beforeAll(async () => {
  record = await recording(engine.client())
  const { sealed, log } = record
  const one = said('mira-kovan', 'the harbour had been quiet')
  const two = said('mira-kovan', 'the watch has gone home')
  const mission = opened('harbour-watch')
  const actor = registered('mira-kovan')
  await sealed(actor.stream, actor.event)
  await sealed(one.stream, one.event)
  await sealed(mission.stream, mission.event)
  rounds = [(await log.head()).size]
  await sealed(one.stream, corrected({ speaker: { actorId: 'ilan-dorsk' } }))
  await sealed(two.stream, two.event)
  await sealed(mission.stream, phase('r-1'))
  rounds.push((await log.head()).size)
  await sealed(one.stream, corrected({ speaker: { actorId: 'mira-kovan' } }, 'it was her'))
  await sealed(two.stream, corrected({ speaker: { actorId: 'ilan-dorsk' }, documentId: 'gazette-2031-02-15' }))
  rounds.push((await log.head()).size)
})

const fresh = async (): Promise<Tables> => ({
  ...record.tables,
  views: (await createTables(engine.client())).views,
})
const run = (client: DynamoDBClient, tables: Tables, size: number) =>
  plainProjector(client, tables, { log: upTo(record.log, size) }).run()

/** What clean runs leave, and how many writes they take. */
async function clean(rounds: readonly number[]) {
  const tables = await fresh()
  const client = engine.client()
  const { calls } = faults(client)
  for (const size of rounds) await run(client, tables, size)
  return { expected: await contents(client, tables.views), writes: calls.filter(isWrite).length }
}

/** The same with one write failed; a run that ends by it is begun again. */
async function faulty(rounds: readonly number[], fault: Fault) {
  const tables = await fresh()
  const client = engine.client()
  faults(client).set(fault)
  let ended = 0
  for (const size of rounds) {
    await run(client, tables, size).catch(async () => {
      ended++
      await run(client, tables, size)
    })
  }
  return { found: await contents(client, tables.views), ended }
}

describe.each([
  { when: 'before', retried: false },
  { when: 'after', retried: false },
  { when: 'before', retried: true },
  { when: 'after', retried: true },
] as const)('a write that fails $when it lands, asked again by the SDK: $retried', ({ when, retried }) => {
  it('loses nothing and doubles nothing, whichever write it is', async () => {
    const both = rounds.slice(0, 2)
    const { expected, writes } = await clean(both)
    expect(writes).toBeGreaterThanOrEqual(20)
    const every = Array.from({ length: writes }, (_, index) => index + 1)
    await each(every, 6, async (nth) => {
      const { found, ended } = await faulty(both, { nth, when, retried })
      expect(found, `write ${nth} of ${writes}`).toEqual(expected)
      expect(ended, `write ${nth} of ${writes}`).toBe(retried ? 0 : 1)
    })
  })
})

it('shows the rows of the whole log in the end, whatever runs have ended half way before it', async () => {
  const { expected } = await clean(rounds)
  const size = rounds.at(-1) ?? 0
  const runs = fc.array(
    fc.record({ size: fc.integer({ min: 1, max: size }), nth: fc.integer({ min: 1, max: 12 }), after: fc.boolean() }),
    { maxLength: 5 },
  )
  await fc.assert(
    fc.asyncProperty(runs, async (before) => {
      const tables = await fresh()
      let reached = 0
      for (const { size, nth, after } of before) {
        const client = engine.client()
        faults(client).set({ nth, when: after ? 'after' : 'before' })
        reached = Math.max(reached, size)
        await run(client, tables, reached).catch(() => undefined)
      }
      await run(engine.client(), tables, size)
      expect(rowKeys(await contents(engine.client(), tables.views))).toEqual(rowKeys(expected))
    }),
    { numRuns: 20 },
  )
})

it.each([
  ['moved away, and a tombstone stands in its place', 2],
  ['come back, at a later position', 3],
])('changes nothing when a run comes late with a row that has %s', async (_, ran) => {
  const tables = await fresh()
  const late = engine.client()
  const held = hold(late, (pk) => pk.startsWith('1#'))
  const zombie = run(late, tables, rounds[0] ?? 0)
  await held.reached
  for (const size of rounds.slice(0, ran)) await run(engine.client(), tables, size)
  const expected = await contents(engine.client(), tables.views)
  held.release()
  await zombie
  expect(await contents(engine.client(), tables.views)).toEqual(expected)
})
