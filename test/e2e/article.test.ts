import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RecordStatement } from '#events/statement/commands.ts'
import { statementId } from '#events/statement/id.ts'
import { eventually, type Json, type Local, startLocal } from '../support/local.ts'

/*
 * One article put on record, and every answer held against what was written. The article and what stands beside it are
 * `samples/lantern-strait.ndjson`; what is expected here was counted by hand in its text.
 */

const file = 'samples/lantern-strait.ndjson'
const lines = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { method: string; path: string; body: Json })

/** Ids of the statements, in the order in which they stand in the file, by names of this test's own. */
const names = [
  ...['asked', 'lights', 'searched', 'assembly', 'line', 'area', 'noContact', 'surrounded', 'left', 'coal'],
  ...['lamps', 'short', 'fiveHundred', 'denial'],
] as const
const posted = lines.filter(({ path }) => path === '/statements').map(({ body }) => v.parse(RecordStatement, body))
const id = Object.fromEntries(posted.map((body, index) => [names[index] ?? '', statementId(body)]))
const named = (ids: readonly string[]) => ids.map((one) => Object.keys(id).find((name) => id[name] === one) ?? one)

let local: Local
beforeAll(async () => {
  local = await startLocal('--memory', '--empty')
})
afterAll(async () => void (await local?.stop()))

const get = async (path: string, headers: Record<string, string> = {}) => local.request('GET', path, undefined, headers)
/** Names of the statements that a list has, sorted. */
const listed = async (query: string) => byName((await get(`/statements?limit=100&${query}`)).body.items)
const idOf = (item: Json): string => item.statementId
/** In this test's order: an import sends lines side by side that do not touch one another. */
const byName = (items: readonly Json[]) => named(items.map(idOf)).toSorted()

const run = promisify(execFile)
const importFile = async () => {
  const { stdout, stderr } = await run(
    process.execPath,
    ['cli/import.ts', file, '--url', local.url, '--key', local.key, '--restart'],
    { env: { ...process.env, NO_COLOR: '1' } },
  )
  return stdout + stderr
}

