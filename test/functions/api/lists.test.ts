import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  claim,
  dispute,
  idOf,
  lesson,
  mission,
  organization,
  person,
  phase,
  recordGround,
  statement,
} from './fixtures.ts'
import { type Served, serve } from './served.ts'

let served: Served
const ask: Served['ask'] = (...asked) => served.ask(...asked)
const said = (text: string, more: object = {}) => ({ ...statement, ...more, fragments: [{ mode: 'direct', text }] })
const tell = async (path: string, json: object) => {
  const { status, body } = await ask('POST', path, { json })
  expect([path, status, body]).toEqual([path, 201, expect.anything()])
  return body.id as string
}

const told = {
  one: said('one', {
    saidOn: { edtf: '2031-02-12' },
    speaker: { actorId: 'mira-kovan', organization: 'ostmark-council', onBehalfOf: 'ostmark' },
    occasion: { occasionId: 'bridges-2031', name: 'Bridges' },
    topics: ['ties', 'bridges'],
    about: [{ missionId: 'harbour-watch' }],
    chain: [{ step: 'report', by: 'harbour-wire' }],
  }),
  two: said('two', { saidOn: { edtf: '2031-02' }, speaker: { actorId: 'jonas-ferrow' }, topics: ['bridges'] }),
  three: { ...statement, saidOn: { edtf: '2031-03-01' }, fragments: [{ mode: 'indirect', text: 'three' }] },
  four: {
    documentId: statement.documentId,
    speaker: { actorId: 'mira-kovan' },
    fragments: [{ mode: 'mixed', text: 'four' }],
  },
}
type Name = keyof typeof told
const names = Object.keys(told) as Name[]
const ids = new Map(names.map((name) => [idOf(told[name]), name]))
const at = (name: Name) => `/statements/${idOf(told[name])}`
const listed = async (path: string) =>
  (await ask('GET', path)).body.items.map(
    ({ statementId }: { statementId: string }) => ids.get(statementId) ?? 'another',
  )

beforeAll(async () => {
  served = await serve()
  await recordGround(served)
  for (const actorId of ['ostmark', 'harbour-wire', 'wire-agency']) {
    await ask('PUT', `/actors/${actorId}`, { json: { ...organization, name: actorId } })
  }
  for (const actorId of ['jonas-ferrow', 'j-ferrow']) await ask('PUT', `/actors/${actorId}`, { json: person })
  await ask('PUT', '/documents/gazette-2031-02-15', { json: { kind: 'article' } })
  await tell('/missions', { ...mission, hosts: ['ostmark'] })
  for (const name of names) await tell('/statements', told[name])
  await served.settle()
  await tell(`${at('two')}/sources`, { documentId: 'gazette-2031-02-15' })
  await tell(`${at('two')}/disputes`, dispute)
  await served.settle() // so that its place in the log is before the next one's
  await tell(`${at('three')}/claims`, {
    ...claim,
    evidence: { fragment: 0, start: 0, end: 5 },
    object: { missionId: 'harbour-watch' },
  })
  await tell('/actors/wire-agency/merge', { into: 'harbour-wire', reason: 'one and the same' })
  await served.settle()
})
afterAll(() => served.stop())

