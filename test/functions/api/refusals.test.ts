import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKey } from '#functions/access/key.ts'
import { scopes } from '#functions/access/scopes.ts'
import { maxBodyBytes } from '#functions/api/body.ts'
import { recordGround, recordOther, statementPath } from './fixtures.ts'
import { freshOf } from './fresh.ts'
import { type Served, serve } from './served.ts'
import { writes } from './writes.ts'

let served: Served
const ask: Served['ask'] = (...asked) => served.ask(...asked)

beforeAll(async () => {
  served = await serve()
  await recordGround(served)
  await recordOther(served)
  for (const { method, path, json } of writes) await ask(method, path, { json })
})
afterAll(() => served.stop())

const json = (text: string) => ({ body: text, headers: { 'Content-Type': 'application/json' } })

describe.each(writes)('$operation', (write) => {
  const { operation, method, path, json: taken, revising = write.scope } = write
  const send = (asked: Parameters<Served['ask']>[2]) => ask(method, path, asked)

  it('needs a key', async () => {
    const { status, body, headers } = await send({ json: taken, as: null })
    expect([status, body.type]).toEqual([401, '/problems/key-required'])
    expect(headers.get('WWW-Authenticate')).toBe('Bearer realm="rapporteur"')
  })

  it('needs a key that is known', async () => {
    const { key } = createKey('Nobody', ['admin'], new Date())
    for (const bearer of [key, 'rk_nothing']) {
      const asked = { json: taken, as: null, headers: { Authorization: `Bearer ${bearer}` } }
      const { status, body, headers } = await send(asked)
      expect([status, body.type]).toEqual([401, '/problems/unknown-key'])
      expect(headers.get('WWW-Authenticate')).toBe('Bearer realm="rapporteur", error="invalid_token"')
    }
  })

  it('needs a key with the right scope, and says which', async () => {
    const others = scopes.filter((scope) => scope !== write.scope && scope !== 'admin')
    const { status, body, headers } = await send({ json: taken, as: others })
    expect([status, body.type]).toEqual([403, '/problems/scope-required'])
    expect(body.detail).toContain(`"${write.scope}"`)
    expect(headers.get('WWW-Authenticate')).toContain(`error="insufficient_scope", scope="${write.scope}"`)
    expect((await send({ json: taken, as: [write.scope] })).status).toBeLessThan(300)
  })

  it(`with If-Match needs the scope of a revision where it is one`, async () => {
    const headers = { 'If-Match': '"1"' }
    const others = scopes.filter((scope) => scope !== revising && scope !== 'admin')
    expect((await send({ json: taken, headers, as: others })).status).toBe(403)
    expect((await send({ json: taken, headers, as: [revising] })).status).toBeLessThan(300)
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
    const bytes = new TextEncoder().encode(JSON.stringify(taken))
    const { status, body } = await send({ body: bytes, headers: type ? { 'Content-Type': type } : {} })
    expect([status, body.type]).toEqual([415, '/problems/unsupported-media-type'])
  })

  it('takes its media type in any dress, and no content coding', async () => {
    const bytes = JSON.stringify(taken)
    for (const type of ['application/json; charset=utf-8', 'Application/JSON']) {
      expect((await send({ body: bytes, headers: { 'Content-Type': type } })).status).toBeLessThan(300)
    }
    const coded = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }
    expect((await send({ body: bytes, headers: coded })).status).toBe(415)
  })

  it('refuses a body over 256 KB, declared or not', async () => {
    const padded = (bytes: number) => JSON.stringify(taken).padEnd(bytes)
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
    const { status, body } = await send({ json: taken, headers: { 'Idempotency-Key': 'x'.repeat(129) } })
    expect([status, body.type]).toEqual([400, '/problems/invalid-header'])
  })

  it('refuses a parameter in the query', async () => {
    const { status, body } = await ask(method, `${path}?dry-run=1`, { json: taken })
    expect([status, body.errors]).toEqual([422, [{ parameter: 'dry-run', detail: 'is not known; this takes none' }]])
  })

  it('refuses the same Idempotency-Key with another body', async () => {
    const headers = { 'Idempotency-Key': `${operation} twice` }
    expect((await send({ json: taken, headers })).status).toBeLessThan(300)
    // Told again, it added nothing, so nothing remembers the key; a new thing under it does.
    const fresh = freshOf(operation)
    for (const [at, json] of fresh.before ?? []) await ask('POST', at, { json })
    const freshPath = fresh.path ?? path
    expect((await ask(method, freshPath, { json: fresh.one, headers })).status).toBe(201)
    const { status, body } = await ask(method, freshPath, { json: fresh.other, headers })
    expect([status, body.type]).toEqual([422, '/problems/idempotency-key-reused'])
  })

  it('refuses what comes from a version that is behind', async () => {
    const fresh = freshOf(operation)
    for (const [at, json] of fresh.beforeThird ?? []) await ask('POST', at, { json })
    const headers = { 'If-Match': '"99"' }
    const asked = { json: fresh.third, headers }
    const { status, body } = await ask(method, fresh.thirdPath ?? fresh.path ?? path, asked)
    expect([status, body.type]).toEqual([412, '/problems/version-conflict'])
  })
})

