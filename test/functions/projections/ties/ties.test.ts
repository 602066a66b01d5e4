import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { DomainEvent } from '#events/envelope.ts'
import { type ClaimRead, tiePredicates } from '#events/statement/claim.ts'
import type { Term } from '#events/term.ts'
import { InvalidCursor } from '#functions/projections/cursor.ts'
import { listTies, type TieFilters } from '#functions/projections/ties/query.ts'
import { TieView } from '#functions/projections/ties/tie.ts'
import { Views } from '#functions/projections/views.ts'
import { withEngine } from '../../../support/with-engine.ts'
import { projector, recording, registered, said, writeUnits } from '../../project/fixtures.ts'

const engine = withEngine()
const client = engine.client()

/** A claim that the League and Ostmark have contacts, unless told otherwise. */
const claim = (claimId: string, changes: Partial<ClaimRead> = {}): DomainEvent => ({
  type: 'ClaimRead',
  data: {
    claimId,
    subject: { actorId: 'ostmark' },
    predicate: 'has-contacts-with',
    object: { actorId: 'harbour-league' },
    polarity: 'affirmed',
    qualifiers: [],
    insertions: [],
    evidence: { fragment: 0, start: 0, end: 3 },
    readBy: 'City desk',
    ...changes,
  },
})

async function begun() {
  const record = await recording(client)
  const views = new Views({ client, table: record.tables.views, events: record.store })
  const state = (speaker: string, text: string, ...claims: DomainEvent[]) => {
    const { id, stream, event } = said(speaker, text)
    return record.sealed(stream, event, ...claims).then(() => ({ id, stream }))
  }
  return { record, views, state, project: () => projector(client, record.tables).run() }
}
type Begun = Awaited<ReturnType<typeof begun>>

/** All ties, page by page. */
async function all({ views }: Begun, filters: TieFilters, limit = 100): Promise<TieView[]> {
  const found: TieView[] = []
  let cursor: string | undefined
  do {
    const page = await listTies(views, { ...filters, limit, cursor })
    expect(page.items.length).toBeLessThanOrEqual(limit)
    found.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor)
  return found
}

