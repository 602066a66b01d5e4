import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mission, organization, person, phase, recordGround, statement } from './fixtures.ts'
import { type Served, serve, source } from './served.ts'

let served: Served
let clock = Date.parse('2031-02-14T08:00:00Z')
const ask: Served['ask'] = (...asked) => served.ask(...asked)
const said = (text: string, more: object = {}) => ({ ...statement, ...more, fragments: [{ mode: 'direct', text }] })

beforeAll(async () => {
  served = await serve(() => ({ now: () => clock }))
  await recordGround(served)
})
afterAll(() => served.stop())

describe('a resource', () => {
  it('says when it changed, to whoever has it already', async () => {
    const first = await ask('GET', '/actors/mira-kovan')
    const tag = first.headers.get('ETag') ?? ''
    expect(tag).toBe('"1"')
    expect(first.headers.get('Cache-Control')).toBe('no-cache')
    expect(first.headers.get('Vary')).toContain('Accept')
    for (const known of [tag, `W/${tag}`, `"7", ${tag}`, '*']) {
      const again = await ask('GET', '/actors/mira-kovan', { headers: { 'If-None-Match': known } })
      expect([again.status, again.text, again.headers.get('ETag')]).toEqual([304, '', tag])
    }
    expect((await ask('GET', '/actors/mira-kovan', { headers: { 'If-None-Match': '"2"' } })).status).toBe(200)
  })

  it('answers HEAD as GET, without the body', async () => {
    const { status, text, headers } = await ask('HEAD', '/actors/mira-kovan')
    expect([status, text, headers.get('ETag')]).toEqual([200, '', '"1"'])
  })

  it('says of a document whether its text is held', async () => {
    await ask('PUT', '/documents/unsent', { json: { kind: 'post', sha256: 'a'.repeat(64) } })
    await ask('PUT', '/documents/unknown', { json: { kind: 'post' } })
    expect((await ask('GET', '/documents/bulletin-2031-02-14')).body.textHeld).toBe(true)
    expect((await ask('GET', '/documents/unsent')).body.textHeld).toBe(false)
    expect((await ask('GET', '/documents/unknown')).body.textHeld).toBe(false)
  })

  it('shows each date with its earliest and latest day', async () => {
    const { body } = await ask('POST', '/statements', { json: said('dated') })
    expect((await ask('GET', `/statements/${body.id}`)).body.saidOn).toMatchObject({
      verbatim: 'Wednesday',
      edtf: '2031-02-12',
      earliest: '2031-02-12',
      latest: '2031-02-12',
    })
  })

  it('shows where two sources of a mission disagree', async () => {
    await ask('PUT', '/actors/harbour-wire', { json: { ...organization, name: 'Harbour Wire' } })
    await ask('POST', '/missions', { json: { ...mission, missionId: 'two-sources' } })
    const path = '/missions/two-sources/phases'
    await ask('POST', path, { json: phase })
    const wire = { ...phase, reportId: 'wire-mandated', since: { edtf: '2031-02-08' }, assertedBy: 'harbour-wire' }
    await ask('POST', path, { json: wire })
    const { body } = await ask('GET', '/missions/two-sources')
    expect(body.timelines.map(({ assertedBy }: { assertedBy: string }) => assertedBy).sort()).toEqual([
      'harbour-wire',
      'ostmark-bulletin',
    ])
    expect(body.disagreements).toEqual([
      expect.objectContaining({ phase: 'mandated', field: 'since', compatible: false }),
    ])
  })
})

