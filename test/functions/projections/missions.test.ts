import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { bounds } from '#events/edtf.ts'
import type { DomainEvent } from '#events/envelope.ts'
import { type PhaseRecorded, phases } from '#events/mission/events.ts'
import { inPhase } from '#events/mission/in-phase.ts'
import { listMissions, type MissionFilters } from '#functions/projections/missions/query.ts'
import { Views } from '#functions/projections/views.ts'
import { withEngine } from '../../support/with-engine.ts'
import { projector, recording, registered } from '../project/fixtures.ts'

const engine = withEngine()
const client = engine.client()
let record: Awaited<ReturnType<typeof recording>>
let views: Views

const begin = async () => {
  record = await recording(client)
  views = new Views({ client, table: record.tables.views, events: record.store })
}
const project = () => projector(client, record.tables).run()

const open = (missionId: string, organization: string, hosts: string[] = []): DomainEvent => ({
  type: 'MissionOpened',
  data: { missionId, names: [missionId], organization, hosts, evidence: [] },
})
const phase = (reportId: string, more: Partial<PhaseRecorded> = {}): DomainEvent => ({
  type: 'PhaseRecorded',
  data: { reportId, phase: 'deployed', assertedBy: 'harbour-wire', evidence: [], ...more },
})
const merge = (from: string, into: string) =>
  record.sealed(`actor-${from}`, registered(from).event, { type: 'ActorsMerged', data: { into, reason: 'the same' } })

/** Every page of a list. */
async function listed(filters: MissionFilters, limit = 2) {
  const found: Awaited<ReturnType<typeof listMissions>>['items'] = []
  let cursor: string | undefined
  do {
    const page = await listMissions(views, { ...filters, limit, cursor })
    found.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor)
  return found
}
const ids = async (filters: MissionFilters) => (await listed(filters)).map(({ missionId }) => missionId)

