import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { listStatements } from '#functions/projections/statements/query.ts'
import { Views } from '#functions/projections/views.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { recorder } from '../../support/log.ts'
import { withEngine } from '../../support/with-engine.ts'
import { said } from './fixtures.ts'

const engine = withEngine()
let tables: Tables
let handler: (event: object, context: { getRemainingTimeInMillis(): number }) => Promise<unknown>

beforeAll(async () => {
  tables = await createTables(engine.client())
  vi.stubEnv('EVENTS_TABLE', tables.events)
  vi.stubEnv('LOG_TABLE', tables.log)
  vi.stubEnv('VIEWS_TABLE', tables.views)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', engine.endpoint)
  vi.stubEnv('AWS_REGION', 'local')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  ;({ handler } = await import('#functions/project/handler.ts'))
})
afterAll(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

it('puts what is sealed into lists, whatever rang, and says how far it came', async () => {
  const info = vi.spyOn(console, 'info').mockReturnValue()
  const { id, stream, event } = said('mira-kovan', 'the harbour had been quiet')
  await recorder(engine.client(), tables).sealed(stream, event)
  info.mockClear() // what sealing told
  await handler({ Records: [] }, { getRemainingTimeInMillis: () => 300_000 })
  const views = new Views({ client: engine.client(), table: tables.views })
  expect((await listStatements(views, { limit: 10 })).items).toMatchObject([{ statementId: id }])
  expect(info.mock.calls.map(([line]) => JSON.parse(line))).toEqual([
    { step: 'project', message: 'projected', position: 1 },
  ])
})

it('rebuilds the rows when it is asked to, and answers how far it has come', async () => {
  vi.spyOn(console, 'info').mockReturnValue()
  const answer = await handler({ fill: true, seconds: 0 }, { getRemainingTimeInMillis: () => 300_000 })
  expect(answer).toMatchObject({ done: false, stage: 'removing', generation: 2, position: 1, head: 1 })
  const views = new Views({ client: engine.client(), table: tables.views })
  expect(await views.checkpoint()).toEqual({ generation: 2, position: 1 })
  expect((await listStatements(views, { limit: 10 })).items).toHaveLength(1)
})