describe('a list', () => {
  const ids: string[] = []

  beforeAll(async () => {
    await ask('PUT', '/actors/jonas-ferrow', { json: { ...person, name: 'Jonas Ferrow' } })
    await ask('PUT', '/documents/letter-2031-02-15', { json: { kind: 'letter' } })
    for (const [text, more] of [
      ['one', {}],
      ['two', { speaker: { actorId: 'jonas-ferrow' } }],
      ['three', { documentId: 'letter-2031-02-15' }],
      ['four', { speaker: { actorId: 'jonas-ferrow' }, documentId: 'letter-2031-02-15' }],
      ['five', { speaker: { actorId: 'jonas-ferrow' } }],
    ] as const) {
      ids.push((await ask('POST', '/statements', { json: said(text, more) })).body.id)
    }
    for (const missionId of ['alpha', 'beta', 'gamma']) {
      await ask('POST', '/missions', { json: { ...mission, missionId } })
    }
    await served.settle()
  })

  const listed = async (path: string) =>
    (await ask('GET', path)).body.items.map(({ statementId }: { statementId: string }) => ids.indexOf(statementId))

  it('holds statements, the newest first, by speaker, by document and by both', async () => {
    expect((await listed('/statements')).filter((index: number) => index >= 0)).toEqual([4, 3, 2, 1, 0])
    expect(await listed('/statements?speaker=jonas-ferrow')).toEqual([4, 3, 1])
    expect(await listed('/statements?document=letter-2031-02-15')).toEqual([3, 2])
    expect(await listed('/statements?document=letter-2031-02-15&speaker=jonas-ferrow')).toEqual([3])
    expect(await listed('/statements?speaker=nobody')).toEqual([])
  })

  it('moves a statement when its speaker is corrected', async () => {
    const correction = { reason: 'misread', replaces: { speaker: { actorId: 'mira-kovan' } } }
    await ask('POST', `/statements/${ids[1]}/corrections`, { json: correction })
    await served.settle()
    expect(await listed('/statements?speaker=jonas-ferrow')).toEqual([4, 3])
    expect(await listed('/statements?speaker=mira-kovan')).toContain(1)
  })

  it.each([
    ['/statements?speaker=jonas-ferrow&limit=1', 'statementId'],
    ['/missions?limit=2', 'missionId'],
    ['/events?limit=3', 'id'],
    ['/events?after=4&limit=5', 'id'],
  ])('is read to its end by following the link from %s, without gaps or repeats', async (start, id) => {
    const whole = start.replace(/limit=\d+/, 'limit=100')
    const all = (await ask('GET', whole)).body
    expect(all.next).toBeNull()
    const found: unknown[] = []
    let pages = 0
    for (let path: string | undefined = start; path; pages++) {
      const { body, headers }: Awaited<ReturnType<typeof ask>> = await ask('GET', path)
      found.push(...(body.items ?? body.events))
      const link = headers.get('Link')
      expect(link === null).toBe(body.next === null)
      path = link === null ? undefined : /^<(\/[^>]+)>; rel="next"$/.exec(link)?.[1]
      if (path) expect(path).toContain(/limit=\d+/.exec(start)?.[0])
    }
    expect(pages).toBeGreaterThan(1)
    expect(found).toEqual(all.items ?? all.events)
    expect(new Set(found.map((item) => (item as Record<string, string>)[id])).size).toBe(found.length)
  })

  it('refuses a cursor that is none, or comes from other filters', async () => {
    const { body } = await ask('GET', '/statements?speaker=jonas-ferrow&limit=1')
    for (const path of [
      '/statements?cursor=nonsense',
      `/statements?cursor=${body.next}`,
      `/statements?speaker=mira-kovan&cursor=${body.next}`,
      `/missions?cursor=${body.next}`,
    ]) {
      const { status, body: refused } = await ask('GET', path)
      expect([status, refused.type]).toEqual([422, '/problems/invalid-cursor'])
      expect(refused.errors).toEqual([{ parameter: 'cursor', detail: expect.any(String) }])
    }
  })

  it('refuses a cursor into rows that are gone', async () => {
    const { body } = await ask('GET', '/missions?limit=1')
    const [generation, ...rest] = JSON.parse(Buffer.from(body.next, 'base64url').toString())
    const gone = Buffer.from(JSON.stringify([generation + 1, ...rest])).toString('base64url')
    const { status, body: refused } = await ask('GET', `/missions?cursor=${gone}`)
    expect([status, refused.type]).toEqual([410, '/problems/cursor-expired'])
  })

  it('says when it changed, to whoever has it already', async () => {
    const { headers } = await ask('GET', '/missions')
    const known = { headers: { 'If-None-Match': headers.get('ETag') ?? '' } }
    expect((await ask('GET', '/missions', known)).status).toBe(304)
    await ask('POST', '/missions', { json: { ...mission, missionId: 'delta' } })
    await served.settle()
    expect((await ask('GET', '/missions', known)).status).toBe(200)
  })
})

describe('the log', () => {
  it('gives each event its place, in order, up to the head', async () => {
    await served.settle()
    const { body } = await ask('GET', '/events?limit=100')
    expect(body.events.map(({ position }: { position: number }) => position)).toEqual(
      Array.from(body.events, (_, index) => index),
    )
    expect(body.events[0]).toMatchObject({ source, type: 'rapporteur.ActorRegistered.v1', id: 'actor-mira-kovan/1' })
    const last = body.events.at(-1).position
    expect((await ask('GET', `/events?after=${last}`)).body).toEqual({ events: [], next: null })
    expect((await ask('GET', '/events?after=1000000')).body).toEqual({ events: [], next: null })
  })
})

describe('health', () => {
  it('says how far each step has come, and keeps it for 5 seconds', async () => {
    await served.settle()
    clock += 5_000
    const before = (await ask('GET', '/healthz')).body
    const { events } = (await ask('GET', '/events?limit=100')).body
    expect(before).toEqual({
      status: 'ok',
      head: events.length,
      checkpoint: { size: events.length, signedAt: expect.any(String) },
      publish: { position: 0 },
      project: { generation: 1, position: events.length },
      parked: { seal: 0, project: 0 },
    })
    await ask('PUT', '/actors/one-more', { json: person })
    await served.settle()
    clock += 4_999
    expect((await ask('GET', '/healthz')).body).toEqual(before)
    clock += 1
    expect((await ask('GET', '/healthz')).body.head).toBe(events.length + 1)
  })
})