describe('statements', () => {
  it.each([
    ['speaker=jonas-ferrow', ['two']],
    ['organization=ostmark-council', ['one']],
    ['onBehalfOf=ostmark', ['one']],
    ['mission=harbour-watch', ['three', 'one']],
    ['occasion=bridges-2031', ['one']],
    ['topic=bridges', ['two', 'one']],
    ['mode=indirect', ['three']],
    ['document=gazette-2031-02-15', ['two']],
    ['agency=harbour-wire', ['one']],
    ['agency=wire-agency', ['one']],
    ['status=disputed', ['two']],
    ['status=withheld', []],
    ['said=2031-02-13', ['two']],
    ['said=2031-02', ['one', 'two']],
    ['said=2031-02&certainly=1', ['one', 'two']],
    ['said=2031-02-12&certainly=1', ['one']],
    ['said=2031', ['three', 'one', 'two']],
    ['said=2031-02-12&topic=bridges', ['two', 'one']],
    ['said=2031-02-12&topic=bridges&certainly=1', ['one']],
    ['document=bulletin-2031-02-14&speaker=mira-kovan&status=recorded&mode=direct', ['one']],
    ['recordedAfter=2130-01-01T00:00:00Z', []],
    ['recordedAfter=2020-01-01T00:00:00%2B01:00', ['four', 'three', 'two', 'one']],
    ['changedAfter=0', expect.arrayContaining(['one', 'two', 'three', 'four'])],
    ['changedAfter=0&topic=bridges', ['one', 'two']],
    ['changedAfter=0&mission=harbour-watch', ['one', 'three']],
  ])('are found by %s', async (query, expected) => {
    expect(await listed(`/statements?${query}`)).toEqual(expected)
  })

  it('say by what they are ordered, how far they have come, and where a follower goes on', async () => {
    const { next: head } = (await ask('GET', '/events?limit=100')).body
    expect(head).toBeNull()
    const position = (await ask('GET', '/events?limit=100')).body.events.length
    expect((await ask('GET', '/statements')).body).toMatchObject({ order: 'recorded', position })
    expect((await ask('GET', '/statements?said=2031')).body).toMatchObject({ order: 'said', position })
    expect((await ask('GET', '/statements?said=2031&mode=mixed')).body).toMatchObject({ order: 'recorded', items: [] })
    const first = (await ask('GET', '/statements?changedAfter=0&limit=1')).body
    const log = (await ask('GET', '/events?limit=100')).body.events as { subject: string; position: number }[]
    const last = log.findLast(({ subject }) => subject === `statement-${idOf(told.one)}`)
    expect(first).toMatchObject({ order: 'changed', position, changedTo: last?.position, next: expect.any(String) })
    const all = (await ask('GET', '/statements?changedAfter=0')).body
    expect(all).toMatchObject({ next: null, changedTo: position - 1 })
    expect(await listed(`/statements?changedAfter=${all.changedTo}`)).toEqual([])
    await tell(`${at('four')}/retraction`, { by: 'desk', reason: 'misheard' })
    await served.settle()
    expect(await listed(`/statements?changedAfter=${all.changedTo}`)).toEqual(['four'])
    expect(await listed('/statements?status=retracted')).toEqual(['four'])
  })

  it('are unchanged to whoever has them, while the log goes on elsewhere', async () => {
    const path = '/statements?occasion=bridges-2031'
    const { headers, body } = await ask('GET', path)
    const known = { headers: { 'If-None-Match': headers.get('ETag') ?? '' } }
    await ask('PUT', '/actors/somebody-else', { json: person })
    await served.settle()
    expect((await ask('GET', path, known)).status).toBe(304)
    expect((await ask('GET', path)).body.position).toBeGreaterThan(body.position)
    await tell(`${at('one')}/sources`, { documentId: 'gazette-2031-02-15' })
    await served.settle()
    expect((await ask('GET', path, known)).status).toBe(200)
  })

  it.each([
    ['speakers=mira-kovan', 'speakers'],
    ['q=harbour', 'q'],
    ['speaker=Mira%20Kovan', 'speaker'],
    ['speaker=mira-kovan&speaker=jonas-ferrow', 'speaker'],
    ['mode=loud', 'mode'],
    ['status=gone', 'status'],
    ['said=2031-02-30', 'said'],
    ['said=yesterday', 'said'],
    ['said=2031-02-12/2031-02-11', 'said'],
    ['certainly=1', 'certainly'],
    ['said=2031&certainly=yes', 'certainly'],
    ['recordedAfter=2031-02-14', 'recordedAfter'],
    ['recordedAfter=2031-02-14T12:00:00+01:00', 'recordedAfter'],
    ['recordedAfter=2031-02-30T12:00:00Z', 'recordedAfter'],
    ['changedAfter=-1', 'changedAfter'],
    ['changedAfter=1.5', 'changedAfter'],
    ['changedAfter=last', 'changedAfter'],
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
  ])('refuse %s, and name it', async (query, parameter) => {
    const { status, body } = await ask('GET', `/statements?${query}`)
    expect([status, body.type]).toEqual([422, '/problems/invalid-input'])
    expect(body.errors.map((error: { parameter: string }) => error.parameter)).toEqual([parameter])
  })

  it('refuse the cursor of a list with one filter more, less, or other', async () => {
    const { next } = (await ask('GET', '/statements?mode=direct&limit=1')).body
    for (const query of ['', 'mode=mixed', 'mode=direct&said=2031', 'mode=direct&changedAfter=0', 'said=2031']) {
      const { status, body } = await ask('GET', `/statements?${query}&cursor=${next}`)
      expect([query, status, body.type]).toEqual([query, 422, '/problems/invalid-cursor'])
    }
    expect((await ask('GET', `/statements?mode=direct&limit=3&cursor=${next}`)).body.items).toHaveLength(1)
  })
})

