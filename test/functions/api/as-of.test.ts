import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EventStore } from '#functions/store/event-store.ts'
import { missionPath, recordGround, recordOther, statementPath } from './fixtures.ts'
import { type Answer, type Served, serve, source } from './served.ts'
import { writes } from './writes.ts'

/** 08:00 of that day in UTC; each write is a minute after the one before. */
let clock = Date.parse('2031-02-14T08:00:00.000Z')
let served: Served
const ask: Served['ask'] = (...asked) => served.ask(...asked)
const at = (path: string, instant: string | number, asked = {}) => {
  const asOf = typeof instant === 'number' ? new Date(instant).toISOString() : instant
  return ask('GET', `${path}${path.includes('?') ? '&' : '?'}asOf=${encodeURIComponent(asOf)}`, asked)
}

const resources = [statementPath, missionPath, '/actors/mira-kovan', '/documents/bulletin-2031-02-14']
/** What each resource answered after each write, and when that was. */
const seen = new Map<string, { clock: number; answer: Answer }[]>(resources.map((path) => [path, []]))

beforeAll(async () => {
  served = await serve(({ engine, tables }) => ({
    now: () => clock,
    store: new EventStore({ client: engine.client(), table: tables.events, source, now: () => new Date(clock) }),
  }))
  await recordGround(served)
  await recordOther(served)
  const revised = { title: 'Quiet at the harbour, revised', sha256: 'b'.repeat(64) }
  const revising = { headers: { 'If-Match': '"1"' } }
  const told: [string, string, object][] = [
    ...writes.map(({ method, path, json }): [string, string, object] => [method, path, { json }]),
    ['PUT', '/documents/bulletin-2031-02-14', { json: revised, ...revising }],
  ]
  for (const [method, path, asked] of told) {
    clock += 60_000
    expect((await ask(method, path, asked)).status).toBe(201)
    for (const [resource, answers] of seen) answers.push({ clock, answer: await ask('GET', resource) })
  }
  clock += 3_600_000
})
afterAll(() => served.stop())

describe.each(resources)('as of an instant, %s', (path) => {
  it('is what it was then, under the tag of its version then', async () => {
    const answers = seen.get(path) ?? []
    const versions = new Set<number>()
    for (const { clock: then, answer } of answers) {
      for (const instant of [then, then + 1, then + 59_999]) {
        const { status, headers, body } = await at(path, instant)
        if (answer.status === 404) {
          expect([status, body.type]).toEqual([404, answer.body.type])
          continue
        }
        if (answer.status === 307) {
          expect([status, headers.get('Location')]).toEqual([
            307,
            expect.stringMatching(/^\/actors\/jonas-ferrow\?asOf=/),
          ])
          continue
        }
        const { textHeld: _, ...expected } = answer.body
        expect(body).toEqual(expected)
        expect(headers.get('ETag')).toBe(`"${answer.body.version}"`)
        versions.add(body.version)
      }
    }
    expect(versions.size).toBeGreaterThan(1)
    expect([...versions]).toEqual([...versions].sort((a, b) => a - b))
  })

  it('is not there before it was recorded, and says so as where it never was', async () => {
    const none = await at(path, '2031-02-14T07:59:59.999Z')
    const never = await ask('GET', path.replace(/[^/]+$/, 'never'))
    expect([none.status, none.body.type]).toEqual([404, never.body.type])
  })

  it('is not sent to one who has it', async () => {
    const { headers } = await at(path, clock - 3_600_000)
    const known = { headers: { 'If-None-Match': headers.get('ETag') ?? '' } }
    expect((await at(path, clock - 3_600_000, known)).status).toBe(304)
  })

  it('is asked about each time, though it is final: what is withheld later is to be gone from it', async () => {
    const { headers, body } = await at(path, clock - 60_000)
    expect(headers.get('Cache-Control')).toBe('no-cache')
    expect(body).not.toHaveProperty('provisional')
  })

  it('is provisional for a minute, and kept by nobody', async () => {
    for (const age of [0, 59_999]) {
      const { headers, body } = await at(path, clock - age)
      expect(body.provisional).toBe(true)
      expect(headers.get('Cache-Control')).toBe('no-store')
    }
  })

  it('cannot be told of later than the clock', async () => {
    const { status, body } = await at(path, clock + 1)
    expect([status, body.type]).toEqual([422, '/problems/invalid-input'])
    expect(body.errors).toEqual([{ parameter: 'asOf', detail: expect.stringContaining(new Date(clock).toISOString()) }])
  })
})

