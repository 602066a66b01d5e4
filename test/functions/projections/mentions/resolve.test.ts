import * as v from 'valibot'
import { beforeAll, describe, expect, it } from 'vitest'
import type { DomainEvent } from '#events/envelope.ts'
import { statementStream } from '#events/streams.ts'
import { type Mentioned, resolveMention } from '#functions/projections/mentions/resolve.ts'
import { ResolvedView } from '#functions/projections/mentions/view.ts'
import { Views } from '#functions/projections/views.ts'
import { withEngine } from '../../../support/with-engine.ts'
import { projector, recording, said, writeUnits } from '../../project/fixtures.ts'

const engine = withEngine()
let views: Views
let record: Awaited<ReturnType<typeof recording>>

const actor = async (actorId: string, name: string, names: string[] = [], kind = 'person') =>
  record.append(`actor-${actorId}`, { type: 'ActorRegistered', data: { actorId, kind, name, names, sameAs: [] } })
const role = (actorId: string, membershipId: string, text: string, more: object = {}) =>
  record.append(`actor-${actorId}`, {
    type: 'MembershipRecorded',
    data: { membershipId, role: text, evidence: [], ...more },
  })
const states = new Set<string>()
async function statement(text: string, speaker: { actorId: string; [member: string]: unknown }, saidOn?: string) {
  const { id, event } = said(speaker.actorId, text)
  states.add(statementStream(id))
  const data = { ...event.data, speaker, ...(saidOn ? { saidOn: { edtf: saidOn } } : {}) }
  await record.append(statementStream(id), { type: 'StatementRecorded', data })
  return id
}
const day = (edtf: string) => ({ edtf })
let spoken: string
let called: string

beforeAll(async () => {
  const client = engine.client()
  record = await recording(client)
  views = new Views({ client, table: record.tables.views, events: record.store })
  await actor('ministry', 'Ministry of Transport of Ostmark', [], 'organization')
  await actor('old-ministry', 'Ministry of Roads', [], 'organization')
  await actor('envoys', 'foreign envoys from the south', [], 'collective')
  await record.append('actor-old-ministry', { type: 'ActorsMerged', data: { into: 'ministry', reason: 'renamed' } })
  await actor('mira-kovan', 'Mira Kovan', ['Мира Ковань'])
  await role('mira-kovan', 'deputy', 'Deputy Minister of Transport', {
    organization: 'old-ministry',
    start: day('2031-01-06'),
    end: day('2031-06-30'),
  })
  await actor('ilan-dorsk', 'Ilan Dorsk')
  await role('ilan-dorsk', 'deputy', 'Deputy Minister', { organization: 'ministry', end: day('2031-01-05') })
  await actor('tove-lindahl', 'Tove Lindahl')
  await role('tove-lindahl', 'minister', 'Minister of Transport', { organization: 'ministry', start: day('2030') })
  await actor('jonas-ferrow', 'Jonas Ferrow')
  spoken = await statement(
    'one',
    { actorId: 'jonas-ferrow', role: 'Deputy Minister of Fisheries', onBehalfOf: 'ostmark' },
    '2031-02-12',
  )
  await statement('two', { actorId: 'jonas-ferrow', role: 'deputy minister of fisheries' }, '2030-02-12')
  called = await statement('three', { actorId: 'jonas-ferrow', mention: { text: 'the harbour hawk' } }, '2031-02')
  await actor('j-ferrow', 'J. Ferrow-Lund', ['Ферров'])
  await record.append('actor-j-ferrow', { type: 'ActorsMerged', data: { into: 'jonas-ferrow', reason: 'one' } })
  await statement('four', { actorId: 'ilan-dorsk', role: 'Deputy Minister' }, '2030-11-01')
  const ids = [
    'envoys',
    'ministry',
    'old-ministry',
    'mira-kovan',
    'ilan-dorsk',
    'tove-lindahl',
    'jonas-ferrow',
    'j-ferrow',
  ]
  await record.seal.run([...ids.map((id) => `actor-${id}`), ...states])
  await projector(client, record.tables).run()
})

const resolved = async (asked: Mentioned) => {
  const found = await resolveMention(views, asked)
  expect(v.parse(ResolvedView, found)).toEqual(found)
  expect(found.complete).toBe(true)
  return found.candidates
}
const told = async (asked: Mentioned) =>
  (await resolved(asked)).map(({ actorId, certainty }) => `${actorId} ${certainty}`)

