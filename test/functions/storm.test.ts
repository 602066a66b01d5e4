import { afterAll, beforeAll, expect, it } from 'vitest'
import { audit as auditProduct } from '../../cli/audit/auditing.ts'
import { audit } from '../support/audit.ts'
import { createTables } from '../support/engine.ts'
import { storm } from '../support/storm/storm.ts'
import { withEngine } from '../support/with-engine.ts'
import { startBus, type TestBus } from './publish/bus.ts'

const engine = withEngine()
let bus: TestBus
beforeAll(async () => {
  bus = await startBus()
})
afterAll(() => bus.stop())

// The same in full, 10,000 statements by 16 writers, is `node test/bench/storm.ts`.
it('loses nothing and doubles nothing while calls fail, processes die and the stream repeats, reorders and drops', async () => {
  const tables = await createTables(engine.client())
  const came = await storm(
    { client: () => engine.client(), tables, busEndpoint: bus.endpoint },
    { seed: 20_310_214, statements: 160, writers: 16, faultPercent: 5, dropPercent: 5, killMs: 250 },
  )
  expect(came.refused).toEqual([])
  // It was a storm.
  expect(came.killed).toBeGreaterThan(10)
  expect(came.dropped).toBeGreaterThan(0)
  expect(Math.min(came.calls.throttled, came.calls.broken, came.calls.lost)).toBeGreaterThan(10)

  const { sealed, unsealed } = await audit(engine.client(), tables)
  expect(unsealed).toEqual([])
  const { findings, ...figures } = await auditProduct({ client: engine.client(), ...tables }, () => undefined)
  expect(findings.named).toEqual([])
  expect(figures).toMatchObject({ entries: sealed.length, unsealed: 0 })
  const told = [...came.acknowledged].flatMap(([id, versions]) => versions.map((one) => `statement-${id}/${one}`))
  expect(sealed.filter((id) => id.startsWith('statement-')).sort()).toEqual(told.sort())
  const heard = new Set(bus.events().map(({ id }) => id))
  expect(sealed.filter((id) => !heard.has(id))).toEqual([])
  const { body: health } = await came.ask({ method: 'GET', path: '/healthz' })
  expect(health).toMatchObject({
    status: 'ok',
    head: sealed.length,
    checkpoint: { size: sealed.length },
    publish: { position: sealed.length },
    project: { position: sealed.length },
  })
})
