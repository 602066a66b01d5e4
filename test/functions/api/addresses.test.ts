import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Served, serve } from './served.ts'

let served: Served
const ask: Served['ask'] = (...asked) => served.ask(...asked)

beforeAll(async () => {
  served = await serve()
})
afterAll(() => served.stop())

describe('an address or a method that is not there', () => {
  it.each(['/nothing', '/statements/', '/problems/a/b'])('answers %s with 404 as a problem', async (path) => {
    const { status, body, headers } = await ask('GET', path, { undescribed: true })
    expect([status, body.type]).toEqual([404, '/problems/not-found'])
    expect(headers.get('Content-Type')).toBe('application/problem+json')
  })

  it.each([
    ['DELETE', '/statements', 'POST, GET, HEAD'],
    ['PUT', '/statements/s-a', 'GET, HEAD'],
    ['POST', '/documents/a', 'PUT, GET, HEAD'],
    ['PATCH', '/', 'GET, HEAD'],
    ['GET', '/missions/harbour-watch/phases', 'POST'],
    ['DELETE', '/missions/harbour-watch/contingents', 'POST, GET, HEAD'],
    ['PUT', '/statements/s-a/claims', 'POST'],
  ])('answers %s %s with 405, allowing %s', async (method, path, allow) => {
    const { status, body, headers } = await ask(method, path, { as: null, undescribed: true })
    expect([status, body.type]).toEqual([405, '/problems/method-not-allowed'])
    expect(headers.get('Allow')).toBe(allow)
  })
})

it('tells each refusal’s code, title, status, and an id of the request, and never keeps it', async () => {
  const { status, body, headers } = await ask('GET', '/actors/nobody')
  expect(body).toEqual({
    type: '/problems/actor-not-registered',
    title: 'The actor is not on record',
    status,
    detail: expect.any(String),
    instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
  })
  expect(headers.get('Cache-Control')).toBe('no-store')
  expect((await ask('GET', body.type)).body).toMatchObject({ code: 'actor-not-registered', status })
})
