import * as v from 'valibot'
import { beforeAll, expect, it } from 'vitest'
import type { DomainEvent } from '#events/envelope.ts'
import { HeldClaimView, listClaims } from '#functions/projections/claims/query.ts'
import { Views } from '#functions/projections/views.ts'
import { withEngine } from '../../../support/with-engine.ts'
import { corrected, projector, recording, registered, said } from '../../project/fixtures.ts'

const engine = withEngine()
let views: Views
let record: Awaited<ReturnType<typeof recording>>
const project = () => projector(engine.client(), record.tables).run()

/** That the harbour is quiet, which somebody is said to hold. */
const claim = (claimId: string, holder?: string): DomainEvent => ({
  type: 'ClaimRead',
  data: {
    claimId,
    subject: { term: 'the harbour' },
    predicate: 'is',
    object: { term: 'quiet' },
    polarity: 'affirmed',
    ...(holder === undefined ? {} : { holder }),
    qualifiers: [],
    insertions: [],
    evidence: { fragment: 0, start: 0, end: 3 },
    readBy: 'City desk',
  },
})
const [one, two, own] = [said('mira-kovan', 'one'), said('tove-lindahl', 'two'), said('ilan-dorsk', 'own')]

beforeAll(async () => {
  record = await recording(engine.client())
  views = new Views({ client: engine.client(), table: record.tables.views, events: record.store })
  for (const id of ['mira-kovan', 'ilan-dorsk', 'i-dorsk', 'tove-lindahl']) {
    const { stream, event } = registered(id)
    await record.sealed(stream, event)
  }
  await record.sealed(one.stream, one.event, claim('c-1', 'ilan-dorsk'))
  await record.sealed(one.stream, claim('c-2'), claim('c-3', 'mira-kovan'))
  await record.sealed(two.stream, two.event, claim('c-1', 'i-dorsk'))
  await record.sealed(own.stream, own.event, claim('c-1', 'i-dorsk'))
  await project()
})

async function held(holder: string, limit = 100): Promise<string[]> {
  const found: string[] = []
  let cursor: string | undefined
  do {
    const { items, next } = await listClaims(views, { holder, limit, cursor })
    for (const item of items) expect(v.parse(HeldClaimView, item)).toEqual(item)
    found.push(...items.map(({ speaker, claim: { claimId } }) => `${speaker} ${claimId}`))
    cursor = next ?? undefined
  } while (cursor)
  return found
}

it('are what other speakers say that an actor holds, the claim read last first', async () => {
  expect(await held('ilan-dorsk')).toEqual(['mira-kovan c-1'])
  expect(await held('i-dorsk', 1)).toEqual(['ilan-dorsk c-1', 'tove-lindahl c-1'])
  expect(await held('mira-kovan')).toEqual([]) // what she says herself is among her statements
  const { items } = await listClaims(views, { holder: 'ilan-dorsk', limit: 1 })
  expect(items[0]).toMatchObject({
    statementId: one.id,
    documentId: 'bulletin-2031-02-14',
    speaker: 'mira-kovan',
    status: 'recorded',
    claim: { claimId: 'c-1', holder: 'ilan-dorsk', predicate: 'is', evidence: { text: 'one' } },
  })
})

it('are those of all who are one with the actor, and what one of them says of another is none', async () => {
  await record.sealed('actor-i-dorsk', { type: 'ActorsMerged', data: { into: 'ilan-dorsk', reason: 'one' } })
  await project()
  for (const holder of ['ilan-dorsk', 'i-dorsk']) {
    expect(await held(holder, 1)).toEqual(['tove-lindahl c-1', 'mira-kovan c-1'])
  }
})

it('say that their statement is retracted, and leave out what was withdrawn or was of another speaker', async () => {
  await record.sealed(two.stream, { type: 'StatementRetracted', data: { by: 'desk', reason: 'misheard' } })
  await record.sealed(one.stream, { type: 'ClaimWithdrawn', data: { claimId: 'c-1', reason: 'misread' } })
  await project()
  expect(await held('ilan-dorsk')).toEqual(['tove-lindahl c-1'])
  expect((await listClaims(views, { holder: 'ilan-dorsk', limit: 9 })).items[0]?.status).toBe('retracted')
  await record.sealed(two.stream, corrected({ speaker: { actorId: 'ilan-dorsk' } }))
  await project()
  expect(await held('ilan-dorsk')).toEqual([])
})
