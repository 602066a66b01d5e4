import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKey } from '#functions/access/key.ts'
import type { Scope } from '#functions/access/scopes.ts'
import { maxBodyBytes } from '#functions/api/body.ts'
import { freshOf, phase, recordGround, statement, writes } from './fixtures.ts'
import { type Served, serve } from './served.ts'

let served: Served
let statementPath: string
const ask: Served['ask'] = (...asked) => served.ask(...asked)

beforeAll(async () => {
  served = await serve()
  await recordGround(served)
  for (const { method, path, json } of writes) await ask(method, path, { json })
  statementPath = (await ask('POST', '/statements', { json: statement })).headers.get('Location') ?? ''
})
afterAll(() => served.stop())

const correction = { reason: 'misread', replaces: { language: 'de' } }
const correct = { operation: 'correctStatement', method: 'POST', json: correction, scope: 'revise', revising: 'revise' }
const all = () => [...writes, { ...correct, path: `${statementPath}/corrections` }]
const json = (text: string) => ({ body: text, headers: { 'Content-Type': 'application/json' } })

describe.each([...writes.map(({ operation }) => operation), 'correctStatement'])('%s', (operation) => {
  const write = () => all().find((one) => one.operation === operation) as ReturnType<typeof all>[number]
  const send = (asked: Parameters<Served['ask']>[2]) => ask(write().method, write().path, asked)

  it('needs a key', async () => {
    const { status, body, headers } = await send({ json: write().json, as: null })
    expect([status, body.type]).toEqual([401, '/problems/key-required'])
    expect(headers.get('WWW-Authenticate')).toBe('Bearer realm="rapporteur"')
  })

  it('needs a key that is known', async () => {
    const { key } = createKey('Nobody', ['admin'], new Date())
    for (const bearer of [key, 'rk_nothing']) {
      const asked = { json: write().json, as: null, headers: { Authorization: `Bearer ${bearer}` } }
      const { status, body, headers } = await send(asked)
      expect([status, body.type]).toEqual([401, '/problems/unknown-key'])
      expect(headers.get('WWW-Authenticate')).toBe('Bearer realm="rapporteur", error="invalid_token"')
    }
  })

  it('needs a key with the right scope, and says which', async () => {
    const others: Scope[] = ['retract', 'read', 'read-text', write().scope === 'record' ? 'revise' : 'record']
    const { status, body, headers } = await send({ json: write().json, as: others })
    expect([status, body.type]).toEqual([403, '/problems/scope-required'])
    expect(body.detail).toContain(`"${write().scope}"`)
    expect(headers.get('WWW-Authenticate')).toContain(`error="insufficient_scope", scope="${write().scope}"`)
    expect((await send({ json: write().json, as: [write().scope as Scope] })).status).toBeLessThan(300)
  })

  it(`with If-Match needs the scope of a revision where it is one`, async () => {
    const headers = { 'If-Match': '"1"' }
    const other = write().revising === 'record' ? 'revise' : 'record'
    expect((await send({ json: write().json, headers, as: [other] })).status).toBe(403)
    expect((await send({ json: write().json, headers, as: [write().revising as Scope] })).status).toBeLessThan(300)
  })

  it.each([
    ['not JSON', '{"a"', 'not JSON'],
    ['empty', '', 'empty'],
    ['with a member twice', '{"a":{"b":1,"b":2}}', '#/a/b twice'],
    ['not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'not UTF-8'],
    ['a depth bomb', '['.repeat(100_000), 'not JSON'],
    ['a balanced depth bomb', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'nested'],
  ])('refuses a body that is %s', async (_, text, said) => {
    const { status, body } = await send({ body: text, headers: { 'Content-Type': 'application/json' } })
    expect([status, body.type]).toEqual([400, '/problems/malformed-body'])
    expect(body.detail).toContain(said)
  })

  it.each([
    undefined,
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json-seq',
    'application/ld+json',
  ])('refuses the media type %s', async (type) => {
    const bytes = new TextEncoder().encode(JSON.stringify(write().json))
    const { status, body } = await send({ body: bytes, headers: type ? { 'Content-Type': type } : {} })
    expect([status, body.type]).toEqual([415, '/problems/unsupported-media-type'])
  })

  it('takes its media type in any dress, and no content coding', async () => {
    const bytes = JSON.stringify(write().json)
    for (const type of ['application/json; charset=utf-8', 'Application/JSON']) {
      expect((await send({ body: bytes, headers: { 'Content-Type': type } })).status).toBeLessThan(300)
    }
    const coded = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }
    expect((await send({ body: bytes, headers: coded })).status).toBe(415)
  })

  it('refuses a body over 256 KB, declared or not', async () => {
    const padded = (bytes: number) => JSON.stringify(write().json).padEnd(bytes)
    expect((await send(json(padded(maxBodyBytes)))).status).toBeLessThan(300)
    const { status, body } = await send(json(padded(maxBodyBytes + 1)))
    expect([status, body.type]).toEqual([413, '/problems/body-too-large'])
    const declared = { 'Content-Type': 'application/json', 'Content-Length': String(maxBodyBytes + 1) }
    expect((await send({ body: '{}', headers: declared })).status).toBe(413)
  })

  it.each([
    ['a field it does not know', '{"colour":"red"}', '#/colour'],
    ['a member __proto__', '{"__proto__":{"kind":"person"}}', '#/__proto__'],
    ['a member constructor', '{"constructor":1}', '#/constructor'],
    ['a list', '[]', '#'],
    ['null', 'null', '#'],
    ['a string', '"a"', '#'],
  ])('refuses %s', async (_, text, pointer) => {
    const { status, body } = await send(json(text))
    expect([status, body.type]).toEqual([422, '/problems/invalid-input'])
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
    expect(({} as { kind?: string }).kind).toBeUndefined()
  })

  it('refuses an Idempotency-Key that is none', async () => {
    const { status, body } = await send({ json: write().json, headers: { 'Idempotency-Key': 'x'.repeat(129) } })
    expect([status, body.type]).toEqual([400, '/problems/invalid-header'])
  })

  it('refuses a parameter in the query', async () => {
    const { method, path } = write()
    const { status, body } = await ask(method, `${path}?dry-run=1`, { json: write().json })
    expect([status, body.errors]).toEqual([422, [{ parameter: 'dry-run', detail: 'is not known; this takes none' }]])
  })

  it('refuses the same Idempotency-Key with another body', async () => {
    const headers = { 'Idempotency-Key': 'twice' }
    expect((await send({ json: write().json, headers })).status).toBeLessThan(300)
    // Told again, it added nothing, so nothing remembers the key; a new thing under it does.
    const fresh = freshOf(write().operation)
    const path = fresh.path ?? write().path
    expect((await ask(write().method, path, { json: fresh.one, headers })).status).toBe(201)
    const { status, body } = await ask(write().method, path, { json: fresh.other, headers })
    expect([status, body.type]).toEqual([422, '/problems/idempotency-key-reused'])
  })

  it('refuses what comes from a version that is behind', async () => {
    const fresh = freshOf(write().operation)
    const headers = { 'If-Match': '"99"' }
    const asked = { json: fresh.third, headers }
    const { status, body } = await ask(write().method, fresh.thirdPath ?? fresh.path ?? write().path, asked)
    expect([status, body.type]).toEqual([412, '/problems/version-conflict'])
  })
})

