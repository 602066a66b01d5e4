import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeText } from '#events/document/text.ts'
import { bulletin, person, recordGround, statement, statementPath, text } from './fixtures.ts'
import { type Served, serve } from './served.ts'

let served: Served
const ask: Served['ask'] = (...asked) => served.ask(...asked)

beforeAll(async () => {
  served = await serve()
  await recordGround(served)
})
afterAll(() => served.stop())

const from = (version: number) => ({ 'If-Match': `"${version}"` })

describe('a document, by PUT with If-Match', () => {
  const path = '/documents/bulletin-2031-02-14'
  const edited = `Corrected: ${text}`
  const put = (json: object, headers = {}) => ask('PUT', path, { json, headers })
  const [first, second] = [describeText(text), describeText(edited)]

  it('is revised where it says something else now, and keeps what it said', async () => {
    await ask('POST', '/statements', { json: statement })
    const revised = await put({ ...bulletin, text: edited }, from(1))
    expect([revised.status, revised.body]).toEqual([201, { id: 'bulletin-2031-02-14', version: 2 }])
    expect([revised.headers.get('ETag'), revised.headers.get('Location')]).toEqual(['"2"', path])
    const { body } = await ask('GET', path)
    expect(body).toMatchObject({ version: 2, ...second, textHeld: true })
    expect(body.revisions).toMatchObject([
      { version: 1, ...first },
      { version: 2, ...second },
    ])
    expect((await ask('GET', `${path}/text`, { as: ['read-text'] })).text).toBe(edited)
  })

  it('leaves a statement with the revision that it was read from', async () => {
    expect((await ask('GET', statementPath)).body.documentSha256).toBe(first.sha256)
    expect((await ask('POST', '/statements', { json: statement })).status).toBe(200)
  })

  it('is corrected where only our note was wrong', async () => {
    const corrected = await put({ ...bulletin, title: 'Quiet in the harbour', text: edited }, from(2))
    expect([corrected.status, corrected.body.version]).toEqual([201, 3])
    const { body } = await ask('GET', path)
    expect(body).toMatchObject({ version: 3, title: 'Quiet in the harbour', ...second })
    expect(body.revisions).toHaveLength(2)
  })

  it('is told again the same with 200: a revision from its version, the first recording without one', async () => {
    const again = await put({ ...bulletin, text: edited }, from(1))
    expect([again.status, again.body.version, again.headers.get('ETag')]).toEqual([200, 2, '"2"'])
    const first = await put({ ...bulletin, text })
    expect([first.status, first.body.version]).toEqual([200, 1])
  })

  it('is not revised from behind, and says how far it is', async () => {
    const { status, body } = await put({ ...bulletin, title: 'Noise at the harbour' }, from(2))
    expect([status, body.type]).toEqual([412, '/problems/version-conflict'])
    expect(body).toMatchObject({ expected: 2, actual: 3, detail: expect.stringContaining('It is at version 3.') })
    expect((await ask('GET', path)).body.version).toBe(3)
  })

  it('without If-Match is told differently, and refused', async () => {
    const { status, body } = await put({ ...bulletin, text: edited })
    expect([status, body.type, body.differences]).toEqual([409, '/problems/already-recorded', ['#/text']])
  })

  it('refuses a hash that is not the text’s, and an unknown publisher, naming the field', async () => {
    const odd = { ...bulletin, text: edited, sha256: first.sha256 }
    expect((await put(odd, from(3))).body.errors).toMatchObject([{ pointer: '#/sha256' }])
    const unknown = { ...bulletin, publisherId: 'nobody' }
    expect((await put(unknown, from(3))).body.errors).toMatchObject([{ pointer: '#/publisherId' }])
  })
})

describe('an actor, by PUT with If-Match', () => {
  const path = '/actors/mira-kovan'
  const renamed = { ...person, name: 'Mira Kovan-Orr', names: ['Mira Kovan'] }
  const put = (json: object, headers = {}) => ask('PUT', path, { json, headers })

  it('is revised, anew and whole', async () => {
    const revised = await put(renamed, from(1))
    expect([revised.status, revised.body]).toEqual([201, { id: 'mira-kovan', version: 2 }])
    expect((await ask('GET', path)).body).toMatchObject({ ...renamed, version: 2, revised: true })
  })

  it('is told again the same with 200, as it was first too', async () => {
    expect(await put(renamed, from(1))).toMatchObject({ status: 200, body: { version: 2 } })
    expect(await put(person)).toMatchObject({ status: 200, body: { version: 1 } })
  })

  it('is not revised from behind', async () => {
    const { status, body } = await put(person, from(1))
    expect([status, body.type, body.actual]).toEqual([412, '/problems/version-conflict', 2])
  })
})
