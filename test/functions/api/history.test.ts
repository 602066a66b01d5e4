import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { patched } from '../../support/patch.ts'
import { missionPath, recordGround, recordOther, statementPath } from './fixtures.ts'
import { type Answer, type Served, serve } from './served.ts'
import { writes } from './writes.ts'

let served: Served
const ask: Served['ask'] = (...asked) => served.ask(...asked)

beforeAll(async () => {
  served = await serve()
  await recordGround(served)
  await recordOther(served)
  for (const { method, path, json } of writes) expect((await ask(method, path, { json })).status).toBe(201)
})
afterAll(() => served.stop())

/** All pages, by their links. */
async function whole(path: string): Promise<{ items: Answer['body'][]; pages: number }> {
  const items: Answer['body'][] = []
  let pages = 0
  for (let next: string | undefined = path; next; pages++) {
    const { body, headers }: Answer = await ask('GET', next)
    items.push(...body.items)
    const link = headers.get('Link')
    expect(link === null).toBe(body.next === null)
    next = link === null ? undefined : /^<(\/[^>]+)>; rel="next"$/.exec(link)?.[1]
  }
  return { items, pages }
}

describe.each([statementPath, missionPath, '/actors/mira-kovan', '/documents/bulletin-2031-02-14'])(
  'the history of %s',
  (path) => {
    it('gives the resource, its changes made one after the other', async () => {
      const { items } = await whole(`${path}/history`)
      const { version, next: _, textHeld: __, ...resource } = (await ask('GET', path)).body
      expect(items.map((item) => item.version)).toEqual(Array.from({ length: version }, (_, index) => index + 1))
      expect(items.reduce((made, { changes }) => patched(made, changes), {})).toEqual(resource)
    })

    it('is read page by page, and a full page stays as it is', async () => {
      const all = (await whole(`${path}/history`)).items
      const { items, pages } = await whole(`${path}/history?limit=1`)
      expect(items).toEqual(all)
      expect(pages).toBe(all.length)
    })

    it('is what the log says of each event', async () => {
      await served.settle()
      const log = (await ask('GET', '/events?limit=100')).body.events
      for (const item of (await whole(`${path}/history`)).items) {
        const event = log.find(({ id }: { id: string }) => id === item.eventId)
        expect(item).toMatchObject({ recordedAt: event.time, recordedBy: event.recordedby, commandid: event.commandid })
        expect(event.type).toBe(`rapporteur.${item.type}.v1`)
        expect(item.reason).toBe(event.data.reason)
      }
    })

    it('is not sent again to one who has it', async () => {
      const { headers } = await ask('GET', `${path}/history`)
      const known = { headers: { 'If-None-Match': headers.get('ETag') ?? '' } }
      expect((await ask('GET', `${path}/history`, known)).status).toBe(304)
    })

    it('refuses what is no cursor of it, and what it does not know', async () => {
      for (const cursor of ['nonsense', '0', '-1', '1.5']) {
        const { status, body } = await ask('GET', `${path}/history?cursor=${cursor}`)
        expect([status, body.type]).toEqual([422, '/problems/invalid-cursor'])
      }
      expect((await ask('GET', `${path}/history?cursor=1000000`)).body).toEqual({ items: [], next: null })
      expect((await ask('GET', `${path}/history?asOf=2031-02-14T00:00:00Z`)).status).toBe(422)
      expect((await ask('GET', `${path.replace(/[^/]+$/, 'never')}/history`)).status).toBe(404)
    })
  },
)

it('says of a claim that is withdrawn only that it is', async () => {
  const { items } = await whole(`${statementPath}/history`)
  const withdrawn = items.find(({ type }) => type === 'ClaimWithdrawn')
  expect(withdrawn).toMatchObject({ reason: 'read too much into it' })
  expect(withdrawn.changes).toEqual([
    { pointer: '#/claims/0/withdrawn', to: expect.objectContaining({ reason: 'read too much into it' }) },
  ])
})

it('has all of a mission’s contingents, also those that are beyond the first hundred', async () => {
  const path = '/missions/long-watch'
  await ask('POST', '/missions', {
    json: { missionId: 'long-watch', names: ['Long Watch'], organization: 'ostmark-council' },
  })
  for (let index = 0; index < 103; index++) {
    const json = { reportId: `r-${index}`, personnel: { min: index }, assertedBy: 'ostmark-bulletin' }
    expect((await ask('POST', `${path}/contingents`, { json })).status).toBe(201)
  }
  const json = { reason: 'misread', reportId: 'r-101', replaces: { personnel: { min: 7 } } }
  expect((await ask('POST', `${path}/corrections`, { json })).status).toBe(201)
  const { items } = await whole(`${path}/history?limit=100`)
  expect(items.at(-1).changes).toEqual([
    { pointer: '#/contingents/101/personnel/min', from: 101, to: 7 },
    { pointer: '#/contingents/101/corrected', from: false, to: true },
  ])
  const { contingents } = items.reduce((made, { changes }) => patched(made, changes), {})
  const { items: listed } = await whole(`${path}/contingents?limit=100`)
  expect(contingents).toEqual(listed)
})