describe('the instant', () => {
  const path = '/actors/mira-kovan'

  it.each([
    '2031-02-14T08:30:00Z',
    '2031-02-14T08:30:00.000999Z',
    '2031-02-14T14:00:00+05:30',
    '2031-02-13T22:30:00.0-10:00',
  ])('may be at any offset, and finer than we count: %s', async (instant) => {
    expect((await at(path, instant)).body).toEqual((await at(path, '2031-02-14T08:30:00.000Z')).body)
  })

  it('may have a plus that a query makes a blank of', async () => {
    const { status, body } = await ask('GET', `${path}?asOf=2031-02-14T14:00:00+05:30`)
    expect([status, body]).toEqual([200, (await at(path, '2031-02-14T08:30:00.000Z')).body])
  })

  it.each(['2031-02-14', '2031-02-14T08:30:00', '2031-02-30T08:30:00Z', 'yesterday', '', '1929085800000'])(
    'cannot be "%s"',
    async (instant) => {
      const { status, body } = await at(path, instant)
      expect([status, body.errors]).toEqual([422, [{ parameter: 'asOf', detail: expect.any(String) }]])
    },
  )

  it('is finer than a second: an event is on record from its millisecond on', async () => {
    const [first] = (await ask('GET', `${path}/history`)).body.items
    const ms = Date.parse(first.recordedAt)
    expect((await at(path, ms - 1)).status).toBe(404)
    expect((await at(path, ms)).status).toBe(200)
  })
})

describe('as of an instant, the contingents of a mission', () => {
  const path = `${missionPath}/contingents`

  it('are those that were on record then, as they were, page by page', async () => {
    for (const [index, reportId] of ['second', 'third', 'fourth'].entries()) {
      clock += 60_000
      const json = { reportId, personnel: { min: index }, assertedBy: 'ostmark-bulletin' }
      expect((await ask('POST', path, { json })).status).toBe(201)
    }
    const then = clock - 60_000
    const ids = ({ body }: Answer) => body.items.map(({ reportId }: { reportId: string }) => reportId)
    const first = await at(`${path}?limit=2`, then)
    expect(ids(first)).toEqual(['bulletin-boats', 'second'])
    const link = /^<(\/[^>]+)>; rel="next"$/.exec(first.headers.get('Link') ?? '')?.[1] ?? ''
    const second = await ask('GET', link)
    expect([ids(second), second.body.next]).toEqual([['third'], null])
    expect(ids(await ask('GET', path))).toContain('fourth')
  })

  it('are provisional, unknown and not yet as the mission is', async () => {
    expect((await at(path, clock)).body.provisional).toBe(true)
    expect((await at(path, clock)).headers.get('Cache-Control')).toBe('no-store')
    expect((await at(path, '2031-02-14T07:00:00Z')).body.type).toBe('/problems/mission-not-opened')
    expect((await at(path, clock + 1)).status).toBe(422)
  })
})

it('answers for an actor before it was merged into another', async () => {
  const history = (await ask('GET', '/actors/mira-kovan/history')).body.items
  const merged = history.find(({ type }: { type: string }) => type === 'ActorsMerged')
  const before = await at('/actors/mira-kovan', Date.parse(merged.recordedAt) - 1)
  expect([before.status, before.body.mergedInto]).toEqual([200, undefined])
})
