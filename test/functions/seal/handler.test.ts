import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { SealEvent } from '#functions/seal/handler.ts'
import { audit } from '../../support/audit.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { recorder, testOrigin } from '../../support/log.ts'
import { startParameterStore } from '../../support/ssm.ts'
import { watchKept } from '../../support/watch.ts'
import { withEngine } from '../../support/with-engine.ts'

const engine = withEngine()
let tables: Tables
let parameters: Awaited<ReturnType<typeof startParameterStore>>
let handler: (event: SealEvent, context: { getRemainingTimeInMillis(): number }) => Promise<unknown>
beforeAll(async () => {
  tables = await createTables(engine.client())
  vi.stubEnv('EVENTS_TABLE', tables.events)
  vi.stubEnv('LOG_TABLE', tables.log)
  vi.stubEnv('VIEWS_TABLE', tables.views)
  vi.stubEnv('LOG_KEYS', '/rapporteur/test/log-key/')
  vi.stubEnv('ORIGIN', testOrigin)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', engine.endpoint)
  parameters = await startParameterStore()
  vi.stubEnv('AWS_ENDPOINT_URL_SSM', parameters.url)
  vi.stubEnv('AWS_REGION', 'local')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  ;({ handler } = await import('#functions/seal/handler.ts'))
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await parameters.close()
})

const invocation = { getRemainingTimeInMillis: () => 300_000 }
const record = (eventName: string, streamId: string) => ({
  eventName,
  dynamodb: { Keys: { streamId: { S: streamId } } },
})

it('seals what the records of the events table ring for, and cries out at a change to what was recorded', async () => {
  const info = vi.spyOn(console, 'info').mockImplementation(() => undefined)
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const { append, log } = recorder(engine.client(), tables)
  for (const stream of ['mission-a', 'mission-b']) await append(stream, watchKept('x'))
  await handler(
    { Records: ['mission-a', 'mission-b', 'mission-a'].map((stream) => record('INSERT', stream)) },
    invocation,
  )
  expect((await audit(engine.client(), tables)).sealed.sort()).toEqual(['mission-a/1', 'mission-b/1'])
  const identity = await log.identity()
  expect(info.mock.calls.map(([line]) => JSON.parse(line))).toEqual([
    { step: 'seal', message: 'log begun', origin: testOrigin, vkey: identity?.vkeys[0] },
    { step: 'seal', message: 'sealed', events: 2, parked: [] },
  ])
  // The key is made in the parameter store, once; what it signs is what the log is.
  expect([...parameters.notes.keys()]).toEqual(['parameter /rapporteur/test/log-key/1'])
  expect(parameters.calls).toEqual(['PutParameter', 'GetParameter', 'GetParameter'])
  expect((await log.checkpoint())?.size).toBe(2)
  expect(error).not.toHaveBeenCalled()

  await handler({ Records: [record('REMOVE', 'mission-a')] }, invocation)
  expect(error.mock.calls.map(([line]) => JSON.parse(line))).toEqual([
    {
      step: 'seal',
      message: 'a recorded event was changed',
      eventName: 'REMOVE',
      keys: { streamId: { S: 'mission-a' } },
    },
  ])
})
