import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createTables, type Tables } from '../../support/engine.ts'
import { recorder } from '../../support/log.ts'
import { withEngine } from '../../support/with-engine.ts'
import { startBus, type TestBus } from './bus.ts'

const engine = withEngine()
let bus: TestBus
let tables: Tables
let handler: (event: unknown, context: { getRemainingTimeInMillis(): number }) => Promise<void>

beforeAll(async () => {
  bus = await startBus()
  tables = await createTables(engine.client())
  vi.stubEnv('LOG_TABLE', tables.log)
  vi.stubEnv('EVENT_BUS', 'Rapporteur-sandbox')
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', engine.endpoint)
  vi.stubEnv('AWS_ENDPOINT_URL_EVENTBRIDGE', bus.endpoint)
  vi.stubEnv('AWS_REGION', 'local')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  ;({ handler } = await import('#functions/publish/handler.ts'))
})
afterAll(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  await bus.stop()
})

it('publishes what is sealed, whatever rang, and says how far it came', async () => {
  const info = vi.spyOn(console, 'info').mockReturnValue()
  const { sealed } = recorder(engine.client(), tables)
  await sealed('actor-mira-kovan', { type: 'ActorRegistered', data: { actorId: 'mira-kovan' } })
  info.mockClear() // what sealing told
  await handler({ Records: [] }, { getRemainingTimeInMillis: () => 300_000 })
  expect(bus.taken).toMatchObject([{ EventBusName: 'Rapporteur-sandbox', DetailType: 'ActorRegistered' }])
  expect(info.mock.calls.map(([line]) => JSON.parse(line))).toEqual([
    { step: 'publish', message: 'published', position: 1 },
  ])
})
