import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeText } from '#events/document/text.ts'
import { bulletin, recordGround, statement, text } from './fixtures.ts'
import { type Served, serve } from './served.ts'

let served: Served
const ask: Served['ask'] = (...asked) => served.ask(...asked)
const path = '/documents/bulletin-2031-02-14'
const later = `Ostmark, Friday. ${text}`
const shorter = 'The watch has gone home.'
const sha256 = (text: string) => describeText(text).sha256
let statementPath: string

beforeAll(async () => {
  served = await serve()
  await recordGround(served)
  const fragments = [...statement.fragments, { mode: 'direct', text: 'has gone home' }]
  const { body } = await ask('POST', '/statements', { json: { ...statement, fragments } })
  statementPath = `/statements/${body.id}`
  const revise = async (version: number, json: object) => {
    const { status } = await ask('PUT', path, { json, headers: { 'If-Match': `"${version}"` } })
    expect(status).toBe(201)
  }
  await revise(1, { ...bulletin, text: later })
  await revise(2, { ...bulletin, title: 'Quiet at the harbour, as corrected', sha256: sha256(later) })
  await revise(3, { ...bulletin, text: shorter })
  await revise(4, { ...bulletin, sha256: 'c'.repeat(64), codePoints: 9 })
})
afterAll(() => served.stop())

describe('the revisions of a document', () => {
  it('are what it was found to say, with what each changed; a better note of the same text is none', async () => {
    const { body } = await ask('GET', `${path}/revisions`)
    expect(body.next).toBeNull()
    expect(body.items).toMatchObject([
      { version: 1, ...describeText(text), textHeld: true },
      { version: 2, ...describeText(later), textHeld: true },
      { version: 4, ...describeText(shorter), textHeld: true },
      { version: 5, sha256: 'c'.repeat(64), codePoints: 9, textHeld: false },
    ])
    const { items } = (await ask('GET', `${path}/history`)).body
    for (const { version, changes, recordedAt } of body.items)
      expect(items[version - 1]).toMatchObject({ changes, recordedAt })
    expect(body.items[1].changes).toContainEqual({ pointer: '#/sha256', from: sha256(text), to: sha256(later) })
  })

  it('come page by page', async () => {
    const first = await ask('GET', `${path}/revisions?limit=3`)
    expect(first.body.items).toHaveLength(3)
    const link = /^<(\/[^>]+)>; rel="next"$/.exec(first.headers.get('Link') ?? '')?.[1] ?? ''
    expect((await ask('GET', link)).body).toMatchObject({ items: [{ version: 5 }], next: null })
  })
})

describe('a statement in the revisions of its document', () => {
  it('is found, moved, gone or unknown, fragment by fragment', async () => {
    const { body } = await ask('GET', `${statementPath}/revisions`)
    expect(body.next).toBeNull()
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT/)
    expect(body.items).toEqual([
      { version: 1, recordedAt: at, documentSha256: sha256(text), fragments: ['found', 'found'], moved: [] },
      {
        version: 2,
        recordedAt: at,
        documentSha256: sha256(later),
        fragments: ['moved', 'found'],
        moved: [{ fragment: 0, start: 17, end: 43 }],
      },
      { version: 4, recordedAt: at, documentSha256: sha256(shorter), fragments: ['gone', 'found'], moved: [] },
      { version: 5, recordedAt: at, documentSha256: 'c'.repeat(64), fragments: ['unknown', 'unknown'], moved: [] },
    ])
  })

  it('is sought as it stands: another tag once it is corrected, or once a text is held', async () => {
    const before = await ask('GET', `${statementPath}/revisions`)
    const known = { headers: { 'If-None-Match': before.headers.get('ETag') ?? '' } }
    expect((await ask('GET', `${statementPath}/revisions`, known)).status).toBe(304)
    const corrected = [{ mode: 'direct', text: 'gone home' }]
    await ask('POST', `${statementPath}/corrections`, { json: { reason: 'cut', replaces: { fragments: corrected } } })
    const after = await ask('GET', `${statementPath}/revisions`, known)
    expect(after.status).toBe(200)
    expect(after.body.items.map(({ fragments }: { fragments: string[] }) => fragments)).toEqual([
      ['found'],
      ['found'],
      ['found'],
      ['unknown'],
    ])
  })

  it('has no words of the text in it but the statement’s own', async () => {
    const { text: said } = await ask('GET', `${statementPath}/revisions`)
    expect(said).not.toContain('deputy')
    expect(said).not.toContain('watch')
  })

  it('is unknown in a document that was recorded without a hash', async () => {
    await ask('PUT', '/documents/unhashed', { json: { kind: 'post' } })
    const { body } = await ask('POST', '/statements', {
      json: {
        documentId: 'unhashed',
        speaker: { actorId: 'mira-kovan' },
        fragments: [{ mode: 'direct', text: 'Quiet' }],
      },
    })
    expect((await ask('GET', `/statements/${body.id}/revisions`)).body.items).toEqual([
      { version: 1, recordedAt: expect.any(String), fragments: ['unknown'], moved: [] },
    ])
  })
})

it('says of what is not on record that it is not', async () => {
  for (const [path, type] of [
    ['/documents/nothing/revisions', '/problems/document-not-recorded'],
    ['/statements/s-nothing/revisions', '/problems/statement-not-recorded'],
  ] as const) {
    const { status, body } = await ask('GET', path)
    expect([status, body.type]).toEqual([404, type])
  }
  expect((await ask('GET', `${path}/revisions?cursor=x`)).body.type).toBe('/problems/invalid-cursor')
})
