import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contingent, mission, recordGround } from './fixtures.ts'
import { type Served, serve } from './served.ts'

let served: Served
const ask: Served['ask'] = (...asked) => served.ask(...asked)

beforeAll(async () => {
  served = await serve()
  await recordGround(served)
})
afterAll(() => served.stop())

describe('the contingents of a mission', () => {
  const path = '/missions/crowded'
  const reports = Array.from({ length: 103 }, (_, index) => `report-${index}`)
  const idsIn = (items: { reportId: string }[]) => items.map(({ reportId }) => reportId)

  beforeAll(async () => {
    await ask('POST', '/missions', { json: { ...mission, missionId: 'crowded' } })
    for (const reportId of reports) await ask('POST', `${path}/contingents`, { json: { ...contingent, reportId } })
  })

  it('stand in the mission up to a hundred, which says where to go on', async () => {
    const { body } = await ask('GET', path)
    expect(idsIn(body.contingents)).toEqual(reports.slice(0, 100))
    const rest = await ask('GET', `${path}/contingents?cursor=${body.next}`)
    expect(idsIn(rest.body.items)).toEqual(reports.slice(100))
    expect(rest.body.next).toBeNull()
  })

  it('are read page by page, and a page once read stays as it was', async () => {
    const first = await ask('GET', `${path}/contingents?limit=60`)
    expect(idsIn(first.body.items)).toEqual(reports.slice(0, 60))
    const link = first.headers.get('Link')
    expect(link).toBe(`<${path}/contingents?limit=60&cursor=${first.body.next}>; rel="next"`)
    await ask('POST', `${path}/contingents`, { json: { ...contingent, reportId: 'late' } })
    const next = await ask('GET', link?.slice(1, link.indexOf('>')) ?? '')
    expect(idsIn(next.body.items)).toEqual([...reports.slice(60), 'late'])
    expect([next.body.next, next.headers.get('Link')]).toEqual([null, null])
    const known = { headers: { 'If-None-Match': first.headers.get('ETag') ?? '' } }
    expect((await ask('GET', `${path}/contingents?limit=60`, known)).status).toBe(304)
  })

  it('are shown as corrected, those that were taken back too', async () => {
    const json = { reportId: 'report-1', reason: 'misread', replaces: { personnel: { min: 41 } } }
    await ask('POST', `${path}/corrections`, { json })
    await ask('POST', `${path}/contingents/report-0/retraction`, { json: { reason: 'printed in error' } })
    const { items } = (await ask('GET', `${path}/contingents?limit=2`)).body
    expect(items).toMatchObject([
      { reportId: 'report-0', retracted: true, retractions: [{ reason: 'printed in error' }] },
      { reportId: 'report-1', corrected: true, personnel: { min: 41 } },
    ])
  })

  it.each(['0', '01', '-1', '1.5', 'nonsense', '9'.repeat(20)])('have no cursor %s', async (cursor) => {
    const { status, body } = await ask('GET', `${path}/contingents?cursor=${cursor}`)
    expect([status, body.type]).toEqual([422, '/problems/invalid-cursor'])
    expect(body.errors).toEqual([{ parameter: 'cursor', detail: expect.any(String) }])
  })
})