const notOnRecord: Record<string, string> = {
  actors: 'actor-not-registered',
  statements: 'statement-not-recorded',
  missions: 'mission-not-opened',
  events: 'event-not-recorded',
}
const inside = writes.filter(({ path }) => path.split('/').length > 3)

it.each(inside)('$operation needs on record what it is of', async ({ path, json }) => {
  const [, kind = '', , ...rest] = path.split('/')
  const { status, body } = await ask(
    'POST',
    ['', kind, kind === 'events' ? 'mission-nothing' : 'nothing', ...rest].join('/'),
    { json },
  )
  expect([status, body.type]).toEqual([404, `/problems/${notOnRecord[kind]}`])
})

it.each([
  ['correctMembership', 'membership-not-recorded'],
  ['withdrawClaim', 'claim-not-recorded'],
  ['settleDispute', 'dispute-not-recorded'],
  ['retractPhase', 'report-not-recorded'],
  ['retractContingent', 'report-not-recorded'],
  ['retractLesson', 'lesson-not-recorded'],
])('%s needs its own thing on record too: else it is %s', async (operation, code) => {
  const { path = '', json } = inside.find((write) => write.operation === operation) ?? {}
  const { status, body } = await ask('POST', path.replace(/[^/]+\/(\w+)$/, 'nothing/$1'), { json })
  expect([status, body.type]).toEqual([404, `/problems/${code}`])
})

it.each([
  [{ reportId: 'nothing' }, 'report-not-recorded'],
  [{ lessonId: 'nothing' }, 'lesson-not-recorded'],
])('correctMission needs on record what it names, %j', async (named, code) => {
  const json = { ...named, reason: 'misread', replaces: { basis: 'misread' } }
  const { status, body } = await ask('POST', '/missions/harbour-watch/corrections', { json })
  expect([status, body.type]).toEqual([404, `/problems/${code}`])
})

