import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { actor } from '#events/actor/kind.ts'
import { someCommand } from '../../support/log.ts'
import { claim, membership, organization, person, recordGround, statement } from './fixtures.ts'
import { type Served, serve } from './served.ts'

let served: Served
let clock = Date.parse('2031-02-14T12:00:00Z')
const ask: Served['ask'] = (...asked) => served.ask(...asked)
let said: string

beforeAll(async () => {
  served = await serve(() => ({ now: () => clock }))
  clock = Date.now() + 120_000
  await recordGround(served)
  await ask('PUT', '/actors/m-kovan', { json: { kind: 'person', name: 'M. Kovan', names: ['Ковань'] } })
  await ask('PUT', '/actors/ostmark-league', { json: { ...organization, name: 'League of Ostmark' } })
  await ask('POST', '/actors/mira-kovan/memberships', {
    json: { ...membership, start: { edtf: '2031-01-06' }, evidence: [{ documentId: 'bulletin-2031-02-14' }] },
  })
  said = (await ask('POST', '/statements', { json: { ...statement, speaker: { actorId: 'm-kovan' } } })).body.id
  const ends = { subject: { actorId: 'ostmark-council' }, object: { actorId: 'ostmark-league' } }
  for (const [claimId, more] of [
    ['affirmed', { holder: 'mira-kovan' }],
    ['denied', { polarity: 'negated', holder: 'ostmark-bulletin', validOn: { edtf: '2031-02' } }],
  ] as const) {
    const json = { ...claim, claimId, predicate: 'has-contacts-with', ...ends, ...more }
    expect((await ask('POST', `/statements/${said}/claims`, { json })).status).toBe(201)
  }
  await served.settle()
})
afterAll(() => served.stop())

describe('an actor', () => {
  it('shows its roles over time, with what each rests on', async () => {
    const { body } = await ask('GET', '/actors/mira-kovan')
    expect(body.memberships).toEqual([
      expect.objectContaining({
        membershipId: 'deputy',
        role: 'Deputy Minister',
        organization: 'ostmark-council',
        start: { edtf: '2031-01-06', earliest: '2031-01-06', latest: '2031-01-06' },
        evidence: [expect.objectContaining({ documentId: 'bulletin-2031-02-14' })],
      }),
    ])
  })

  it('cannot take an id that is an address of its own', async () => {
    const { status, body } = await ask('PUT', '/actors/resolve', { json: person, undescribed: true })
    expect([status, body.errors]).toEqual([422, [{ parameter: 'actorId', detail: expect.any(String) }]])
  })

  it('is found by name and by kind', async () => {
    const found = async (query: string) =>
      (await ask('GET', `/actors?${query}`)).body.items.map(({ actorId }: { actorId: string }) => actorId)
    expect((await found('q=kovan')).sort()).toEqual(['m-kovan', 'mira-kovan'])
    expect(await found(`q=${encodeURIComponent('МИРА')}`)).toEqual(['mira-kovan'])
    expect(await found('kind=organization')).toEqual(['ostmark-league', 'ostmark-council', 'ostmark-bulletin'])
    const { headers } = await ask('GET', '/actors?kind=person&limit=1')
    expect(headers.get('Link')).toContain('kind=person&limit=1&cursor=')
  })

  it('can be meant by a mention', async () => {
    const path = '/actors/resolve?mention=the+deputy+minister&on=2031-02-12&organization=ostmark-council'
    const { body, headers } = await ask('GET', path)
    expect(body.candidates).toEqual([
      expect.objectContaining({
        actorId: 'mira-kovan',
        certainty: 'possible',
        why: [expect.objectContaining({ because: 'role', membershipId: 'deputy' })],
      }),
    ])
    const again = await ask('GET', path, { headers: { 'If-None-Match': headers.get('ETag') ?? '' } })
    expect(again.status).toBe(304)
  })

  it.each([
    ['/actors/resolve', 'mention'],
    ['/actors/resolve?mention=%21', 'mention'],
    ['/actors/resolve?mention=kovan&on=yesterday', 'on'],
    ['/actors?q=%E2%80%94', 'q'],
    ['/actors?kind=ghost', 'kind'],
    ['/actors?name=kovan', 'name'],
    ['/ties', 'of'],
    ['/ties?of=ostmark-council&kind=is', 'kind'],
    ['/ties?of=ostmark-council&on=2031-02-30', 'on'],
  ])('%s is refused, naming %s', async (path, parameter) => {
    const { status, body } = await ask('GET', path)
    expect(status).toBe(422)
    expect(body.errors.map((error: { parameter: string }) => error.parameter)).toEqual([parameter])
  })

  it.each(['statements', 'claims', 'merged'])('has %s only where it is on record', async (what) => {
    const { status, body } = await ask('GET', `/actors/nobody/${what}`)
    expect([status, body.type]).toEqual([404, '/problems/actor-not-registered'])
  })
})

