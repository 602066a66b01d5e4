import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { describeText } from '#events/document/text.ts'
import { Texts } from '#functions/store/texts.ts'
import { text } from './fixtures.ts'
import { type Served, serve } from './served.ts'

let served: Served
let path: string
let count = 0
let clock = Date.now()
const edited = `Corrected: ${text}`
const [first, second] = [describeText(text).sha256, describeText(edited).sha256]

beforeAll(async () => {
  served = await serve(({ engine, tables }) => ({
    texts: new Texts({ client: engine.client(), table: tables.texts, now: () => clock }),
  }))
})
afterAll(() => served.stop())
beforeEach(async () => {
  path = `/documents/bulletin-${++count}`
  expect((await put({ title: 'Quiet', text })).status).toBe(201)
  expect((await put({ title: 'Quiet', text: edited }, '"1-text"')).status).toBe(201)
})
const put = (json: object, tag?: string) =>
  served.ask('PUT', path, { json, ...(tag === undefined ? {} : { headers: { 'If-Match': tag } }) })
const read = (which = '') => served.ask('GET', `${path}/text${which}`, { as: ['read-text'] })
const remove = (as: Parameters<Served['ask']>[2] = { as: ['admin'] }) => served.ask('DELETE', `${path}/text`, as)

describe('the text of a revision', () => {
  it('is served by its hash, the latest without one', async () => {
    for (const [which, expected, tag] of [
      ['', edited, second],
      [`?sha256=${first}`, text, first],
      [`?sha256=${second}`, edited, second],
    ] as const) {
      const answer = await read(which)
      expect([answer.status, answer.text, answer.headers.get('ETag')]).toEqual([200, expected, `"${tag}"`])
    }
  })

  it('is not to be had by a hash that is none of the document’s', async () => {
    const { status, body } = await read(`?sha256=${'0'.repeat(64)}`)
    expect([status, body.errors]).toEqual([
      422,
      [{ parameter: 'sha256', detail: 'is not the hash of a revision of the document' }],
    ])
    expect((await read('?sha256=short')).body.errors).toMatchObject([{ parameter: 'sha256' }])
  })
})

describe('the texts of a document', () => {
  it('are deleted, of every revision, with 204 however often it is asked', async () => {
    for (const _ of [1, 2]) {
      const { status, text: said } = await remove()
      expect([status, said]).toEqual([204, ''])
      for (const which of ['', `?sha256=${first}`, `?sha256=${second}`]) {
        const { status, body } = await read(which)
        expect([which, status, body.type]).toEqual([which, 404, '/problems/text-not-held'])
      }
    }
  })

  it('do not come back: what is sent again is recorded, or on record, and its text not kept', async () => {
    await remove()
    expect((await put({ title: 'Quiet', text })).status).toBe(200)
    expect((await put({ title: 'Quiet', text: edited }, '"1"')).status).toBe(200)
    expect((await put({ title: 'Noise', text: edited }, '"2"')).status).toBe(201)
    expect((await served.ask('GET', path)).body).toMatchObject({ title: 'Noise', textHeld: false, sha256: second })
    expect((await read(`?sha256=${first}`)).status).toBe(404)
  })

  it('need the scope admin, and a document', async () => {
    expect((await remove({ as: ['record', 'revise', 'retract', 'read-text'] })).status).toBe(403)
    expect((await remove({ as: null })).status).toBe(401)
    expect((await read()).status).toBe(200)
    const nothing = await served.ask('DELETE', '/documents/nothing/text', { as: ['admin'] })
    expect([nothing.status, nothing.body.type]).toEqual([404, '/problems/document-not-recorded'])
  })

  it('leave the document as it is, but for what it says of its text, and another tag', async () => {
    const before = await served.ask('GET', path)
    const tag = before.headers.get('ETag') ?? ''
    expect([tag, before.body.textHeld]).toEqual(['"2-text"', true])
    const unchanged = () => served.ask('GET', path, { headers: { 'If-None-Match': tag } })
    expect((await unchanged()).status).toBe(304)
    await remove()
    const after = await unchanged()
    expect([after.status, after.headers.get('ETag'), after.body]).toEqual([
      200,
      '"2"',
      { ...before.body, textHeld: false },
    ])
    expect((await put({ title: 'Noise', text: edited }, tag)).status).toBe(201)
  })

  it('are served by another process for a minute at most', async () => {
    const { engine, tables } = served
    const other = new Texts({ client: engine.client(), table: tables.texts, now: () => clock })
    expect((await read()).status).toBe(200)
    await other.remove(path.slice('/documents/'.length), [], 'desk-a')
    clock += 60_000
    expect((await read()).status).toBe(404)
    expect((await served.ask('GET', path)).body.textHeld).toBe(false)
  })
})