describe('every parameter of a list', () => {
  it('is described, with an example', () => {
    for (const [path, count] of [
      ['/statements', 16],
      ['/missions', 7],
    ] as const) {
      const { parameters = [] } = served.described.document.paths[path]?.get ?? {}
      expect(parameters).toHaveLength(count)
      for (const { name, schema, ...parameter } of parameters) {
        const { $ref = '' } = schema as { $ref?: string }
        const { components } = served.described.document
        const text = JSON.stringify([schema, parameter, components.schemas[$ref.split('/').at(-1) ?? '']])
        expect([name, text.includes('"description"')]).toEqual([name, true])
        if (name !== 'limit' && name !== 'cursor') expect([name, text.includes('"examples"')]).toEqual([name, true])
      }
    }
  })
})

describe('missions', () => {
  beforeAll(async () => {
    await tell('/missions', { ...mission, missionId: 'bridge-watch', organization: 'harbour-wire' })
    await tell('/missions/harbour-watch/phases', { ...phase, phase: 'deployed', until: { edtf: '2031-03-06' } })
    await served.settle()
  })
  const found = async (query: string) =>
    (await ask('GET', `/missions?${query}`)).body.items.map(
      ({ missionId, certainty, reports }: { missionId: string; certainty?: string; reports?: string[] }) =>
        certainty ? [missionId, certainty, reports] : missionId,
    )

  it.each([
    ['organization=wire-agency', ['bridge-watch']],
    ['host=ostmark', ['harbour-watch']],
    ['host=ostmark&organization=harbour-wire', []],
    ['phase=deployed', [['harbour-watch', 'certain', ['bulletin-mandated']]]],
    ['phase=deployed&on=2031-02-20', [['harbour-watch', 'certain', ['bulletin-mandated']]]],
    ['on=2031-02', [['harbour-watch', 'possible', ['bulletin-mandated']]]],
    ['on=2031-02&certainty=certain', []],
    ['phase=withdrawn&on=2031-02-20', []],
    ['', ['bridge-watch', 'harbour-watch']],
  ])('are found by %s', async (query, expected) => expect(await found(query)).toEqual(expected))

  it.each([
    ['phase=gone', 'phase'],
    ['on=soon', 'on'],
    ['certainty=certain', 'certainty'],
    ['phase=deployed&certainty=possible', 'certainty'],
    ['speaker=mira-kovan', 'speaker'],
  ])('refuse %s, and name it', async (query, parameter) => {
    const { status, body } = await ask('GET', `/missions?${query}`)
    expect([status, body.type, body.errors[0].parameter]).toEqual([422, '/problems/invalid-input', parameter])
  })
})