describe('an article', () => {
  it('goes in whole, and once, however often it is imported', async () => {
    expect(await importFile()).toMatch(/added\D+69\b/)
    expect(await importFile()).toMatch(/already there\D+69\b/)
    const { body } = await get('/events?limit=100')
    expect(body.events).toHaveLength(69)
    expect(body.next).toBeNull()
    const all = await eventually(
      () => get('/statements?limit=100'),
      (answer) => answer.body.position === 69,
    )
    expect(byName(all.body.items)).toEqual(names.toSorted())
  }, 120_000)

  it('is found by whoever asks', async () => {
    expect(await listed('document=courier-2032-05-20')).toEqual(names.slice(0, 10).toSorted())
    expect(await listed('document=courier-2032-05-24')).toEqual(['denial'])
    expect(await listed('organization=strait-league')).toEqual(['area', 'assembly', 'lamps', 'line', 'short'])
    expect(await listed('onBehalfOf=norrland')).toEqual(['denial', 'noContact', 'surrounded'])
    expect(await listed('mission=lantern-watch')).toEqual(
      ['asked', 'lights', 'searched', 'left', 'lamps', 'short', 'fiveHundred'].toSorted(),
    )
    expect(await listed('occasion=two-shores-2032')).toEqual(names.slice(0, 8).toSorted())
    expect(await listed('topic=organization-ties')).toEqual(['assembly', 'denial', 'line', 'noContact', 'surrounded'])
    expect(await listed('mode=direct')).toEqual(['asked', 'assembly', 'coal', 'lamps', 'line', 'short'])
    expect(await listed('mode=mixed')).toEqual(['searched'])
    expect(await listed('agency=tidewire')).toEqual(
      ['asked', 'lights', 'assembly', 'noContact', 'short', 'fiveHundred'].toSorted(),
    )
    expect(await listed('status=disputed')).toEqual(['noContact'])
    expect(await listed('status=retracted')).toEqual(['coal'])
    expect(await listed('agency=tidewire&topic=missions&mode=direct')).toEqual(['asked', 'short'])
  })

  it('is found by when it was said', async () => {
    expect(await listed('said=2032-05-18')).toEqual(names.slice(0, 8).toSorted())
    expect(await listed('said=2032-05-18&certainly=1')).toEqual(names.slice(0, 8).toSorted())
    const { body } = await get('/statements?said=2032-03')
    expect(body.order).toBe('said')
    expect(named(body.items.map(idOf))[0]).toBe('lamps')
    expect(byName(body.items)).toEqual(['fiveHundred', 'lamps', 'short'])
    expect(await listed('said=2032-05-21/2032-05-24')).toEqual(['denial'])
  })

  it('is followed as it changes', async () => {
    const page = (await get('/statements?changedAfter=0&limit=100')).body
    expect(page.order).toBe('changed')
    expect(page.items).toHaveLength(14)
    expect(byName(page.items)).toEqual(names.toSorted())
    const since = `/statements?changedAfter=${page.changedTo}`
    expect((await get(since)).body.items).toEqual([])
    const correction = { reason: 'He is an officer of the guard.', replaces: { topics: ['missions', 'guards'] } }
    const path = `/statements/${id.short}/corrections`
    expect((await local.request('POST', path, correction, { prefer: 'wait=5' })).status).toBe(201)
    expect(byName((await get(since)).body.items)).toEqual(['short'])
  })

  it('goes to the actor that stays where two were one', async () => {
    const both = ['asked', 'coal', 'left', 'lights', 'searched']
    expect(await listed('speaker=tomas-ereth')).toEqual(both)
    expect(await listed('speaker=the-interior-minister')).toEqual(both)
    expect(byName((await get('/actors/tomas-ereth/statements')).body.items)).toEqual(both)
    const merged = await fetch(`${local.url}/actors/the-interior-minister`, { redirect: 'manual' })
    expect([merged.status, merged.headers.get('location')]).toEqual([307, '/actors/tomas-ereth'])
    const history = (await get('/actors/the-interior-minister/history')).body.items
    expect(history.map(({ type }: Json) => type)).toEqual(['ActorRegistered', 'ActorsMerged'])
  })

  it('keeps every nuance of a statement', async () => {
    const { body } = await get(`/statements/${id.coal}`)
    expect(body).toMatchObject({
      status: 'retracted',
      speaker: { mention: { text: 'the interior minister' }, roleGiven: 'carried-over' },
      fragments: [{ mode: 'direct', marks: { opened: true, closed: false }, cue: { text: 'joked' } }],
      retractions: [{ by: 'publisher', source: { documentId: 'courier-2032-05-24' } }],
    })
    const disputed = (await get(`/statements/${id.noContact}`)).body
    expect(disputed.disputes).toMatchObject([{ disputeId: 'oru-denies', by: 'marek-oru' }])
    expect(disputed.claims).toMatchObject([{ holder: 'outer-alliance', stance: 'reports', polarity: 'negated' }])
    const nested = (await get(`/statements/${id.surrounded}`)).body.claims
    expect(nested).toMatchObject([
      { claimId: 'surrounded', holder: 'outer-alliance' },
      { claimId: 'so-the-league', holder: 'strait-league', object: { claimId: 'surrounded' } },
    ])
    expect((await get(`/statements/${id.searched}`)).body).toMatchObject({
      fragments: [{ mode: 'mixed', insertions: [{ supplies: 'of Sable' }] }],
      claims: [{ claimId: 'misread', withdrawn: { reason: 'The sentence has a never in it.' } }],
    })
    expect((await get(`/statements/${id.short}`)).body).toMatchObject({
      language: 'ru',
      translations: [{ language: 'en', by: 'tidewire', fragments: [{ text: 'we have come for a short while' }] }],
    })
  })

  it('says who holds that there is a tie, and who denies it', async () => {
    const ties = (await get('/ties?of=strait-league')).body.items as Json[]
    const outer = ties.find(({ to, kind }) => to === 'outer-alliance' && kind === 'has-contacts-with')
    expect(outer).toMatchObject({
      from: 'strait-league',
      contested: true,
      affirmed: [{ holder: 'ilse-quand', reportedBy: 'ilse-quand', statementId: id.line, claimId: 'contacts' }],
      denied: [{ holder: 'outer-alliance', reportedBy: 'marek-oru', statementId: id.noContact, claimId: 'none' }],
    })
    expect(outer?.affirmed[0].on).toMatchObject({ earliest: '2032-05-01', latest: '2032-05-31' })
    const assembly = ties.find(({ to }) => to === 'assembly-of-nations')
    expect(assembly).toMatchObject({ contested: false, denied: [], affirmed: [{ holder: 'ilse-quand' }] })
    const area = (await get('/ties?of=strait-league&kind=has-area-of-responsibility')).body.items
    expect(area).toMatchObject([{ to: { term: 'the Inner Strait' }, affirmed: [{ claimId: 'area' }] }])
    const pair = (await get('/ties?of=outer-alliance&with=strait-league')).body.items
    expect(pair).toHaveLength(1)
    expect(pair[0]).toEqual(outer)
  })

  it('says what others say that somebody holds', async () => {
    const claims = (await get('/actors/outer-alliance/claims')).body.items as Json[]
    expect(claims.map(({ claim }) => claim.claimId).toSorted()).toEqual(['none', 'surrounded'])
    const league = (await get('/actors/strait-league/claims')).body.items as Json[]
    expect(league.map(({ claim }) => claim.claimId)).toEqual(['so-the-league'])
  })

  it('finds who can be meant', async () => {
    const candidates = async (query: string) =>
      (await get(`/actors/resolve?${query}`)).body.candidates.map(({ actorId }: Json) => actorId) as string[]
    expect((await candidates('mention=the%20interior%20minister&on=2032-05-18'))[0]).toBe('tomas-ereth')
    expect(await candidates(`mention=${encodeURIComponent('Эрет')}`)).toEqual(['tomas-ereth'])
    expect(await candidates('mention=Quand&organization=strait-league')).toEqual(['ilse-quand'])
    expect(await candidates('mention=secretary-general&on=2032-03-19')).toEqual(['ilse-quand'])
    expect(await candidates('mention=nobody%20of%20that%20name')).toEqual([])
    const actor = (await get('/actors/tomas-ereth')).body
    expect(actor.memberships).toMatchObject([
      { role: 'Interior Minister', start: { earliest: '2031-01-01', latest: '2031-12-31' } },
    ])
    expect((await get('/actors?q=ere')).body.items.map(({ actorId }: Json) => actorId)).toEqual(['tomas-ereth'])
    expect((await get('/actors?kind=unnamed')).body.items.map(({ actorId }: Json) => actorId)).toEqual([
      'the-interior-minister',
    ])
  })

  it('shows the mission as each of three sources has it', async () => {
    const { body } = await get('/missions/lantern-watch')
    const timeline = (by: string) =>
      body.timelines.find(({ assertedBy }: Json) => assertedBy === by).phases.map(({ phase }: Json) => phase)
    expect(timeline('tomas-ereth')).toEqual(['requested', 'deployed'])
    expect(timeline('strait-league')).toEqual(['mandated', 'deployed', 'drawing-down', 'withdrawn'])
    expect(timeline('tidewire')).toEqual(['deployed'])
    expect(body.disagreements).toEqual([
      {
        phase: 'deployed',
        field: 'since',
        reports: ['ereth-deployed', 'league-deployed', 'tidewire-deployed'],
        compatible: false,
      },
    ])
    expect(body.contingents).toHaveLength(4)
    expect(body.lessons.map(({ lessonId }: Json) => lessonId)).toEqual(['own-coal', 'ports-open'])
    const contingents = (await get('/missions/lantern-watch/contingents?limit=3')).body
    expect(contingents.items).toHaveLength(3)
    expect((await get(`/missions/lantern-watch/contingents?cursor=${contingents.next}`)).body.items).toHaveLength(1)
  })

  it('says on which days the mission was there, certainly or possibly', async () => {
    const on = async (day: string) => (await get(`/missions?phase=deployed&on=${day}`)).body.items as Json[]
    expect(await on('2032-03-10')).toMatchObject([{ certainty: 'certain', reports: ['league-deployed'] }])
    expect(await on('2032-03-05')).toMatchObject([
      { certainty: 'possible', reports: ['ereth-deployed', 'tidewire-deployed'] },
    ])
    expect(await on('2032-03-03')).toMatchObject([{ certainty: 'possible', reports: ['tidewire-deployed'] }])
    expect(await on('2032-02-20')).toEqual([])
    expect((await get('/missions?phase=withdrawn&on=2032-06&organization=strait-league')).body.items).toMatchObject([
      { missionId: 'lantern-watch', certainty: 'certain' },
    ])
    expect((await get('/missions?phase=deployed&on=2032-03-05&certainty=certain')).body.items).toEqual([])
    expect((await get('/missions?host=norrland')).body.items).toEqual([])
  })

  it('leads back to whoever refers to a statement', async () => {
    const backlinks = async (name: string) => (await get(`/statements/${id[name]}/backlinks`)).body.items as Json[]
    expect(await backlinks('left')).toMatchObject([{ relation: 'repeats', statementId: id.lamps }])
    expect(await backlinks('noContact')).toMatchObject([{ relation: 'contradicts', statementId: id.denial }])
    expect(await backlinks('coal')).toMatchObject([{ missionId: 'lantern-watch', lessonId: 'own-coal' }])
    expect(await backlinks('area')).toEqual([])
  })

  it('tells what each event changed, and how it was before', async () => {
    const history = (await get(`/statements/${id.fiveHundred}/history`)).body.items as Json[]
    expect(history.map(({ type }) => type)).toEqual(['StatementRecorded', 'StatementCorrected'])
    expect(history[1]?.changes).toContainEqual({ pointer: '#/saidOn/edtf', from: '2032-03~', to: '2032-03-07' })
    const first = history[0]?.recordedAt
    const then = (await get(`/statements/${id.fiveHundred}?asOf=${first}`)).body
    expect(then).toMatchObject({ version: 1, provisional: true, corrected: false, saidOn: { edtf: '2032-03~' } })
    const revisions = (await get(`/statements/${id.asked}/revisions`)).body
    expect(JSON.stringify(revisions)).toContain('found')
    const documents = (await get('/documents/courier-2032-05-20/revisions')).body
    expect(documents.items).toHaveLength(1)
  })
})
