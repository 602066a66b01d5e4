import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, type Json, type Local, startByNpm, startLocal } from '../support/local.ts'

// One process of the local cloud, one data folder, and the tests in the order of the walk.
const data = mkdtempSync(join(tmpdir(), 'rapporteur-e2e-'))
const text = 'The ferries will sail again, Ada Lind said on Sunday. “[They] were never the question, she added.'
const document = { kind: 'article', publisher: 'Port Gazette', language: 'en', text }
const statement = {
  documentId: 'gazette-2031-03-02',
  speaker: { actorId: 'ada-lind', mention: { text: 'Ada Lind', selector: { start: 29, end: 37 } } },
  saidOn: { verbatim: 'Sunday', edtf: '2031-03-02', basis: 'Sunday of publication' },
  fragments: [
    { mode: 'indirect', text: 'The ferries will sail again', selector: { start: 0, end: 27 } },
    {
      mode: 'direct',
      text: '[They] were never the question',
      selector: { start: 55, end: 85 },
      marks: { opened: true, closed: false },
      insertions: [{ start: 0, end: 6, supplies: 'They' }],
    },
  ],
}

let local: Local
let tail: ChildProcess
const tailed: Json[] = []
let statementId: string

beforeAll(async () => {
  local = await startLocal('--data', data, '--empty')
  tail = spawn(process.execPath, ['cli/tail.ts', '--data', data, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })
  let open = false
  createInterface({ input: tail.stdout as NonNullable<typeof tail.stdout> }).on('line', (line) => {
    open = true
    if (line.startsWith('{')) tailed.push(JSON.parse(line))
  })
  // The tail hears only what comes after it is there: events are recorded until the first is heard.
  for (let n = 1; !open && n <= 100; n++) {
    await local.request('PUT', `/actors/early-${n}`, { kind: 'organization', name: `Early ${n}` })
    await eventually(
      async () => open,
      (is) => is,
      200,
    )
  }
})

afterAll(async () => {
  tail?.kill()
  await local?.stop()
  rmSync(data, { recursive: true, force: true })
})

const heard = (name: string, subject: string) =>
  eventually(
    async () => tailed.filter((event) => event['detail-type'] === name && event.detail.subject === subject),
    (found) => found.length > 0,
  )

const listed = (query: string, wanted: (items: Json[]) => boolean) =>
  eventually(
    async () => (await local.request('GET', `/statements?${query}`)).body.items as Json[],
    (items) => wanted(items),
    5_000,
  )