describe('who refers to a statement', () => {
  const backlinks = (name: Name, query = '') => ask('GET', `${at(name)}/backlinks${query}`)

  it('is nobody at first, and is not known of what is not on record', async () => {
    expect((await backlinks('one')).body).toMatchObject({ items: [], next: null })
    const { status, body } = await ask('GET', '/statements/s-nothing/backlinks')
    expect([status, body.type]).toEqual([404, '/problems/statement-not-recorded'])
  })

  it('is a link, a claim about a claim, a lesson: newest first, page by page, each as it stands', async () => {
    const statementId = idOf(told.one)
    await tell(`${at('one')}/claims`, { ...claim, evidence: { fragment: 0, start: 0, end: 3 } })
    await tell(`${at('two')}/links`, { relation: 'replies-to', statementId })
    const subject = { claimId: 'quiet', statementId }
    await tell(`${at('three')}/claims`, {
      ...claim,
      claimId: 'about-it',
      subject,
      object: subject,
      evidence: { fragment: 0, start: 0, end: 5 },
    })
    await tell('/missions/harbour-watch/lessons', { ...lesson, statementIds: [statementId, statementId] })
    await served.settle()
    const before = await backlinks('one')
    expect(before.body.items).toMatchObject([
      {
        kind: 'lesson',
        missionId: 'harbour-watch',
        lessonId: lesson.lessonId,
        status: 'recorded',
        lesson: 'to-be-learned',
      },
      {
        kind: 'claim',
        statementId: idOf(told.three),
        claimId: 'about-it',
        terms: [
          { term: 'subject', claimId: 'quiet' },
          { term: 'object', claimId: 'quiet' },
        ],
        withdrawn: false,
        status: 'recorded',
      },
      { kind: 'link', statementId: idOf(told.two), relation: 'replies-to', status: 'disputed' },
    ])
    const paged: unknown[] = []
    for (let query: string | undefined = '?limit=1'; query; ) {
      const { body } = await backlinks('one', query)
      paged.push(...body.items)
      query = body.next === null ? undefined : `?limit=1&cursor=${body.next}`
    }
    expect(paged).toEqual(before.body.items)
    const known = { headers: { 'If-None-Match': before.headers.get('ETag') ?? '' } }
    expect((await ask('GET', `${at('one')}/backlinks`, known)).status).toBe(304)

    await tell('/missions/harbour-watch/lessons/come-early/retraction', { reason: 'not learned' })
    await tell(`${at('three')}/claims/about-it/withdrawal`, { reason: 'misread' })
    await tell(`${at('two')}/retraction`, { by: 'desk', reason: 'misheard' })
    await served.settle()
    expect((await ask('GET', `${at('one')}/backlinks`, known)).body.items).toMatchObject([
      { kind: 'lesson', status: 'retracted' },
      { kind: 'claim', withdrawn: true, status: 'recorded' },
      { kind: 'link', status: 'retracted' },
    ])
  })

  it('leaves out a lesson that is tied to it no more', async () => {
    const lessonId = 'come-late'
    await tell('/missions/harbour-watch/lessons', { ...lesson, lessonId, statementIds: [idOf(told.four)] })
    await served.settle()
    expect((await backlinks('four')).body.items).toHaveLength(1)
    const json = { reason: 'misread', lessonId, replaces: { statementIds: [idOf(told.three)] } }
    expect((await ask('POST', '/missions/harbour-watch/corrections', { json })).status).toBe(201)
    await served.settle()
    expect((await backlinks('four')).body.items).toEqual([])
    expect((await backlinks('three')).body.items).toMatchObject([{ kind: 'lesson', lessonId }])
  })

  it('refuses the cursor of another statement', async () => {
    const { next } = (await backlinks('one', '?limit=1')).body
    const { status, body } = await backlinks('two', `?limit=1&cursor=${next}`)
    expect([status, body.type]).toEqual([422, '/problems/invalid-cursor'])
  })
})

describe('a filter by an actor into whom many are merged', () => {
  it('says so, rather than leave some out', async () => {
    for (let n = 0; n <= 25; n++) {
      await ask('PUT', `/actors/double-${n}`, { json: person })
      await tell(`/actors/double-${n}/merge`, { into: 'j-ferrow', reason: 'the same' })
    }
    await served.settle()
    for (const path of ['/statements?mode=direct&speaker=j-ferrow', '/missions?host=double-3']) {
      const { status, body } = await ask('GET', path)
      expect([status, body.type]).toEqual([422, '/problems/too-many-merged'])
    }
  })
})
