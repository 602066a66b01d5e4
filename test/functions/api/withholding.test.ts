import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeText } from '#events/document/text.ts'
import { Withhold } from '#functions/withhold/withhold.ts'
import { claim, idOf, mission, recordGround, statement, statementPath, text } from './fixtures.ts'
import { type Served, serve } from './served.ts'

const secret = 'Die Nachtwächterin'
const stream = `statement-${idOf(statement)}`
const translation = { translationId: 'german', language: 'de', fragments: [{ fragment: 0, text: secret }] }
const order = { ground: 'By order of the court', authority: 'District court of Port Ostmark' }
let served: Served
let ask: Served['ask']
/** Before anything was withheld. */
let then: string

beforeAll(async () => {
  served = await serve()
  ask = served.ask
  await recordGround(served)
  await ask('POST', '/statements', { json: statement })
  await ask('POST', `${statementPath}/translations`, { json: translation })
  await ask('POST', `${statementPath}/claims`, { json: claim })
  await served.settle()
  then = (await ask('GET', `${statementPath}/history`)).body.items.at(-1).recordedAt
  expect((await everywhere()).filter((told) => told.includes(secret)).length).toBeGreaterThan(3)
})
afterAll(() => served.stop())

const withholding = (version: number | string, of = stream) => `/events/${of}/${version}/withholding`
/** All that is told of the statement and its stream, now and of then. */
async function everywhere(): Promise<string[]> {
  const paths = ['', '/history', '/revisions', '/backlinks', `?asOf=${then}`].map((rest) => `${statementPath}${rest}`)
  const lists = ['/statements', '/statements?speaker=mira-kovan', '/events?limit=100', '/actors/mira-kovan/statements']
  return Promise.all([...paths, ...lists].map(async (path) => (await ask('GET', path)).text))
}

describe('a part of a statement that is withheld', () => {
  let tag: string | null
  it('is recorded once, by who has all scopes', async () => {
    tag = (await ask('GET', `${statementPath}?asOf=${then}`)).headers.get('ETag')
    for (const scope of ['record', 'revise', 'retract'] as const) {
      expect((await ask('POST', withholding(2), { json: order, as: [scope] })).status).toBe(403)
    }
    const { status, headers, body } = await ask('POST', withholding(2), { json: order })
    expect([status, headers.get('Location'), body]).toEqual([201, statementPath, { id: idOf(statement), version: 4 }])
    expect((await ask('POST', withholding(2), { json: order })).status).toBe(200)
    const other = await ask('POST', withholding(2), { json: { ground: 'At her own request' } })
    expect(other.body).toMatchObject({ status: 409, differences: ['#/authority', '#/ground'] })
  })

  it('is shown nowhere any more, of no time, before it is removed, and the ground is', async () => {
    await served.settle()
    for (const told of await everywhere()) expect(told).not.toContain(secret)
    const { body } = await ask('GET', statementPath)
    expect(body).toMatchObject({ status: 'recorded', version: 4, translations: [], claims: [{ claimId: 'quiet' }] })
    expect(body.withheld).toMatchObject([{ version: 2, type: 'TranslationAdded', ...order, by: 4 }])
    const history = (await ask('GET', `${statementPath}/history`)).body.items
    expect(history.map(({ type }: { type: string }) => type)).toEqual([
      'StatementRecorded',
      'TranslationAdded',
      'ClaimRead',
      'PayloadWithheld',
    ])
    expect(history[1].withheld).toMatchObject(order)
    expect(history[3]).toMatchObject({ reason: order.ground, changes: [] })
    const past = await ask('GET', `${statementPath}?asOf=${then}`, { headers: { 'If-None-Match': tag ?? '' } })
    expect(past.status).toBe(200) // who kept it is told that it is another
  })

  it('is in the log without its payload, by the position of what withholds it', async () => {
    const { events } = (await ask('GET', '/events?limit=100')).body
    const of = (version: number) => events.find(({ id }: { id: string }) => id === `${stream}/${version}`)
    expect(of(2)).toMatchObject({ withheld: of(4).position })
    expect(of(2)).not.toHaveProperty('data')
    expect(of(2)).not.toHaveProperty('datasalt')
    expect(of(4).data).toEqual({ ...order, version: 2 })
    const alone = (await ask('GET', `/events?after=${of(2).position - 1}&limit=1`)).body.events[0]
    expect(alone).toEqual(of(2))
  })

  it('stays so when it is removed', async () => {
    const before = await everywhere()
    const { tables, engine } = served
    const removed = await new Withhold({ client: engine.client(), ...tables }).run({ streamId: stream, version: 2 })
    expect(removed).toMatchObject({ removed: true })
    expect(await everywhere()).toEqual(before)
  })
})

