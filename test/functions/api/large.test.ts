import { afterAll, beforeAll, expect, it } from 'vitest'
import { mission, recordGround, statement } from './fixtures.ts'
import { type Served, serve } from './served.ts'

let served: Served
const pageBytes = 2_500
const count = 6

beforeAll(async () => {
  served = await serve(() => ({ pageBytes }))
  await recordGround(served)
  for (let index = 0; index < count; index++) {
    const fragments = [{ mode: 'indirect', text: `${index} the harbour had been quiet` }]
    await served.ask('POST', '/statements', { json: { ...statement, fragments } })
    await served.ask('POST', '/missions', {
      json: { ...mission, missionId: `harbour-watch-${index}`, purpose: 'to keep watch. '.repeat(20) },
    })
  }
  await served.settle()
})
afterAll(() => served.stop())

it.each([
  ['/statements?limit=100', count],
  ['/missions?limit=100', count],
  ['/events?limit=100', 2 * count + 4],
])('gives %s in pages that can be answered', async (start, all) => {
  let found = 0
  let pages = 0
  for (let path: string | undefined = start; path; pages++) {
    const { text, body, headers }: Awaited<ReturnType<Served['ask']>> = await served.ask('GET', path)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(pageBytes)
    found += (body.items ?? body.events).length
    path = /^<([^>]+)>/.exec(headers.get('Link') ?? '')?.[1]
  }
  expect([pages > 1, found]).toEqual([true, all])
})

it('answers one item however large it is', async () => {
  const phases = Array.from({ length: 8 }, (_, index) => ({
    reportId: `report-${index}`,
    phase: 'deployed',
    assertedBy: 'ostmark-bulletin',
    basis: 'a long explanation of why a reader takes it so. '.repeat(10),
  }))
  for (const json of phases) await served.ask('POST', '/missions/harbour-watch-5/phases', { json })
  await served.settle()
  const { body, text } = await served.ask('GET', '/missions?limit=100')
  expect(Buffer.byteLength(text)).toBeGreaterThan(pageBytes)
  expect(body.items).toHaveLength(1)
  expect(body.next).not.toBeNull()
})