it('refuses lone surrogates and numbers that no reader holds, naming the field', async () => {
  const said = (text: string) => ask('PUT', '/documents/odd', json(text))
  for (const [text, pointer] of [
    ['{"title":"\\ud800"}', '#/title'],
    ['{"codePoints":9007199254740993}', '#/codePoints'],
    ['{"codePoints":1e400}', '#/codePoints'],
    ['{"codePoints":1.5}', '#/codePoints'],
  ] as const) {
    const { status, body } = await said(text)
    expect([status, body.errors[0].pointer]).toEqual([422, pointer])
  }
})

it('reports of no mission, and corrects no statement, that is not on record', async () => {
  const unopened = await ask('POST', '/missions/nowhere/phases', { json: phase })
  expect([unopened.status, unopened.body.type]).toEqual([404, '/problems/mission-not-opened'])
  const unrecorded = await ask('POST', '/statements/s-unknown/corrections', { json: correction })
  expect([unrecorded.status, unrecorded.body.type]).toEqual([404, '/problems/statement-not-recorded'])
})

describe('a read', () => {
  it.each([
    ['/documents/nothing', 'document-not-recorded'],
    ['/actors/nobody', 'actor-not-registered'],
    ['/statements/s-unknown', 'statement-not-recorded'],
    ['/missions/nowhere', 'mission-not-opened'],
    ['/documents/nothing/text', 'document-not-recorded', ['read-text']],
    ['/problems/nothing', 'not-found'],
  ] as const)('of %s answers 404', async (path, code, as = undefined) => {
    const { status, body } = await ask('GET', path, as ? { as } : {})
    expect([status, body.type]).toEqual([404, `/problems/${code}`])
  })

  it.each([
    '/',
    '/healthz',
    '/openapi.json',
    '/problems',
    '/problems/not-found',
    '/documents/bulletin-2031-02-14',
    '/actors/mira-kovan',
    '/missions/harbour-watch',
    '/missions',
    '/statements',
    '/events',
    'statement',
  ])('of %s refuses a parameter that it does not know', async (path) => {
    const { status, body } = await ask('GET', `${path === 'statement' ? statementPath : path}?colour=red&mood=grave`)
    expect([status, body.type]).toEqual([422, '/problems/invalid-input'])
    expect(body.errors.map((error: { parameter: string }) => error.parameter)).toEqual(['colour', 'mood'])
  })

  it.each([
    ['/statements?limit=0', 'limit'],
    ['/statements?limit=101', 'limit'],
    ['/statements?limit=ten', 'limit'],
    ['/statements?limit=1.5', 'limit'],
    ['/statements?limit=1&limit=2', 'limit'],
    ['/statements?speaker=Mira', 'speaker'],
    ['/statements?document=', 'document'],
    ['/missions?limit=', 'limit'],
    ['/events?after=-1', 'after'],
    ['/events?after=x', 'after'],
  ])('refuses %s', async (path, parameter) => {
    const { status, body } = await ask('GET', path)
    expect([status, body.type]).toEqual([422, '/problems/invalid-input'])
    expect(body.errors).toEqual([{ parameter, detail: expect.any(String) }])
    expect(body.detail).toContain(parameter)
  })

  it.each([
    ['limit=1.5', 'is not a whole number'],
    ['limit=99999999999999999999', 'is more than 100'],
    ['after=9007199254740993', 'is more than 9007199254740991'],
  ])('says what is wrong with %s, however long it is', async (wrong, detail) => {
    expect((await ask('GET', `/events?${wrong}`)).body.errors[0].detail).toBe(detail)
  })

  it('of the log takes every position that can be', async () => {
    const { status, body } = await ask('GET', `/events?after=${Number.MAX_SAFE_INTEGER}`)
    expect([status, body]).toEqual([200, { events: [], next: null }])
  })

  it('of a text refuses whoever may not read it', async () => {
    const path = '/documents/bulletin-2031-02-14/text'
    const stranger = { headers: { Authorization: 'Bearer rk_nothing' } }
    expect((await ask('GET', path)).body.type).toBe('/problems/key-required')
    expect((await ask('GET', path, stranger)).body.type).toBe('/problems/unknown-key')
    expect((await ask('GET', path, { as: ['record'] })).body.type).toBe('/problems/scope-required')
    expect((await ask('GET', `${path}?colour=red`, { as: ['read-text'] })).status).toBe(422)
  })
})

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

it('was seen here to refuse all that it says it may refuse, but for faults', () => {
  const faults = new Set([500, 503])
  const elsewhere = ['already-recorded', 'nothing-to-correct', 'text-not-held', 'invalid-cursor', 'cursor-expired']
  const promised = Object.values(served.described.document.paths).flatMap((path) =>
    Object.values(path).flatMap(({ operationId, responses }) =>
      Object.entries(responses).flatMap(([status, { content }]) => {
        if (Number(status) < 400 || faults.has(Number(status))) return []
        const schema = content?.['application/problem+json']?.schema as { properties: { type: { enum: string[] } } }
        return schema.properties.type.enum
          .filter((type) => !elsewhere.includes(type.slice('/problems/'.length)))
          .map((type) => `${operationId} ${status} ${type}`)
      }),
    ),
  )
  expect(promised.length).toBeGreaterThan(70)
  expect(promised.filter((one) => !served.described.seen.has(one))).toEqual([])
})
