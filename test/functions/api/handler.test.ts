import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { beforeAll, expect, it } from 'vitest'
import { Access } from '#functions/access/access.ts'
import { createKey } from '#functions/access/key.ts'
import { createTables } from '../../support/engine.ts'
import { sealer } from '../../support/log.ts'
import { withEngine } from '../../support/with-engine.ts'
import { person } from './fixtures.ts'

/** The handler as it is deployed: its environment alone tells it where it is. */
const engine = withEngine()
let handler: (
  event: object,
  context: object,
) => Promise<{ statusCode: number; headers: Record<string, string>; body: string; isBase64Encoded: boolean }>
let key: string

beforeAll(async () => {
  const tables = await createTables(engine.client())
  Object.assign(process.env, {
    EVENTS_TABLE: tables.events,
    LOG_TABLE: tables.log,
    VIEWS_TABLE: tables.views,
    TEXTS_TABLE: tables.texts,
    ACCESS_TABLE: tables.access,
    SOURCE: 'urn:rapporteur:5f0c3f0e-0000-4000-8000-000000000001',
    READS: 'public',
    AWS_ENDPOINT_URL: engine.endpoint,
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  const made = createKey('City desk', ['record', 'revise', 'read-text'], new Date())
  await new Access({ client: engine.client(), table: tables.access }).put(made.item)
  key = made.key
  handler = (await import('#functions/api/handler.ts')).handler as typeof handler
})

const awsRequestId = '8f507cfc-0000-4000-8000-9f0d1e2c3b4a'
const send = (method: string, path: string, more: object = {}) =>
  handler(
    {
      version: '2.0',
      routeKey: '$default',
      rawPath: path,
      rawQueryString: '',
      headers: { host: 'api.example', authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      requestContext: { http: { method, path }, domainName: 'api.example', requestId: 'JKJaXmPLvHcESHA=' },
      isBase64Encoded: false,
      ...more,
    },
    { awsRequestId },
  )

it('takes a command as the HTTP API brings it, as text or in base64', async () => {
  const body = JSON.stringify(person)
  const first = await send('PUT', '/actors/mira-kovan', { body })
  expect([first.statusCode, JSON.parse(first.body)]).toEqual([201, { id: 'mira-kovan', version: 1 }])
  const again = { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }
  expect((await send('PUT', '/actors/mira-kovan', again)).statusCode).toBe(200)
})

it('sees the bytes of a base64 body, and refuses those that are not UTF-8', async () => {
  const bytes = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])
  const { statusCode, body } = await send('PUT', '/actors/odd', {
    body: bytes.toString('base64'),
    isBase64Encoded: true,
  })
  expect([statusCode, JSON.parse(body).detail]).toEqual([400, 'The body is not UTF-8.'])
})

it('serves a text byte for byte, as it was sent', async () => {
  const text = '\ufeffThe harbour\r\nhad been quiet 🐟'
  await send('PUT', '/documents/bulletin', { body: JSON.stringify({ text }) })
  const { headers, body, isBase64Encoded } = await send('GET', '/documents/bulletin/text')
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
  expect([bytes.toString(), headers.etag]).toEqual([text, `"${createHash('sha256').update(bytes).digest('hex')}"`])
})

it('reads, also where the request has a body', async () => {
  const { statusCode, headers, body } = await send('GET', '/actors/mira-kovan', { body: '{}' })
  expect([statusCode, headers.etag, JSON.parse(body).name]).toEqual([200, '"1"', 'Mira Kovan'])
})

it('serves tiles as bytes, and entries compressed for those who take it so', async () => {
  const client = engine.client()
  const tables = { events: process.env.EVENTS_TABLE ?? '', log: process.env.LOG_TABLE ?? '' }
  await send('PUT', '/actors/tile-ground', { body: JSON.stringify(person) })
  await sealer(client, tables).run(['actor-tile-ground'])
  const tile = await send('GET', '/tile/0/000.p/1')
  expect([tile.statusCode, tile.isBase64Encoded, tile.headers['content-type']]).toEqual([
    200,
    true,
    'application/octet-stream',
  ])
  const plain = await send('GET', '/tile/entries/000.p/1')
  const entry = Buffer.from(plain.body, 'base64')
  expect(Buffer.from(tile.body, 'base64')).toEqual(
    createHash('sha256').update(Buffer.of(0)).update(entry.subarray(2)).digest(),
  )
  const zipped = await send('GET', '/tile/entries/000.p/1', { headers: { 'accept-encoding': 'gzip, br' } })
  expect([zipped.isBase64Encoded, zipped.headers['content-encoding'], zipped.headers.vary]).toEqual([
    true,
    'gzip',
    'Accept-Encoding',
  ])
  expect(gunzipSync(Buffer.from(zipped.body, 'base64'))).toEqual(entry)
})

it('refuses a write without a body', async () => {
  expect(JSON.parse((await send('PUT', '/actors/mira-kovan')).body).type).toBe('/problems/malformed-body')
})

it.each([
  ['idempotency-key', ''],
  ['idempotency-key', 'clé'],
  ['if-match', ''],
  ['if-match', '"é"'],
])('refuses a header as it was sent: %s: %s', async (name, value) => {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', [name]: value }
  const { statusCode, body } = await send('PUT', '/actors/ilya-varen', { headers, body: JSON.stringify(person) })
  expect([statusCode, JSON.parse(body).type]).toEqual([400, '/problems/invalid-header'])
})

it('reads the query', async () => {
  const { statusCode, body } = await send('GET', '/events', { rawQueryString: 'limit=0' })
  expect([statusCode, JSON.parse(body).errors[0].parameter]).toEqual([422, 'limit'])
})

it.each(['mira-kovan ', 'mira-kovan?', 'mira-kovan#x', 'mira-kov%61n', 'mira-kovan\t', 'mira-kov\u0430n'])(
  'takes a path for what it is: "%s"',
  async (id) => {
    const { statusCode, body } = await send('GET', `/actors/${id}`)
    expect([statusCode, JSON.parse(body).errors?.[0].parameter]).toEqual([422, 'actorId'])
  },
)

it('says on its page where it is: over TLS, but where the gateway knows better', async () => {
  const headers = { host: 'api.example', accept: 'text/html' }
  expect((await send('GET', '/', { headers })).body).toContain('curl https://api.example/statements')
  const plain = { headers: { ...headers, 'x-forwarded-proto': 'http' } }
  expect((await send('GET', '/', plain)).body).toContain('curl http://api.example/statements')
})

it('names the invocation in a refusal, so that it is found in the log', async () => {
  expect(JSON.parse((await send('GET', '/actors/nobody')).body).instance).toBe(`urn:uuid:${awsRequestId}`)
})