describe('a tie', () => {
  const of = 'ostmark'

  it('is told from either end, with all who affirm and all who deny it, in the shape that is described', async () => {
    const world = await begun()
    const one = await world.state(
      'mira-kovan',
      'one',
      claim('c-1', { validOn: { edtf: '2031-02' }, hedge: 'apparently' }),
    )
    const two = await world.state('ilan-dorsk', 'two', claim('c-1', { polarity: 'negated' }))
    await world.project()
    const from = await all(world, { of })
    expect(from).toEqual([
      {
        from: 'ostmark',
        to: 'harbour-league',
        kind: 'has-contacts-with',
        affirmed: [
          {
            holder: 'mira-kovan',
            reportedBy: 'mira-kovan',
            statementId: one.id,
            claimId: 'c-1',
            on: { edtf: '2031-02', earliest: '2031-02-01', latest: '2031-02-28' },
            status: 'recorded',
            hedge: 'apparently',
            counts: true,
          },
        ],
        denied: [
          {
            holder: 'ilan-dorsk',
            reportedBy: 'ilan-dorsk',
            statementId: two.id,
            claimId: 'c-1',
            status: 'recorded',
            counts: true,
          },
        ],
        contested: true,
      },
    ])
    for (const tie of from) expect(v.parse(TieView, tie)).toEqual(tie)
    expect(await all(world, { of: 'harbour-league' })).toEqual(from)
    expect(await all(world, { of: 'mira-kovan' })).toEqual([])
  })

  const holding = (told: TieView | undefined) => ({
    affirmed: told?.affirmed.map(({ holder, counts }) => [holder, counts]),
    denied: told?.denied.map(({ holder, counts }) => [holder, counts]),
    contested: told?.contested,
  })

  it.each<[string, Partial<ClaimRead>, unknown[]]>([
    ['the speaker’s, where nobody else is named', {}, [['mira-kovan', true]]],
    ['the speaker’s, who endorses it', { stance: 'endorses' }, [['mira-kovan', true]]],
    ['the holder’s, where one is named', { holder: 'ilan-dorsk' }, [['ilan-dorsk', true]]],
    ['the holder’s, where the speaker reports it', { holder: 'ilan-dorsk', stance: 'reports' }, [['ilan-dorsk', true]]],
    ['the holder’s, where the speaker rejects it', { holder: 'ilan-dorsk', stance: 'rejects' }, [['ilan-dorsk', true]]],
    [
      'of both, where the speaker endorses it',
      { holder: 'ilan-dorsk', stance: 'endorses' },
      [
        ['ilan-dorsk', true],
        ['mira-kovan', true],
      ],
    ],
    ['nobody’s, where it is rejected and no holder named', { stance: 'rejects' }, [[null, false]]],
    ['nobody’s, where it is reported and no holder named', { stance: 'reports' }, [[null, false]]],
    ['shown and not counted, where it is a wish', { modality: 'wish' }, [['mira-kovan', false]]],
    ['counted, where it is asserted outright', { modality: 'asserted' }, [['mira-kovan', true]]],
  ])('is %s', async (_, changes, affirmed) => {
    const world = await begun()
    await world.state('mira-kovan', 'one', claim('c-1', changes))
    await world.state('tove-lindahl', 'two', claim('c-2', { polarity: 'negated' }))
    await world.project()
    const [tie] = await all(world, { of })
    const contested = affirmed.some((entry) => (entry as [string, boolean])[1])
    expect(holding(tie)).toEqual({ affirmed, denied: [['tove-lindahl', true]], contested })
  })

  it('is contested no more when a statement of one side is retracted, which is still shown; and again when not', async () => {
    const world = await begun()
    const { stream } = await world.state('mira-kovan', 'one', claim('c-1'))
    await world.state('ilan-dorsk', 'two', claim('c-1', { polarity: 'negated' }))
    await world.record.sealed(stream, { type: 'StatementRetracted', data: { by: 'desk', reason: 'misheard' } })
    await world.project()
    const [tie] = await all(world, { of })
    expect(tie).toMatchObject({ contested: false, affirmed: [{ status: 'retracted', counts: false }] })
    await world.record.sealed(stream, { type: 'RetractionWithdrawn', data: { reason: 'heard' } })
    await world.project()
    expect((await all(world, { of }))[0]?.contested).toBe(true)
  })

  it('is none any more when its claim is withdrawn', async () => {
    const world = await begun()
    const { stream } = await world.state('mira-kovan', 'one', claim('c-1'), claim('c-2', { predicate: 'recognizes' }))
    await world.record.sealed(stream, { type: 'ClaimWithdrawn', data: { claimId: 'c-1', reason: 'misread' } })
    await world.project()
    expect((await all(world, { of })).map(({ kind }) => kind)).toEqual(['recognizes'])
  })

  it('is one for each kind, field and direction; an area of responsibility leads to what is named', async () => {
    const world = await begun()
    const [ostmark, league] = [{ actorId: 'ostmark' }, { actorId: 'harbour-league' }]
    await world.state(
      'mira-kovan',
      'one',
      claim('c-1'),
      claim('c-2', { subject: league, object: ostmark }),
      claim('c-3', { field: 'border security' }),
      claim('c-4', { predicate: 'has-area-of-responsibility', object: { term: 'the northern quays' } }),
      claim('c-5', { predicate: 'has-area-of-responsibility', object: { value: 12, unit: 'quays' } }),
      claim('c-6', { predicate: 'has-left' }),
      claim('c-7', { subject: { term: 'nobody' }, object: { term: 'nothing' } }),
      claim('c-8', { predicate: 'recognizes', object: { claimId: 'c-1' } }),
    )
    await world.project()
    const found = await all(world, { of })
    const told = found.map(({ affirmed }) => affirmed.map(({ claimId }) => claimId).join())
    expect(told.toSorted()).toEqual(['c-1', 'c-2', 'c-3', 'c-4', 'c-5', 'c-8'])
    const kinds = found.map(({ kind }) => kind)
    expect(kinds).toEqual(kinds.toSorted())
    const to = (claimId: string) => found.find(({ affirmed }) => affirmed[0]?.claimId === claimId)
    expect(to('c-2')).toMatchObject({ from: 'harbour-league', to: 'ostmark' })
    expect(to('c-3')).toMatchObject({ from: 'ostmark', to: 'harbour-league', field: 'border security' })
    expect(to('c-4')).toMatchObject({ from: 'ostmark', to: { term: 'the northern quays' } })
    expect(to('c-5')).toMatchObject({ from: 'ostmark', to: { value: 12, unit: 'quays' } })
    expect(to('c-8')?.to).toMatchObject({ claimId: 'c-1', statementId: said('mira-kovan', 'one').id })
    expect(await all(world, { of, kind: 'recognizes' })).toEqual([to('c-8')])
    expect((await all(world, { of, with: 'harbour-league' })).length).toBe(3)
    expect(await all(world, { of, with: 'nobody' })).toEqual([])
  })

  it('is asked for on a day, each claim with how certain that is', async () => {
    const world = await begun()
    const valid = (edtf: string) => ({ validOn: { edtf } })
    await world.state(
      'mira-kovan',
      'one',
      claim('c-1', valid('2031-01-06/2031-03-01')),
      claim('c-2', valid('2031-02')),
      claim('c-3', valid('2030')),
      claim('c-4'),
      claim('c-5', { ...valid('2030'), predicate: 'recognizes' }),
    )
    await world.project()
    const [tie, ...more] = await all(world, { of, on: '2031-02-12' })
    expect(more).toEqual([])
    expect(tie?.affirmed.map(({ claimId, certainty }) => [claimId, certainty])).toEqual([
      ['c-1', 'certain'],
      ['c-2', 'possible'],
      ['c-4', 'possible'],
    ])
  })

  it('is one where an end of it goes by several ids, on whichever page it comes', async () => {
    const world = await begun()
    const merge = (id: string, into: string) =>
      world.record.sealed(registered(id).stream, registered(id).event, {
        type: 'ActorsMerged',
        data: { into, reason: 'one league' },
      })
    for (const id of ['ostmark', 'harbour-league', 'm-between']) {
      await world.record.sealed(registered(id).stream, registered(id).event)
    }
    await merge('a-league', 'harbour-league')
    await merge('z-league', 'a-league')
    await merge('the-ostmark', 'ostmark')
    const league = (actorId: string, subject = 'ostmark') => ({ object: { actorId }, subject: { actorId: subject } })
    await world.state('mira-kovan', 'one', claim('c-1', league('z-league')), claim('c-2', league('harbour-league')))
    await world.state(
      'ilan-dorsk',
      'two',
      claim('c-3', league('m-between')),
      claim('c-4', league('a-league', 'the-ostmark')),
    )
    await world.project()
    for (const asked of ['ostmark', 'the-ostmark']) {
      for (const limit of [1, 2, 10]) {
        const found = await all(world, { of: asked }, limit)
        expect(found.map(({ from, to, affirmed }) => [from, to, affirmed.map(({ claimId }) => claimId)])).toEqual([
          ['ostmark', 'harbour-league', ['c-4', 'c-2', 'c-1']],
          ['ostmark', 'm-between', ['c-3']],
        ])
      }
    }
    expect(await all(world, { of, with: 'z-league' })).toHaveLength(1)
    expect((await all(world, { of: 'a-league' }))[0]?.affirmed).toHaveLength(3)
  })

  it('refuses a cursor of other filters', async () => {
    const world = await begun()
    await world.state('mira-kovan', 'one', claim('c-1'), claim('c-2', { predicate: 'recognizes' }))
    await world.project()
    const { next } = await listTies(world.views, { of, limit: 1 })
    await expect(listTies(world.views, { of, kind: 'recognizes', limit: 1, cursor: next ?? '' })).rejects.toThrow(
      InvalidCursor,
    )
  })

  it('costs two write units a claim, one where only one end is an actor', async () => {
    const world = await begun()
    const counted = engine.client()
    const units = writeUnits(counted)
    const step = projector(counted, world.record.tables)
    const { stream } = await world.state('mira-kovan', 'one')
    await step.run()
    const costOf = async (event: DomainEvent) => {
      const before = units[world.record.tables.views] ?? 0
      await world.record.sealed(stream, event)
      await step.run()
      return (units[world.record.tables.views] ?? 0) - before
    }
    const other = await costOf(claim('c-0', { predicate: 'has-left' })) // the state, the checkpoint, what changed
    expect((await costOf(claim('c-1'))) - other).toBe(2)
    expect((await costOf(claim('c-2', { object: { term: 'the quays' } }))) - other).toBe(1)
  })
})