describe('a mention', () => {
  it('by a role is whoever held it on that day, the certain before the possible, and nobody who held it no more', async () => {
    const found = await resolved({ mention: 'the deputy minister', on: '2031-02-12' })
    expect(found.map(({ actorId, certainty }) => [actorId, certainty])).toEqual([
      ['jonas-ferrow', 'certain'],
      ['mira-kovan', 'certain'],
    ])
    expect(found[1]).toEqual({
      actorId: 'mira-kovan',
      name: 'Mira Kovan',
      kind: 'person',
      certainty: 'certain',
      why: [
        {
          because: 'role',
          text: 'Deputy Minister of Transport',
          words: ['deputy', 'minister'],
          membershipId: 'deputy',
          organization: 'old-ministry',
          start: { edtf: '2031-01-06', earliest: '2031-01-06', latest: '2031-01-06' },
          end: { edtf: '2031-06-30', earliest: '2031-06-30', latest: '2031-06-30' },
          certainty: 'certain',
        },
      ],
    })
    expect(found[0]?.why[0]).toMatchObject({
      because: 'role',
      text: 'Deputy Minister of Fisheries',
      statementId: spoken,
      onBehalfOf: 'ostmark',
      saidOn: { earliest: '2031-02-12' },
      certainty: 'certain',
    })
  })

  it.each<[Mentioned, string[]]>([
    // Another day: what nobody says to have ended is possible, the nearest first.
    [{ mention: 'the deputy minister', on: '2031-02-14' }, ['mira-kovan certain', 'jonas-ferrow possible']],
    [{ mention: 'the deputy minister', on: '2030-12-01' }, ['ilan-dorsk possible', 'jonas-ferrow possible']],
    [{ mention: 'Deputy Minister', on: '2031-07-01' }, ['jonas-ferrow possible']],
    [{ mention: 'deputy minister' }, ['ilan-dorsk certain', 'jonas-ferrow certain', 'mira-kovan certain']],
    // More words tell more.
    [{ mention: 'the deputy minister of fisheries', on: '2031-02-12' }, ['jonas-ferrow certain']],
    [{ mention: 'Transport Minister', on: '2031-02-12' }, ['mira-kovan certain', 'tove-lindahl possible']],
    [{ mention: 'Deputy Minister Mira Kovan', on: '2031-02-12' }, ['mira-kovan certain']],
    [{ mention: 'Ms Kovan' }, ['mira-kovan certain']],
    // Another script, another way to write it.
    [{ mention: 'Ковань' }, ['mira-kovan certain']],
    [{ mention: 'Kowan' }, ['mira-kovan possible']],
    [{ mention: 'კოვან' }, ['mira-kovan certain']],
    [{ mention: 'the harbour hawk', on: '2031-02-20' }, ['jonas-ferrow possible']],
    [{ mention: 'hawk' }, []],
    // Within an organization, by whatever id it goes.
    [{ mention: 'the deputy minister', on: '2031-02-12', organization: 'ministry' }, ['mira-kovan certain']],
    [{ mention: 'the deputy minister', on: '2031-02-12', organization: 'old-ministry' }, ['mira-kovan certain']],
    [{ mention: 'the deputy minister', on: '2031-02-12', organization: 'ostmark' }, ['jonas-ferrow certain']],
    [{ mention: 'Kovan', organization: 'ministry' }, ['mira-kovan certain']],
    [{ mention: 'Kovan', on: '2031-09-01', organization: 'ministry' }, []],
    [{ mention: 'Ferrow', organization: 'ministry' }, []],
    [{ mention: 'the archivist' }, []],
    [{ mention: 'she' }, []],
    // A part of a description can be said of others; all of it is as good as a name.
    [{ mention: 'foreign envoys' }, ['envoys possible']],
    [{ mention: 'the foreign envoys of the south' }, ['envoys certain']],
  ])('%j is %j', async (asked, candidates) => {
    expect(await told(asked)).toEqual(candidates)
  })

  it('of one who was merged is the one that stays, who says of whom it is told', async () => {
    const [found, ...more] = await resolved({ mention: 'Ferrow' })
    expect(more).toEqual([])
    expect(found).toMatchObject({ actorId: 'jonas-ferrow', name: 'Jonas Ferrow' })
    expect(found?.why.map(({ text, actorId }) => [text, actorId])).toEqual(
      expect.arrayContaining([
        ['Jonas Ferrow', undefined],
        ['J. Ferrow-Lund', 'j-ferrow'],
      ]),
    )
  })

  it('that only partly fits is told where nothing fits better', async () => {
    expect(await told({ mention: 'Mira Lindahl' })).toEqual(['mira-kovan possible', 'tove-lindahl possible'])
    expect(await told({ mention: 'hawk of the harbour office' })).toEqual([])
  })

  it('names what a document called somebody', async () => {
    expect((await resolved({ mention: 'The Harbour Hawk', on: '2031-02-20' }))[0]?.why).toEqual([
      {
        because: 'mention',
        text: 'the harbour hawk',
        words: ['harbour', 'hawk'],
        statementId: called,
        saidOn: { edtf: '2031-02', earliest: '2031-02-01', latest: '2031-02-28' },
        certainty: 'possible',
      },
    ])
  })
})

it('costs a statement one write unit for its role and one for its mention, or one for both', async () => {
  const counted = engine.client()
  const units = writeUnits(counted)
  const step = projector(counted, record.tables)
  const costOf = async (text: string, more: object) => {
    const { event, stream } = said('tove-lindahl', text)
    const before = units[record.tables.views] ?? 0
    const told: DomainEvent = { ...event, data: { ...event.data, speaker: { actorId: 'tove-lindahl', ...more } } }
    await record.sealed(stream, told)
    await step.run()
    return (units[record.tables.views] ?? 0) - before
  }
  const bare = await costOf('five', {})
  const mention = { text: 'the minister' }
  expect(await costOf('pronoun', { mention: { text: 'she' } })).toBe(bare)
  expect((await costOf('six', { role: 'Minister of Transport' })) - bare).toBe(1)
  expect((await costOf('seven', { role: 'Minister of Transport', mention })) - bare).toBe(1)
  expect((await costOf('eight', { role: 'Chair', mention })) - bare).toBe(2)
})
