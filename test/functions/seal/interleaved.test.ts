import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Sweep } from '#functions/seal/sweep.ts'
import { LogStore } from '#functions/store/log-store.ts'
import { audit } from '../../support/audit.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { faults, isWrite } from '../../support/faults.ts'
import { recorder, sealer } from '../../support/log.ts'
import { watchKept } from '../../support/watch.ts'
import { withEngine } from '../../support/with-engine.ts'

const engine = withEngine()
beforeEach(() => {
  for (const level of ['info', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => undefined)
})
afterEach(() => vi.restoreAllMocks())

const some = (count: number) => Array.from({ length: count }, (_, index) => watchKept(`${index}`))
const anHourOn = () => new Date(Date.now() + 3_600_000)

/** Who may be at work on a log, each as a process of its own. */
type Actor = (client: DynamoDBClient, tables: Tables) => Promise<unknown>
const seals: Actor = (client, tables) => sealer(client, tables).run(['mission-b'])
const sealsMore: Actor = (client, tables) => sealer(client, tables).run(['mission-c', 'mission-b'])
const sweeps: Actor = (client, { events, log, views }) => {
  const seal = sealer(client, { events, log }, { now: anHourOn })
  return new Sweep({ client, events, log, views, seal, now: anHourOn }).run()
}
const begins: Actor = (client, tables) => sealer(client, tables).sign()

/** A log, what waits to be sealed in it, and who comes upon that. In the one that is begun it fills a tile. */
const logs = {
  'that is begun': {
    waits: 256,
    stopped: { 'a sealer': seals, 'a sweep': sweeps },
    others: { 'a sealer of more': sealsMore, 'a sweep': sweeps },
  },
  'that nobody has begun': {
    waits: 3,
    stopped: { 'a sealer': seals, 'a sweep': sweeps, 'whoever begins it': begins },
    others: { 'a sealer of more': sealsMore, 'a sweep': sweeps, 'whoever begins it': begins },
  },
} satisfies Record<string, { waits: number; stopped: Record<string, Actor>; others: Record<string, Actor> }>

/** One stream with a commit of so many events, and another with two. */
async function waiting(count: number, begun: boolean): Promise<Tables> {
  const tables = await createTables(engine.client())
  const record = recorder(engine.client(), tables)
  if (begun) await record.sealed('mission-a', ...some(1))
  await record.append('mission-b', ...some(count))
  await record.append('mission-c', ...some(2))
  return tables
}

/** As Lambda does: delivered again, to a process that may be another. */
async function untilDone(act: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await act()
      return
    } catch (error) {
      if (tries === 5) throw error
    }
  }
}

const cases = Object.entries(logs).flatMap(([log, { waits, stopped, others }]) =>
  Object.entries<Actor>(stopped).flatMap(([one, act]) =>
    Object.entries<Actor>(others).map(([other, meanwhile]) => ({ log, waits, one, act, other, meanwhile })),
  ),
)

it.each(cases)(
  'in a log $log, $one stops at each of its writes, or dies there, while $other runs: it ends as ever',
  async ({ log, waits, act, meanwhile }) => {
    const begun = log === 'that is begun'
    const clean = engine.client()
    const { calls } = faults(clean)
    await act(clean, await waiting(waits, begun))
    const writes = calls.filter(isWrite).length
    expect(writes).toBeGreaterThanOrEqual(2)

    for (let nth = 1; nth <= writes; nth++) {
      for (const when of ['before', 'after'] as const) {
        for (const outcome of ['goes on', 'dies'] as const) {
          const at = `write ${nth}, ${when} it lands, ${outcome}`
          const tables = await waiting(waits, begun)
          const client = engine.client()
          const { set, unmet } = faults(client)
          set({ nth, when, outcome, meanwhile: () => untilDone(() => meanwhile(engine.client(), tables)) })
          if (outcome === 'dies') await expect(act(client, tables), at).rejects.toThrow()
          else await act(client, tables)
          expect(unmet(), at).toBe(0)

          await untilDone(() => act(engine.client(), tables))
          await untilDone(() => sealsMore(engine.client(), tables))
          const { sealed, unsealed } = await audit(engine.client(), tables)
          expect([sealed.length, unsealed], at).toEqual([waits + (begun ? 3 : 2), []])
          const kept = new LogStore({ client: engine.client(), table: tables.log })
          expect((await kept.checkpoint())?.size, at).toBe(sealed.length)
          expect((await kept.identity())?.vkeys, at).toHaveLength(1)
        }
      }
    }
  },
)