describe('missions', () => {
  beforeEach(begin)

  it('are found by whose they are and where they are sent, as corrected, the one opened last first', async () => {
    await record.sealed('mission-one', open('one', 'council', ['ostmark', 'westmark']))
    await record.sealed('mission-two', open('two', 'council', ['westmark']))
    await record.sealed('mission-three', open('three', 'league'))
    await project()
    expect(await ids({ organization: 'council' })).toEqual(['two', 'one'])
    expect(await ids({ host: 'westmark' })).toEqual(['two', 'one'])
    expect(await ids({ organization: 'league', host: 'westmark' })).toEqual([])
    await record.sealed('mission-two', {
      type: 'MissionCorrected',
      data: { reason: 'misread', replaces: { organization: 'league', hosts: null } },
    })
    await project()
    expect(await ids({ organization: 'league' })).toEqual(['three', 'two'])
    expect(await ids({ organization: 'council', host: 'westmark' })).toEqual(['one'])
    expect(await ids({})).toEqual(['three', 'two', 'one'])
  })

  it('are found by any actor who is one with theirs, each once', async () => {
    await record.sealed('mission-one', open('one', 'council', ['ostmark', 'east-march']))
    await record.sealed('mission-two', open('two', 'the-council', ['east-march']))
    await merge('the-council', 'council')
    await merge('east-march', 'ostmark')
    await project()
    for (const organization of ['council', 'the-council']) expect(await ids({ organization })).toEqual(['two', 'one'])
    for (const host of ['ostmark', 'east-march']) expect(await ids({ host })).toEqual(['two', 'one'])
    expect(await ids({ host: 'ostmark', organization: 'the-council' })).toEqual(['two', 'one'])
  })

  it('are found by phase and date, with how certain it is and by which reports', async () => {
    await record.sealed('mission-one', open('one', 'council'), phase('long', { since: { edtf: '2031-02' } }))
    await record.sealed(
      'mission-two',
      open('two', 'council'),
      phase('dated', { since: { edtf: '2031-02-06' }, until: { edtf: '2031-03-06' } }),
      phase('loose', { since: { edtf: '2031' }, assertedBy: 'bulletin' }),
      phase('taken-back', { since: { edtf: '2030' }, until: { edtf: '2032' } }),
    )
    await record.sealed('mission-two', { type: 'PhaseRetracted', data: { reportId: 'taken-back', reason: 'an error' } })
    await project()
    const brief = async (filters: MissionFilters) =>
      (await listed(filters)).map((item) => [
        item.missionId,
        ...('certainty' in item ? [item.certainty, item.reports] : [undefined, undefined]),
      ])
    expect(await brief({ phase: 'deployed', on: '2031-02-20' })).toEqual([
      ['two', 'certain', ['dated']],
      ['one', 'possible', ['long']],
    ])
    expect(await brief({ phase: 'deployed', on: '2031-02-20', certainty: 'certain' })).toEqual([
      ['two', 'certain', ['dated']],
    ])
    expect(await brief({ on: '2031-01-01' })).toEqual([['two', 'possible', ['loose']]])
    expect(await brief({ phase: 'deployed' })).toEqual([
      ['two', 'certain', ['dated', 'loose']],
      ['one', 'certain', ['long']],
    ])
    expect(await brief({ phase: 'withdrawn' })).toEqual([])
    expect(await brief({})).toEqual([
      ['two', undefined, undefined],
      ['one', undefined, undefined],
    ])
  })

  it('are what a plain filter over all reports gives, whatever was taken back', async () => {
    const day = fc.constantFrom('2031-01-10', '2031-02', '2031-02-20', '../2031-02-01', '2031-03/..')
    const told = fc.record(
      {
        phase: fc.constantFrom(...phases),
        since: day,
        until: day,
        source: fc.constantFrom('a', 'b'),
        retracted: fc.boolean(),
      },
      { requiredKeys: ['phase', 'source', 'retracted'] },
    )
    const asked = fc.record(
      { phase: fc.constantFrom(...phases), on: day, certainty: fc.constant('certain' as const) },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(told, { maxLength: 4 }), { minLength: 4, maxLength: 6 }),
        fc.array(asked, { minLength: 10, maxLength: 15 }),
        async (missions, filters) => {
          await begin()
          const standing = missions.map((reports) =>
            reports.flatMap(({ phase, since, until, source, retracted }, index): PhaseRecorded[] => {
              const dates = {
                ...(since ? { since: { edtf: since } } : {}),
                ...(until ? { until: { edtf: until } } : {}),
              }
              return retracted ? [] : [{ reportId: `r-${index}`, phase, assertedBy: source, evidence: [], ...dates }]
            }),
          )
          for (const [index, reports] of missions.entries()) {
            const events = reports.flatMap(({ phase: name, since, until, source, retracted }, n) => [
              phase(`r-${n}`, {
                phase: name,
                assertedBy: source,
                ...(since ? { since: { edtf: since } } : {}),
                ...(until ? { until: { edtf: until } } : {}),
              }),
              ...(retracted ? [{ type: 'PhaseRetracted', data: { reportId: `r-${n}`, reason: 'an error' } }] : []),
            ])
            await record.sealed(`mission-m-${index}`, open(`m-${index}`, 'council'), ...events)
          }
          await project()
          for (const { phase, on, certainty } of filters) {
            const expected = standing.flatMap((reports, index) => {
              const found = inPhase(reports, { phase, on: on === undefined ? undefined : bounds(on) })
              const isAsked = phase !== undefined || on !== undefined
              return (isAsked && !found) || (isAsked && certainty && found?.certainty !== certainty)
                ? []
                : [`m-${index}`]
            })
            expect(await ids({ phase, on, certainty }), JSON.stringify({ phase, on, certainty })).toEqual(
              expected.reverse(),
            )
          }
        },
      ),
      { numRuns: 5, endOnFailure: true },
    )
  }, 60_000)

  it('are as their last report has them, however long they are', async () => {
    const contingents = Array.from(
      { length: 40 },
      (_, n): DomainEvent => ({
        type: 'ContingentRecorded',
        data: {
          reportId: `c-${n}`,
          unit: randomBytes(3_000).toString('base64').slice(0, 480),
          basis: randomBytes(3_000).toString('base64').slice(0, 3_900),
          assertedBy: 'harbour-wire',
          evidence: [],
        },
      }),
    )
    await record.sealed('mission-long', open('long', 'council'))
    for (let n = 0; n < contingents.length; n += 10)
      await record.sealed('mission-long', ...contingents.slice(n, n + 10))
    await project()
    await record.sealed('mission-long', phase('late', { since: { edtf: '2031-02-06' } }))
    await project()
    const [found] = await listed({ phase: 'deployed', on: '2031-02-06' })
    expect(found).toMatchObject({ missionId: 'long', version: 42, certainty: 'possible', reports: ['late'] })
    expect(found).toHaveProperty('contingents.length', 40)
  })
})
