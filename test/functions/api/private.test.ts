import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readsOf } from '#functions/api/reads.ts'
import { recordGround } from './fixtures.ts'
import { type Served, serve } from './served.ts'
import { writes } from './writes.ts'

let served: Served
const ask: Served['ask'] = (...asked) => served.ask(...asked)
const path = '/actors/mira-kovan'

beforeAll(async () => {
  served = await serve(() => ({ reads: 'private' }))
  await recordGround(served)
})
afterAll(() => served.stop())

const reads = () => Object.entries(served.described.document.paths).filter(([, methods]) => 'get' in methods)

describe('where reads are private', () => {
  it('needs a key for every read, whatever there is to read', async () => {
    expect(reads().length).toBeGreaterThan(15)
    for (const [template] of reads()) {
      const address = template.replace(/\{\w+\}/g, 'x')
      for (const method of ['GET', 'HEAD']) {
        const { status, headers, body } = await ask(method, address)
        expect([template, status]).toEqual([template, 401])
        expect(headers.get('WWW-Authenticate')).toBe('Bearer realm="rapporteur"')
        if (method === 'GET') expect(body.type).toBe('/problems/key-required')
      }
      const { status, body } = await ask('GET', address, { as: ['record', 'revise', 'retract', 'read-text'] })
      expect([template, status, body.type]).toEqual([template, 403, '/problems/scope-required'])
      expect(body.detail).toContain('"read"')
    }
  })

  it('does not even say what is not there', async () => {
    expect((await ask('GET', '/nothing', { undescribed: true })).status).toBe(401)
    expect((await ask('GET', '/nothing', { undescribed: true, as: ['read'] })).status).toBe(404)
    expect((await ask('GET', path, { headers: { Authorization: 'Bearer rk_none' } })).body.type).toBe(
      '/problems/unknown-key',
    )
  })

  it('answers a key with the scope read, and lets nobody keep the answer', async () => {
    for (const as of [['read'], ['admin']] as const) {
      const { status, headers } = await ask('GET', path, { as })
      expect([status, headers.get('Cache-Control')]).toEqual([200, 'private, no-store'])
      const known = { as, headers: { 'If-None-Match': headers.get('ETag') ?? '' } }
      const again = await ask('GET', path, known)
      expect([again.status, again.headers.get('Cache-Control')]).toEqual([304, 'private, no-store'])
    }
    for (const other of ['/', '/healthz', '/openapi.json', '/events', '/statements', '/problems', '/actors/nobody']) {
      expect((await ask('GET', other, { as: ['read'] })).headers.get('Cache-Control')).toBe('private, no-store')
    }
  })

  it('serves a text to a key that may read, and may read texts', async () => {
    const text = '/documents/bulletin-2031-02-14/text'
    expect((await ask('GET', text, { as: ['read', 'read-text'] })).status).toBe(200)
    expect((await ask('GET', text, { as: ['read'] })).body.detail).toContain('"read-text"')
    expect((await ask('GET', text, { as: ['read-text'] })).body.detail).toContain('"read"')
  })

  it('takes writes as ever: they need no scope to read', async () => {
    for (const { method, path, json } of writes.slice(0, 2)) {
      expect((await ask(method, path, { json, as: ['record'] })).status).toBe(201)
    }
  })

  it('lets nobody’s page ask', async () => {
    const origin = { Origin: 'https://example.org' }
    const { headers } = await ask('GET', path, { as: ['read'], headers: origin })
    const preflight = await ask('OPTIONS', path, {
      undescribed: true,
      headers: { ...origin, 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'authorization' },
    })
    expect(preflight.status).toBe(405)
    for (const answered of [headers, preflight.headers]) {
      expect([...answered.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })

  it('says in its description what each read needs', () => {
    for (const [template, { get }] of reads()) {
      expect([template, get?.security]).not.toEqual([template, undefined])
      for (const { key = [] } of get?.security ?? [])
        expect([template, key]).toEqual([template, expect.arrayContaining(['read'])])
      expect(Object.keys(get?.responses ?? {})).toEqual(expect.arrayContaining(['401', '403']))
    }
    const text = served.described.document.paths['/documents/{documentId}/text']?.get
    expect(text?.security).toEqual([{ key: ['read', 'read-text'] }])
    const write = served.described.document.paths['/statements']?.post
    expect(write?.security).toEqual([{ key: ['record'] }])
  })
})

it('is private wherever the environment does not say public', () => {
  expect(['public', 'private', '', 'Public', 'true'].map(readsOf)).toEqual([
    'public',
    'private',
    'private',
    'private',
    'private',
  ])
})
