import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeText } from '#events/document/text.ts'
import { recordGround, recordOther, statement, text } from './fixtures.ts'
import { type Served, serve } from './served.ts'
import { writes } from './writes.ts'

let served: Served
const ask: Served['ask'] = (...asked) => served.ask(...asked)

beforeAll(async () => {
  served = await serve()
  await recordGround(served)
  await recordOther(served)
})
afterAll(() => served.stop())

describe.each(writes)('$operation', ({ operation, method, path, json, other, id }) => {
  it('answers 201 with id, version, address and tag', async () => {
    const { status, headers, body } = await ask(method, path, { json })
    expect(status).toBe(201)
    expect(body).toEqual({ id: typeof id === 'string' ? id : expect.stringMatching(id), version: expect.any(Number) })
    expect(headers.get('ETag')).toBe(`"${body.version}"`)
    const resource = await ask('GET', headers.get('Location') ?? '')
    if (operation === 'addLogKey') return // it is shown there once it signs
    if (operation === 'mergeActor') return expect(resource.status).toBe(307) // to the one that stays
    expect(resource.status).toBe(200)
    expect(resource.headers.get('ETag')).toBe(`"${body.version}"`)
  })

  it('answers 200 with the same body and tag when it is told again', async () => {
    const first = await ask(method, path, { json })
    const again = await ask(method, path, { json })
    expect(again.status).toBe(200)
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('ETag')).toBe(first.headers.get('ETag'))
    expect(again.headers.get('Location')).toBe(first.headers.get('Location'))
  })

  if (!other) return
  it('answers 409 with the differences when it is told differently', async () => {
    const { status, body } = await ask(method, path, { json: { ...json, ...other } })
    expect([status, body.type]).toEqual([409, '/problems/already-recorded'])
    const [field = ''] = Object.keys(other)
    expect(body.differences).toEqual([expect.stringMatching(`^#/${field}`)])
    expect(body.detail).toContain(`#/${field}`)
  })
})

it('corrects a statement, and shows it corrected at once', async () => {
  const { body: recorded } = await ask('POST', '/statements', {
    json: { ...statement, fragments: [{ mode: 'direct', text: 'has gone home' }] },
  })
  const path = `/statements/${recorded.id}`
  const correction = { reason: 'misread', replaces: { speaker: { actorId: 'ostmark-council' } } }

  const corrected = await ask('POST', `${path}/corrections`, { json: correction })
  expect(corrected.status).toBe(201)
  expect(corrected.body).toEqual({ id: recorded.id, version: 2 })
  expect(corrected.headers.get('Location')).toBe(path)

  const { body, headers } = await ask('GET', path)
  expect(body).toMatchObject({ statementId: recorded.id, version: 2, corrected: true })
  expect(body.speaker.actorId).toBe('ostmark-council')
  expect(headers.get('ETag')).toBe('"2"')

  const again = await ask('POST', `${path}/corrections`, { json: correction })
  expect([again.status, again.body]).toEqual([200, corrected.body])
  const same = await ask('POST', `${path}/corrections`, { json: { ...correction, reason: 'misread again' } })
  expect([same.status, same.body.type]).toEqual([409, '/problems/nothing-to-correct'])
})

describe('the id in the path', () => {
  it('may be repeated in the body, and may not be contradicted', async () => {
    const json = { kind: 'person', name: 'Tamsin Orr' }
    expect((await ask('PUT', '/actors/tamsin-orr', { json: { ...json, actorId: 'tamsin-orr' } })).status).toBe(201)
    expect((await ask('PUT', '/actors/tamsin-orr', { json })).status).toBe(200)
    const { status, body } = await ask('PUT', '/actors/tamsin-orr', { json: { ...json, actorId: 'mira-kovan' } })
    expect([status, body.errors]).toEqual([
      422,
      [{ pointer: '#/actorId', detail: 'is not "tamsin-orr", which the path names' }],
    ])
  })

  it.each(['Tamsin', 'tamsin%20orr', 'x'.repeat(65), '%00', '..%2f'])('cannot be %s', async (id) => {
    const { status, body } = await ask('PUT', `/actors/${id}`, { json: { kind: 'person', name: 'Tamsin Orr' } })
    expect([status, body.type, body.errors[0].parameter]).toEqual([422, '/problems/invalid-input', 'actorId'])
    expect((await ask('GET', `/actors/${id}`)).status).toBe(422)
  })
})

