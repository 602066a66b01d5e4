import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Json, type Running, startFixture } from './fixtures/running.ts'
import { fixture } from './fixtures/stack.ts'

let running: Running
beforeAll(async () => {
  const resources = fixture()
  Object.assign(resources.Stage?.Properties ?? {}, { DefaultRouteSettings: {} })
  Object.assign(resources.Integration?.Properties ?? {}, { TimeoutInMillis: 1_500 })
  Object.assign(resources.ApiFunction?.Properties ?? {}, { Timeout: 2 })
  running = await startFixture({}, resources)
})
afterAll(() => running.stop())

const json = async (path: string, init?: RequestInit): Promise<Json> => (await running.fetch(path, init)).json()

describe('a request', () => {
  it('reaches the function in payload format 2.0', async () => {
    const event = await json('/things%2Fx?b=2&a=1&b=3%20', {
      method: 'PATCH',
      headers: { cookie: 'one=1; two=2', 'content-type': 'application/json', 'x-two': 'a' },
      body: '{"ä":1}',
    })
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/things/x', // decoded, as an HTTP API does
      rawQueryString: 'b=2&a=1&b=3%20',
      queryStringParameters: { a: '1', b: '2,3 ' },
      cookies: ['one=1', 'two=2'],
      headers: { 'content-type': 'application/json', 'x-two': 'a', 'x-forwarded-proto': 'http' },
      requestContext: { accountId: '000000000000', stage: '$default', http: { method: 'PATCH', path: '/things/x' } },
      body: '{"ä":1}',
      isBase64Encoded: false,
    })
    expect(event.headers).not.toHaveProperty('cookie')
    expect(event.requestContext.time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/)
  })

  it('whose path a route names carries its parts', async () => {
    expect(await json('/things/seven')).toMatchObject({ routeKey: 'GET /things/{id}', pathParameters: { id: 'seven' } })
    expect(await json('/all/a/b/c')).toMatchObject({ routeKey: 'ANY /all/{rest+}', pathParameters: { rest: 'a/b/c' } })
    expect(await json('/things/seven', { method: 'DELETE' })).toMatchObject({ routeKey: '$default' })
  })

  it.each([
    ['application/x-ndjson', '{"a":1}\n', true],
    ['text/plain; charset=utf-8', 'words', false],
    ['application/problem+json', '{}', false],
    ['application/json', Buffer.from([0x7b, 0xff, 0x7d]), true], // not UTF-8: text would lose it
  ])('of %s arrives whole', async (type, body, encoded) => {
    const event = await json('/', { method: 'POST', headers: { 'content-type': type }, body })
    expect(event.isBase64Encoded).toBe(encoded)
    expect(Buffer.from(event.body, encoded ? 'base64' : 'utf8')).toEqual(Buffer.from(body))
  })

  it('over 10 MB is refused', async () => {
    const answer = await running.fetch('/', { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) })
    expect(answer.status).toBe(413)
  })

  it('that its client gave up hurts nobody', async () => {
    const gone = new AbortController()
    const asked = running.fetch('/slow?300', { signal: gone.signal })
    setTimeout(() => gone.abort(), 50)
    await expect(asked).rejects.toThrow()
    expect((await running.fetch('/plain')).status).toBe(200)
  })
})

describe('an answer', () => {
  it('may have several cookies', async () => {
    expect((await running.fetch('/cookies')).headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  it('may be bytes', async () => {
    expect(new Uint8Array(await (await running.fetch('/bytes')).arrayBuffer())).toEqual(new Uint8Array([0, 255, 1]))
  })

  it('without a status is a 200 of JSON', async () => {
    const answer = await running.fetch('/plain')
    expect([answer.status, answer.headers.get('content-type'), await answer.json()]).toEqual([
      200,
      'application/json',
      { hello: 'world' },
    ])
  })

  it('to HEAD has the headers and no body', async () => {
    const answer = await running.fetch('/plain', { method: 'HEAD' })
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([200, '17', ''])
  })

  it.each([['/throw'], ['/invalid']])('of a function that fails is a 500 without its words (%s)', async (path) => {
    const answer = await running.fetch(path)
    expect([answer.status, await answer.json()]).toEqual([500, { message: 'Internal Server Error' }])
  })

  it('later than the integration waits is a 503', async () => {
    const answer = await running.fetch('/slow?1900')
    expect([answer.status, await answer.json()]).toEqual([503, { message: 'Service Unavailable' }])
  })
})

describe('the functions', () => {
  it('see the environment that Lambda and the template give, and nothing of ours', async () => {
    process.env.SECRET_OF_THE_DEVELOPER = 'x'
    const env = await json('/env')
    expect(env).toMatchObject({
      ITEMS: running.cloud.outputs.Items,
      BUS: 'fixture-bus',
      AWS_REGION: 'local',
      AWS_ENDPOINT_URL: running.cloud.gateway,
      AWS_LAMBDA_FUNCTION_NAME: expect.stringContaining('ApiFunction'),
    })
    expect(env).not.toHaveProperty('SECRET_OF_THE_DEVELOPER')
  })

  it('know how long they have', async () => {
    const { ms, id } = await json('/remaining')
    expect(ms).toBeGreaterThan(1_000)
    expect(ms).toBeLessThanOrEqual(2_000)
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('behind HTTP take several requests at once', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => json('/together')))
    expect(Math.max(...answers.map(({ seen }) => seen))).toBeGreaterThan(1)
  })

  it('that end are started anew, and those under way fail', async () => {
    expect((await running.fetch('/exit')).status).toBe(500)
    expect((await running.fetch('/plain')).status).toBe(200)
    expect(running.said.join('\n')).toContain(
      '[api] error: Runtime.ExitError: The function’s process ended with 3'.replace('’', "'"),
    )
  })

  it('that take longer than they may are replaced, and say so', async () => {
    expect((await running.fetch('/loop')).status).toBe(503)
    expect((await running.fetch('/plain')).status).toBe(200)
    await expect.poll(() => running.said.join('\n'), { timeout: 3_000 }).toContain('Task timed out after 2.00 seconds')
  })

  it('tell of an error on the terminal, with its stack', async () => {
    await running.fetch('/throw')
    expect(running.said.join('\n')).toMatch(/\[api\] error: Error: on purpose\n\s+at /)
  })
})

it('takes a header that comes twice as one', async () => {
  const body = await new Promise<string>((resolve, reject) => {
    const { port } = new URL(running.cloud.url)
    const call = request({ port, path: '/', headers: { 'x-word': ['a', 'b'] } }, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += chunk)).once('end', () => resolve(text))
    })
    call.once('error', reject).end()
  })
  expect(JSON.parse(body).headers['x-word']).toBe('a,b')
})

it('lets as many requests through as the stage does', async () => {
  const throttled = await startFixture()
  const answers = await Promise.all(Array.from({ length: 60 }, () => throttled.fetch('/plain')))
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(5)
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(40)
  const refused = answers.find(({ status }) => status === 429)
  expect(await refused?.json()).toEqual({ message: 'Too Many Requests' })
  await throttled.stop()
})