describe('a read', () => {
  it.each([
    ['/documents/nothing', 'document-not-recorded'],
    ['/actors/nobody', 'actor-not-registered'],
    ['/statements/s-unknown', 'statement-not-recorded'],
    ['/missions/nowhere', 'mission-not-opened'],
    ['/missions/nowhere/contingents', 'mission-not-opened'],
    ['/missions/nowhere/history', 'mission-not-opened'],
    ['/documents/nothing/history', 'document-not-recorded'],
    ['/documents/nothing/revisions', 'document-not-recorded'],
    ['/actors/nobody/history', 'actor-not-registered'],
    ['/actors/nobody/statements', 'actor-not-registered'],
    ['/actors/nobody/claims', 'actor-not-registered'],
    ['/actors/nobody/merged', 'actor-not-registered'],
    ['/statements/s-unknown/backlinks', 'statement-not-recorded'],
    ['/statements/s-unknown/history', 'statement-not-recorded'],
    ['/statements/s-unknown/revisions', 'statement-not-recorded'],
    ['/documents/nothing/text', 'document-not-recorded', ['read-text']],
    ['/problems/nothing', 'not-found'],
    ['/documents/nothing/proof', 'document-not-recorded'],
    ['/actors/nobody/proof', 'actor-not-registered'],
    ['/statements/s-unknown/proof', 'statement-not-recorded'],
    ['/missions/nowhere/proof', 'mission-not-opened'],
    ['/checkpoint', 'log-not-begun'],
    ['/checkpoint/witnessed', 'log-not-begun'],
    ['/log/key', 'log-not-begun'],
    ['/proofs/inclusion?position=0', 'log-not-begun'],
    ['/proofs/consistency?from=0', 'log-not-begun'],
    ['/tile/0/000.p/1', 'not-found'],
    ['/tile/entries/000.p/1', 'not-found'],
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
    '/missions/harbour-watch/contingents',
    '/missions',
    '/missions/harbour-watch/history',
    '/statements',
    '/events',
    '/docs',
    '/documents/bulletin-2031-02-14/history',
    '/documents/bulletin-2031-02-14/revisions',
    '/actors',
    '/actors/resolve?mention=Kovan',
    '/actors/mira-kovan/history',
    '/actors/mira-kovan/statements',
    '/actors/mira-kovan/claims',
    '/actors/mira-kovan/merged',
    '/ties?of=mira-kovan',
    statementPath,
    `${statementPath}/backlinks`,
    `${statementPath}/history`,
    `${statementPath}/revisions`,
    '/checkpoint',
    '/checkpoint/witnessed',
    '/log/key',
    '/tile/0/000',
    '/tile/entries/000',
    '/proofs/inclusion?position=0',
    '/proofs/consistency?from=0',
    '/documents/bulletin-2031-02-14/proof',
    '/actors/mira-kovan/proof',
    '/missions/harbour-watch/proof',
    `${statementPath}/proof`,
  ])('of %s refuses a parameter that it does not know', async (path) => {
    const { status, body } = await ask('GET', `${path}${path.includes('?') ? '&' : '?'}colour=red&mood=grave`)
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
    ['/missions/harbour-watch/contingents?limit=0', 'limit'],
    ['/missions/harbour-watch/contingents?cursor=', 'cursor'],
    ['/events?after=-1', 'after'],
    ['/events?after=x', 'after'],
    ['/proofs/inclusion', 'position'],
    ['/proofs/inclusion?position=-1', 'position'],
    ['/proofs/inclusion?position=0&size=x', 'size'],
    ['/proofs/consistency', 'from'],
    ['/proofs/consistency?from=0&to=1.5', 'to'],
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

  it.each(['GET', 'DELETE'])('of a text refuses whoever may not read it, or take it away: %s', async (method) => {
    const [path, as] = ['/documents/bulletin-2031-02-14/text', [method === 'GET' ? 'read-text' : 'admin']] as const
    const stranger = { headers: { Authorization: 'Bearer rk_nothing' } }
    expect((await ask(method, path)).body.type).toBe('/problems/key-required')
    expect((await ask(method, path, stranger)).body.type).toBe('/problems/unknown-key')
    expect((await ask(method, path, { as: ['record'] })).body.type).toBe('/problems/scope-required')
    expect((await ask(method, `${path}?colour=red`, { as })).status).toBe(422)
    expect((await ask(method, '/documents/nothing/text', { as })).body.type).toBe('/problems/document-not-recorded')
  })
})

/** What `once.test.ts` sees; and what `lists.test.ts` does, for which it takes many actors. */
const once = [
  'too-many-merged',
  'actor-merged',
  'actor-not-merged',
  'mission-closed',
  'mission-not-closed',
  'not-retracted',
]

describe('importLines', () => {
  const ndjson = { 'Content-Type': 'application/x-ndjson' }
  const body = '{"method":"PUT","path":"/actors/never","body":{"kind":"person","name":"Nobody"}}'

  it.each<[string, Parameters<Served['ask']>[2], number, string]>([
    ['/imports', { headers: ndjson, body, as: null }, 401, 'key-required'],
    ['/imports', { headers: { ...ndjson, Authorization: 'Bearer rk_none' }, body, as: null }, 401, 'unknown-key'],
    ['/imports', { headers: ndjson, body, as: ['read', 'read-text'] }, 403, 'scope-required'],
    ['/imports', { headers: ndjson, body: ' ' }, 400, 'malformed-body'],
    ['/imports', { headers: ndjson, body: '{}\n'.repeat(501) }, 413, 'body-too-large'],
    ['/imports', { json: {} }, 415, 'unsupported-media-type'],
    ['/imports?dry=1', { headers: ndjson, body }, 422, 'invalid-input'],
  ])('of %s refuses %j as a whole', async (path, asked, expected, code) => {
    const { status, body } = await ask('POST', path, asked)
    expect([status, body.type]).toEqual([expected, `/problems/${code}`])
    expect((await ask('GET', '/actors/never')).status).toBe(404)
  })
})

it('was seen here to refuse all that it says it may refuse, but for faults', () => {
  const faults = new Set([500, 503])
  const elsewhere = [
    'already-recorded',
    'withheld',
    'withholding-stays',
    'nothing-to-correct',
    'text-not-held',
    'invalid-cursor',
    'cursor-expired',
    ...once,
  ]
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
  expect(promised.length).toBeGreaterThan(300)
  expect(promised.filter((one) => !served.described.seen.has(one))).toEqual([])
})