describe('If-Match', () => {
  const correct = (id: string, reason: string, language: string, tag: string) =>
    ask('POST', `/statements/${id}/corrections`, {
      json: { reason, replaces: { language } },
      headers: { 'If-Match': tag },
    })

  it('lets a change from the latest version through, by any form of its tag, and refuses one from behind', async () => {
    const json = { ...statement, fragments: [{ mode: 'direct', text: 'The watch' }] }
    const { id } = (await ask('POST', '/statements', { json })).body
    expect((await correct(id, 'it is German', 'de', '"1"')).status).toBe(201)
    expect((await correct(id, 'it is French', 'fr', 'W/"2"')).status).toBe(201)
    expect((await correct(id, 'it is Czech', 'cs', '"3-html"')).status).toBe(201)

    const behind = await correct(id, 'it is Polish', 'pl', '"2"')
    expect([behind.status, behind.body.type]).toEqual([412, '/problems/version-conflict'])
    expect((await ask('GET', `/statements/${id}`)).body.language).toBe('cs')
  })

  it('still recognizes what was made from that version', async () => {
    const json = { ...statement, fragments: [{ mode: 'direct', text: 'gone home' }] }
    const { id } = (await ask('POST', '/statements', { json })).body
    expect((await correct(id, 'it is German', 'de', '"1"')).status).toBe(201)
    expect((await correct(id, 'it is German', 'de', '"1"')).status).toBe(200)
  })

  it('refuses a change of what is not there yet', async () => {
    const { status } = await ask('PUT', '/actors/not-yet', {
      json: { kind: 'person', name: 'Not Yet' },
      headers: { 'If-Match': '"1"' },
    })
    expect(status).toBe(412)
    expect((await ask('GET', '/actors/not-yet')).status).toBe(404)
  })

  it.each(['3', '"0"', '*', '"1", "2"', '"abc"', '""'])('cannot be %s', async (tag) => {
    const { status, body } = await ask('PUT', '/actors/not-yet', {
      json: { kind: 'person', name: 'Not Yet' },
      headers: { 'If-Match': tag },
    })
    expect([status, body.type]).toEqual([400, '/problems/invalid-header'])
  })
})

describe('Idempotency-Key', () => {
  const json = { kind: 'person', name: 'Ilse Brandt' }
  const sent = (path: string, body: object, key: string, as: readonly ['admin'] | readonly ['record'] = ['admin']) =>
    ask('PUT', path, { json: body, headers: { 'Idempotency-Key': key }, as })

  it('gives the first answer again, and refuses another request under the same key', async () => {
    const first = await sent('/actors/ilse-brandt', json, 'brandt 1')
    const again = await sent('/actors/ilse-brandt', json, 'brandt 1')
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.body).toEqual(first.body)
    const other = await sent('/actors/ilse-brandt', { ...json, name: 'Ilse Brand' }, 'brandt 1')
    expect([other.status, other.body.type]).toEqual([422, '/problems/idempotency-key-reused'])
  })

  it('belongs to its sender and to one stream', async () => {
    expect((await sent('/actors/karel-novy', { ...json, name: 'Karel Novy' }, 'brandt 1')).status).toBe(201)
    const stranger = await sent('/actors/ilse-brandt', { ...json, name: 'Ilse Brand' }, 'brandt 1', ['record'])
    expect([stranger.status, stranger.body.type]).toEqual([409, '/problems/already-recorded'])
  })

  it.each(['', 'x'.repeat(129), 'a\tb', 'café'])('cannot be %j', async (key) => {
    const { status, body } = await sent('/actors/ilse-brandt', json, key)
    expect([status, body.type]).toEqual([400, '/problems/invalid-header'])
  })
})

describe('the text of a document', () => {
  const path = '/documents/bulletin-2031-02-14'

  it('is in no event, in no resource and in no list', async () => {
    await served.settle()
    for (const from of [path, '/events?limit=100', '/statements', '/missions']) {
      const { text: said, status } = await ask('GET', from)
      expect(status).toBe(200)
      expect(said).not.toContain('the deputy minister said on Wednesday')
    }
  })

  it('is served with the scope read-text alone', async () => {
    const { status, text: served, headers } = await ask('GET', `${path}/text`, { as: ['read-text'] })
    expect([status, served]).toEqual([200, text])
    expect(headers.get('Cache-Control')).toBe('private, no-cache')
    const tag = headers.get('ETag') ?? ''
    expect((await ask('GET', `${path}/text`, { as: ['read-text'], headers: { 'If-None-Match': tag } })).status).toBe(
      304,
    )
    expect((await ask('GET', `${path}/text`, { as: ['read', 'record'] })).status).toBe(403)
    expect((await ask('GET', `${path}/text`)).status).toBe(401)
  })

  it('is not kept from a request that is refused, and is from one that tells the same again', async () => {
    const { sha256, codePoints } = describeText('A text that comes later.')
    const path = '/documents/sent-later'
    const held = async () => (await ask('GET', path)).body.textHeld
    expect((await ask('PUT', path, { json: { sha256 } })).status).toBe(201)
    const later = { sha256, text: 'A text that comes later.' }
    expect((await ask('PUT', path, { json: { ...later, codePoints: codePoints + 1 } })).status).toBe(422)
    expect((await ask('PUT', path, { json: { ...later, title: 'Otherwise' } })).status).toBe(409)
    expect(await held()).toBe(false)
    expect((await ask('PUT', path, { json: later })).status).toBe(200)
    expect(await held()).toBe(true)
  })

  it('is 404 where none is held, and where there is no document', async () => {
    await ask('PUT', '/documents/no-text', { json: { kind: 'post' } })
    const none = await ask('GET', '/documents/no-text/text', { as: ['read-text'] })
    expect([none.status, none.body.type]).toEqual([404, '/problems/text-not-held'])
    const nothing = await ask('GET', '/documents/nothing/text', { as: ['read-text'] })
    expect([nothing.status, nothing.body.type]).toEqual([404, '/problems/document-not-recorded'])
  })
})

it('signs each event with the slug of its key, and names its command', async () => {
  const { body } = await ask('PUT', '/actors/signed', { json: { kind: 'person', name: 'Signed' }, as: ['record'] })
  expect(body.version).toBe(1)
  expect((await ask('GET', '/actors/signed')).body.recordedBy).toBe('key-record')
})
