import { afterEach, describe, expect, it, vi } from 'vitest'
import { describe as describeError, log, logError } from '#functions/runtime/log.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

describe('an entry for the operator', () => {
  it('is one line of JSON in a terminal', () => {
    const written = vi.spyOn(console, 'info').mockImplementation(() => undefined)
    log('seal', 'sealed', { events: 3 })
    expect(written.mock.calls).toEqual([['{"step":"seal","message":"sealed","events":3}']])
  })

  it('is the object itself where Lambda formats it, at the level that alarms look for', () => {
    vi.stubEnv('AWS_LAMBDA_LOG_FORMAT', 'JSON')
    const written = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    logError('seal', 'stream parked', { streamId: 'mission-a' })
    expect(written.mock.calls).toEqual([[{ step: 'seal', message: 'stream parked', streamId: 'mission-a' }]])
  })
})

it('describes an error with its causes', () => {
  const error = new Error('outer', { cause: new TypeError('inner') })
  expect(describeError(error)).toMatchObject({
    error: 'Error',
    detail: 'outer',
    stack: expect.stringContaining('outer'),
    cause: { error: 'TypeError', detail: 'inner' },
  })
  expect(describeError('text')).toEqual({ error: 'text' })
})