describe('a statement, from an article to a subscriber and back to a reader', () => {
  it('needs its document and its speaker on record first', async () => {
    const { status, body } = await local.request('POST', '/statements', statement)
    expect(status).toBe(422)
    expect(body.errors.map((error: Json) => error.pointer).sort()).toEqual(['#/documentId', '#/speaker/actorId'])
    expect((await local.request('PUT', '/documents/gazette-2031-03-02', document)).status).toBe(201)
    for (const [id, name] of [
      ['ada-lind', 'Ada Lind'],
      ['ida-rask', 'Ida Rask'],
    ]) {
      expect((await local.request('PUT', `/actors/${id}`, { kind: 'person', name })).status).toBe(201)
    }
  })

  it('goes in with 201, and again with 200', async () => {
    const first = await local.request('POST', '/statements', statement)
    expect(first.status).toBe(201)
    expect(first.headers.get('etag')).toBe('"1"')
    statementId = first.body.id
    expect(first.headers.get('location')).toBe(`/statements/${statementId}`)
    const again = await local.request('POST', '/statements', statement)
    expect(again.status).toBe(200)
    expect(again.body).toEqual(first.body)
  })

  it('is refused with a shifted selector, and the right offsets are named', async () => {
    const shifted = structuredClone(statement)
    Object.assign(shifted.fragments[0] as object, { selector: { start: 1, end: 28 } })
    const { status, body } = await local.request('POST', '/statements', shifted)
    expect(status).toBe(422)
    expect(body.errors[0].pointer).toMatch(/^#\/fragments\/0\/selector/)
    expect(body.errors[0].detail).toMatch(/\b0\b.*\b27\b/)
  })

  it('is told differently, and the difference is named', async () => {
    const { status, body } = await local.request('POST', '/statements', { ...statement, language: 'sv' })
    expect(status).toBe(409)
    expect(body.type).toBe('/problems/already-recorded')
    expect(body.differences).toEqual(['#/language'])
  })

  it('can be read at once, and is in the lists a moment later', async () => {
    const { body } = await local.request('GET', `/statements/${statementId}`)
    expect(body).toMatchObject({ statementId, version: 1, corrected: false, saidOn: { earliest: '2031-03-02' } })
    const items = await listed('speaker=ada-lind', (all) => all.length === 1)
    expect(items.map((item) => item.statementId)).toEqual([statementId])
    expect(await listed('document=gazette-2031-03-02', (all) => all.length === 1)).toEqual(items)
  })

  it('shows its correction, which moves it in the lists', async () => {
    const corrected = await local.request('POST', `/statements/${statementId}/corrections`, {
      reason: 'The gazette had mixed up two members of the council.',
      replaces: { speaker: { actorId: 'ida-rask' } },
    })
    expect(corrected.status).toBe(201)
    expect(corrected.body).toEqual({ id: statementId, version: 2 })
    const { body } = await local.request('GET', `/statements/${statementId}`)
    expect(body).toMatchObject({ version: 2, corrected: true, speaker: { actorId: 'ida-rask' } })
    expect(await listed('speaker=ida-rask', (all) => all.length === 1)).toHaveLength(1)
    expect(await listed('speaker=ada-lind', (all) => all.length === 0)).toHaveLength(0)
  })

  it('was heard on the bus, recorded and corrected', async () => {
    expect(await heard('StatementRecorded', `statement-${statementId}`)).toHaveLength(1)
    expect(await heard('StatementCorrected', `statement-${statementId}`)).toHaveLength(1)
  })
})

describe('a mission of which two sources say different things', () => {
  it('shows both, and where they differ', async () => {
    const record = (path: string, body: unknown) => local.request('POST', path, body)
    for (const id of ['league-of-ports', 'port-gazette', 'harbour-wire']) {
      await local.request('PUT', `/actors/${id}`, { kind: 'organization', name: id.replaceAll('-', ' ') })
    }
    const evidence = [{ documentId: 'gazette-2031-03-02' }]
    const opened = {
      missionId: 'ferry-watch',
      names: ['Ferry Watch'],
      organization: 'league-of-ports',
      hosts: [],
      evidence,
    }
    expect((await record('/missions', opened)).status).toBe(201)
    for (const [reportId, assertedBy, edtf] of [
      ['r-1', 'port-gazette', '2031-02-12'],
      ['r-2', 'harbour-wire', '2031-02-14'],
    ]) {
      const report = { reportId, phase: 'withdrawn', since: { edtf }, assertedBy, evidence }
      expect((await record('/missions/ferry-watch/phases', report)).status).toBe(201)
      expect((await record('/missions/ferry-watch/phases', report)).status).toBe(200)
    }
    const { body } = await local.request('GET', '/missions/ferry-watch')
    expect(body.timelines.map((line: Json) => line.assertedBy).sort()).toEqual(['harbour-wire', 'port-gazette'])
    expect(body.disagreements).toEqual([
      { phase: 'withdrawn', field: 'since', reports: ['r-1', 'r-2'], compatible: false },
    ])
    const missions = await eventually(
      async () => (await local.request('GET', '/missions')).body.items as Json[],
      (items) => items[0]?.timelines?.length === 2,
    )
    expect(missions.map((mission) => mission.missionId)).toEqual(['ferry-watch'])
    expect(await heard('PhaseRecorded', 'mission-ferry-watch')).toHaveLength(2)
  })
})

describe('the log', () => {
  const whole = async () => {
    const events: Json[] = []
    for (let path = '/events?limit=7'; ; ) {
      const { body } = await local.request('GET', path)
      events.push(...body.events)
      if (body.next === null) return events
      path = `/events?limit=7&after=${body.next}`
    }
  }

  it('holds every event once, in one order without gaps', async () => {
    const events = await whole()
    expect(events.map((event) => event.position)).toEqual(events.map((_, index) => index))
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length)
    expect(events.some((event) => event.type === 'rapporteur.StatementCorrected.v1')).toBe(true)
  })

  it('is all there after everything was killed and started again', async () => {
    const before = await whole()
    const late = await local.request('PUT', '/actors/late', { kind: 'person', name: 'Told just before the end' })
    await local.kill()
    expect(late.status).toBe(201)
    const key = local.key
    local = await startLocal('--data', data, '--empty')
    expect(local.key).toBe(key)
    expect((await local.request('GET', '/actors/late')).body).toMatchObject({ actorId: 'late', version: 1 })
    const after = await eventually(whole, (events) => events.some((event) => event.subject === 'actor-late'))
    expect(after.slice(0, before.length)).toEqual(before)
    expect(after.map((event) => event.position)).toEqual(after.map((_, index) => index))
    expect(new Set(after.map((event) => event.id)).size).toBe(after.length)
    expect(after.some((event) => event.subject === 'actor-late')).toBe(true)
    expect(await listed('speaker=ida-rask', (all) => all.length === 1)).toHaveLength(1)
    expect((await local.request('POST', '/statements', statement)).status).toBe(200)
  })

  it('stops when it is asked to', async () => {
    expect(await local.stop()).toBe(0)
  })

  it('stops when npm is asked to, and leaves nobody behind', async () => {
    const byNpm = await startByNpm('--memory', '--empty')
    await byNpm.stop()
    const answers = () =>
      fetch(byNpm.url).then(
        () => true,
        () => false,
      )
    expect(await eventually(answers, (is) => !is)).toBe(false)
  })
})

describe('the samples', () => {
  it('are loaded into an empty folder at the first start', async () => {
    const samples = ['harbour-watch', 'kazakhstan-2022', 'lantern-strait'].flatMap((name) =>
      readFileSync(`samples/${name}.ndjson`, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Json),
    )
    const sampled = await startLocal('--memory')
    try {
      const posted = samples.filter(({ path }) => path === '/statements').length
      expect(posted).toBeGreaterThan(5)
      const items = await eventually(
        async () => (await sampled.request('GET', '/statements?limit=100')).body.items as Json[],
        (all) => all.length === posted,
      )
      expect(items).toHaveLength(posted)
      for (const { method, path, body, headers } of samples) {
        expect([path, (await sampled.request(method, path, body, headers)).status]).toEqual([path, 200])
      }
    } finally {
      await sampled.stop()
    }
  })

  it('go in whole while calls fail and the bus repeats', async () => {
    const faulty = await startLocal('--memory', '--faults', '7')
    try {
      const ids = (
        await eventually(
          async () => (await faulty.request('GET', '/statements?speaker=mira-kovan')).body.items as Json[],
          (all) => all.length > 0,
        )
      ).map((item) => item.statementId)
      expect(ids.length).toBeGreaterThan(0)
      expect(faulty.said()).toMatch(/faults.* 7\b/i)
    } finally {
      await faulty.stop()
    }
  }, 120_000)
})