describe('a tie', () => {
  it('shows who affirms and who denies it, by holder, and on a day how certainly', async () => {
    const { body } = await ask('GET', '/ties?of=ostmark-league&with=ostmark-council')
    expect(body.items).toEqual([
      {
        from: 'ostmark-council',
        to: 'ostmark-league',
        kind: 'has-contacts-with',
        affirmed: [expect.objectContaining({ holder: 'mira-kovan', reportedBy: 'm-kovan', claimId: 'affirmed' })],
        denied: [expect.objectContaining({ holder: 'ostmark-bulletin', reportedBy: 'm-kovan', claimId: 'denied' })],
        contested: true,
      },
    ])
    const later = (await ask('GET', '/ties?of=ostmark-league&kind=has-contacts-with&on=2031-03-01')).body
    expect(later.items).toEqual([expect.objectContaining({ denied: [], contested: false })])
    expect(later.items[0].affirmed[0].certainty).toBe('possible')
  })
})

describe('a merged actor', () => {
  let before: string

  beforeAll(async () => {
    before = new Date().toISOString()
    await new Promise((resolve) => setTimeout(resolve, 5))
    await ask('POST', '/actors/m-kovan/merge', { json: { into: 'mira-kovan', reason: 'one person' } })
  })

  it('is where the other is, at once, for whoever follows; its history and how it was before stay', async () => {
    const { status, headers, text } = await ask('GET', '/actors/m-kovan')
    expect([status, headers.get('Location'), text]).toEqual([307, '/actors/mira-kovan', ''])
    expect((await ask('HEAD', '/actors/m-kovan')).headers.get('Location')).toBe('/actors/mira-kovan')
    const now = new Date().toISOString()
    const then = await ask('GET', `/actors/m-kovan?asOf=${now}`)
    expect([then.status, then.headers.get('Location')]).toEqual([307, `/actors/mira-kovan?asOf=${now}`])
    const earlier = await ask('GET', `/actors/m-kovan?asOf=${before}`)
    expect([earlier.status, earlier.body.actorId]).toEqual([200, 'm-kovan'])
    expect((await ask('GET', '/actors/m-kovan/history')).status).toBe(200)
    expect((await ask('GET', '/actors/mira-kovan')).status).toBe(200)
  })

  it('is where the last one is, when that was merged on; what would lead around is refused', async () => {
    for (const id of ['b-one', 'c-one', 'd-one']) await ask('PUT', `/actors/${id}`, { json: person })
    const merge = (id: string, into: string) => ask('POST', `/actors/${id}/merge`, { json: { into, reason: 'one' } })
    await merge('d-one', 'c-one')
    await merge('c-one', 'b-one')
    expect((await ask('GET', '/actors/d-one')).headers.get('Location')).toBe('/actors/b-one')
    for (const id of ['c-one', 'd-one']) {
      const { status, body } = await merge('b-one', id)
      expect([status, body.errors]).toEqual([422, [{ pointer: '#/into', detail: 'is merged into the actor itself' }]])
    }
  })

  it('is the smallest id, where two merges that were made at once lead around', async () => {
    const { store } = served.deps
    const merged = { type: 'ActorsMerged', data: { into: 'c-one', reason: 'one' } } as const
    await store.append(await store.load('actor-b-one'), [merged], actor.shapes, someCommand())
    const at = async (id: string) => {
      const { status, headers } = await ask('GET', `/actors/${id}`)
      return headers.get('Location') ?? status
    }
    expect([await at('b-one'), await at('c-one'), await at('d-one')]).toEqual([200, '/actors/b-one', '/actors/b-one'])
  })

  it('answers for all, in what it said and in what it is said to hold, whichever id is asked for', async () => {
    await served.settle()
    for (const id of ['m-kovan', 'mira-kovan']) {
      const statements = (await ask('GET', `/actors/${id}/statements`)).body.items
      expect(statements.map(({ statementId }: { statementId: string }) => statementId)).toEqual([said])
      // What she says that she holds is no claim of another.
      expect((await ask('GET', `/actors/${id}/claims`)).body.items).toEqual([])
      expect((await ask('GET', `/actors/${id}/merged`)).body).toMatchObject({
        actorId: 'mira-kovan',
        merged: ['m-kovan'],
      })
    }
    expect((await ask('GET', '/actors/ostmark-bulletin/claims')).body.items).toEqual([
      expect.objectContaining({ speaker: 'm-kovan', claim: expect.objectContaining({ claimId: 'denied' }) }),
    ])
  })

  it('is itself again when the merge is undone', async () => {
    await ask('POST', '/actors/m-kovan/merge/withdrawal', { json: { reason: 'two after all' } })
    expect((await ask('GET', '/actors/m-kovan')).status).toBe(200)
  })
})

it('says that too many are merged, where a list would answer for all of them', async () => {
  for (let n = 0; n < 26; n++) {
    await ask('PUT', `/actors/many-${n}`, { json: person })
    await ask('POST', `/actors/many-${n}/merge`, { json: { into: 'jonas-many', reason: 'one' } })
    if (n > 0) continue
    await ask('PUT', '/actors/jonas-many', { json: person })
    await ask('POST', '/actors/many-0/merge', { json: { into: 'jonas-many', reason: 'one' } })
  }
  await served.settle()
  for (const path of ['/actors/jonas-many/statements', '/ties?of=many-3', '/statements?speaker=jonas-many']) {
    const { status, body } = await ask('GET', path)
    expect([status, body.type, body.actorId]).toEqual([422, '/problems/too-many-merged', 'jonas-many'])
  }
  expect((await ask('GET', '/actors/many-3')).status).toBe(307)
}, 60_000)