describe('ties', () => {
  const actors = ['a', 'b', 'c', 'd']
  const actorId = fc.constantFrom(...actors)
  const term: fc.Arbitrary<Term> = fc.oneof(
    { arbitrary: actorId.map((id) => ({ actorId: id })), weight: 8 },
    { arbitrary: fc.constantFrom<Term>({ term: 'the quays' }, { value: 3 }, { missionId: 'a' }), weight: 1 },
  )
  const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })
  const drawn = fc.record({
    subject: term,
    object: term,
    predicate: fc.constantFrom('has-contacts-with', 'recognizes', 'has-left'),
    polarity: fc.constantFrom('affirmed', 'negated'),
    field: fc.constantFrom(undefined, undefined, 'trade'),
    holder: maybe(actorId),
    stance: maybe(fc.constantFrom('endorses', 'rejects', 'reports')),
    modality: maybe(fc.constantFrom('asserted', 'wish')),
    validOn: maybe(fc.constantFrom({ edtf: '2031-02' }, { edtf: '2030' })),
    withdrawn: fc.nat(9).map((n) => n === 0),
  })
  const statement = fc.record({
    speaker: actorId,
    retracted: fc.boolean(),
    claims: fc.array(drawn, { minLength: 1, maxLength: 4 }),
  })
  const merging = fc.array(fc.tuple(actorId, actorId), { minLength: 1, maxLength: 3 })
  const filters = fc.record({
    of: actorId,
    with: maybe(actorId),
    kind: maybe(fc.constantFrom(...tiePredicates.slice(0, 4))),
    on: maybe(fc.constantFrom('2031-02-12', '2031')),
  })

  type Told = typeof statement extends fc.Arbitrary<infer Value> ? Value : never

  /** The same by going through everything. */
  function plainly(told: readonly Told[], survivor: (id: string) => string, asked: TieFilters): string[] {
    const groups = new Map<string, { affirmed: string[]; denied: string[]; for: Set<string>; against: Set<string> }>()
    for (const [index, { speaker, retracted, claims }] of told.entries()) {
      for (const [nth, one] of claims.entries()) {
        const end = (part: Term) => ('actorId' in part ? survivor(part.actorId) : part)
        const [from, to] = [end(one.subject), end(one.object)]
        const of = survivor(asked.of)
        const other = from === of ? to : from
        if (one.withdrawn || one.predicate === 'has-left' || (from !== of && to !== of)) continue
        if (asked.with !== undefined && other !== survivor(asked.with)) continue
        if (asked.kind !== undefined && one.predicate !== asked.kind) continue
        if (asked.on !== undefined && one.validOn?.edtf === '2030') continue
        const key = JSON.stringify([from, to, one.predicate, one.field ?? null])
        const group = groups.get(key) ?? { affirmed: [], denied: [], for: new Set(), against: new Set() }
        groups.set(key, group)
        const unheld = one.stance === 'rejects' || one.stance === 'reports' ? null : speaker
        const holders = one.holder === undefined ? [unheld] : [one.holder]
        if (one.holder !== undefined && one.stance === 'endorses' && one.holder !== speaker) holders.push(speaker)
        const side = one.polarity === 'affirmed' ? 'affirmed' : 'denied'
        for (const holder of holders) {
          group[side].push(`${index} c-${nth} ${holder}`)
          if (holder !== null && !retracted && one.modality !== 'wish')
            group[side === 'affirmed' ? 'for' : 'against'].add(holder)
        }
      }
    }
    return [...groups].map(([key, group]) =>
      JSON.stringify([key, group.affirmed.sort(), group.denied.sort(), group.for.size > 0 && group.against.size > 0]),
    )
  }

  it('are those of a plain grouping, by any filter and any limit, whoever is merged with whom', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(statement, { minLength: 1, maxLength: 8 }),
        merging,
        fc.array(fc.tuple(filters, fc.integer({ min: 1, max: 5 })), { minLength: 6, maxLength: 6 }),
        async (told, merges, questions) => {
          const world = await begun()
          for (const id of actors) await world.record.append(registered(id).stream, registered(id).event)
          const into = new Map<string, string>()
          for (const [from, to] of merges) {
            if (from === to || into.has(from)) continue
            into.set(from, to)
            await world.record.append(`actor-${from}`, { type: 'ActorsMerged', data: { into: to, reason: 'one' } })
          }
          const ids: string[] = []
          for (const [index, { speaker, retracted, claims }] of told.entries()) {
            const { id, stream, event } = said(speaker, `text ${index}`)
            ids.push(id)
            const events = claims.flatMap(({ withdrawn, ...one }, nth): DomainEvent[] => {
              const given = Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined))
              return [
                claim(`c-${nth}`, given),
                ...(withdrawn ? [{ type: 'ClaimWithdrawn', data: { claimId: `c-${nth}`, reason: 'no' } }] : []),
              ]
            })
            const retraction = { type: 'StatementRetracted', data: { by: 'desk', reason: 'no' } }
            await world.record.append(stream, event, ...events, ...(retracted ? [retraction] : []))
          }
          await world.record.seal.run([...actors.map((id) => `actor-${id}`), ...ids.map((id) => `statement-${id}`)])
          await world.project()

          for (const [asked, limit] of questions) {
            const found = (await all(world, asked, limit)).map(
              ({ from, to, kind, field, affirmed, denied, contested }) => {
                const shown = (side: TieView['affirmed']) =>
                  side
                    .map(({ statementId, claimId, holder }) => `${ids.indexOf(statementId)} ${claimId} ${holder}`)
                    .sort()
                return JSON.stringify([
                  JSON.stringify([from, to, kind, field ?? null]),
                  shown(affirmed),
                  shown(denied),
                  contested,
                ])
              },
            )
            expect(found.toSorted()).toEqual(plainly(told, (id) => survivorIn(into, id), asked).sort())
          }
        },
      ),
      { numRuns: 15 },
    )
  }, 120_000)

  function survivorIn(into: ReadonlyMap<string, string>, from: string): string {
    const way = [from]
    for (let next = into.get(from); next !== undefined; next = into.get(next)) {
      if (way.includes(next)) return way.slice(way.indexOf(next)).sort()[0] ?? next
      way.push(next)
    }
    return way.at(-1) ?? from
  }
})