describe('a statement that is withheld', () => {
  it('is on record, and nothing else is told of it', async () => {
    expect((await ask('POST', withholding(1), { json: order })).status).toBe(201)
    await served.settle()
    const { body } = await ask('GET', statementPath)
    expect(Object.keys(body).sort()).toEqual([
      'recordedAt',
      'recordedBy',
      'statementId',
      'status',
      'version',
      'withheld',
    ])
    expect(body).toMatchObject({ statementId: idOf(statement), status: 'withheld', version: 5 })
    const told = await everywhere()
    for (const one of told) expect(one).not.toContain('harbour had been quiet')
    expect((await ask('GET', '/statements?status=withheld')).body.items).toEqual([body])
    expect((await ask('GET', '/statements?speaker=mira-kovan')).body.items).toEqual([])
    expect((await ask('GET', `${statementPath}/revisions`)).body.items).toEqual([])
  })

  it('takes nothing more, not even what was recorded first, and others may refer to it', async () => {
    for (const [path, json] of [
      ['/statements', statement],
      [`${statementPath}/claims`, { ...claim, claimId: 'another' }],
    ] as const) {
      const { status, body } = await ask('POST', path, { json })
      expect([status, body.type, body.withheld]).toEqual([409, '/problems/withheld', [1]])
    }
    const other = { ...statement, fragments: [{ mode: 'indirect', text: '[The watch] has gone home' }] }
    await ask('POST', '/statements', { json: other })
    const link = { relation: 'repeats', statementId: idOf(statement) }
    expect((await ask('POST', `/statements/${idOf(other)}/links`, { json: link })).status).toBe(201)
  })
})

describe('withholding', () => {
  it('is of an event that is on record, and says another no', async () => {
    const refused = async (path: string, json: object = order) => {
      const { status, body } = await ask('POST', path, { json })
      return [status, body.type]
    }
    expect(await refused(withholding(99))).toEqual([404, '/problems/event-not-recorded'])
    expect(await refused(withholding(1, 'mission-nowhere'))).toEqual([404, '/problems/event-not-recorded'])
    expect(await refused(withholding(4))).toEqual([409, '/problems/withholding-stays'])
    expect(await refused(withholding(0))).toEqual([422, '/problems/invalid-input'])
    expect(await refused(withholding(1, 'nothing'))).toEqual([422, '/problems/invalid-input'])
    expect(await refused(withholding(1), { authority: 'a court' })).toEqual([422, '/problems/invalid-input'])
  })

  it('leaves of every kind of resource that it is on record', async () => {
    await ask('POST', '/missions', { json: mission })
    const of = [
      ['mission-harbour-watch', '/missions/harbour-watch', { missionId: 'harbour-watch' }],
      ['actor-ostmark-council', '/actors/ostmark-council', { actorId: 'ostmark-council' }],
      ['document-bulletin-2031-02-14', '/documents/bulletin-2031-02-14', { documentId: 'bulletin-2031-02-14' }],
    ] as const
    for (const [stream, path, id] of of) {
      expect((await ask('POST', withholding(1, stream), { json: order })).status).toBe(201)
      expect((await ask('GET', path)).body).toMatchObject({ ...id, status: 'withheld', version: 2 })
    }
    await served.settle()
    expect((await ask('GET', '/missions')).body.items).toMatchObject([
      { missionId: 'harbour-watch', status: 'withheld' },
    ])
    const actors = (await ask('GET', '/actors')).body.items
    expect(actors.map(({ status }: { status?: string }) => status)).toContain('withheld')
    expect((await ask('GET', '/actors?q=council')).body.items).toEqual([])
    expect((await ask('GET', '/documents/bulletin-2031-02-14/revisions')).body.items).toEqual([])
  })

  it('goes in with an import', async () => {
    const lines = [
      { method: 'POST', path: '/missions', body: { ...mission, missionId: 'bridge-watch' } },
      { method: 'POST', path: withholding(1, 'mission-bridge-watch'), body: order },
    ]
    const { text } = await ask('POST', '/imports', {
      body: lines.map((line) => JSON.stringify(line)).join('\n'),
      headers: { 'Content-Type': 'application/x-ndjson' },
      as: ['admin'],
    })
    const answers = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(answers).toMatchObject([{ status: 201 }, { status: 201, id: 'bridge-watch', version: 2 }])
  })

  it('leads to the text of a document no more, and that can be deleted all the same', async () => {
    const path = '/documents/bulletin-2031-02-14/text'
    const { sha256 } = describeText(text)
    expect(await served.deps.texts.get('bulletin-2031-02-14', sha256)).toBe(text)
    expect((await ask('GET', path, { as: ['read-text'] })).body.type).toBe('/problems/text-not-held')
    expect((await ask('DELETE', path, { as: ['admin'] })).status).toBe(204)
    expect(await served.deps.texts.held('bulletin-2031-02-14', sha256)).toBe(false)
  })

  it('leaves what refers to it as it is, and lets others refer to it', async () => {
    const fragments = [{ mode: 'direct', text: 'Gone home', selector: { start: 0, end: 9 } }]
    const { status, body } = await ask('POST', '/statements', { json: { ...statement, fragments } })
    expect(status).toBe(201)
    const { documentId, documentSha256 } = (await ask('GET', `/statements/${body.id}`)).body
    expect([documentId, documentSha256]).toEqual(['bulletin-2031-02-14', undefined])
    expect((await ask('GET', `/statements/${body.id}/revisions`)).body.items).toEqual([])
  })
})
