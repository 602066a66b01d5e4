import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { DomainEvent } from '#events/envelope.ts'
import type { ClaimRead } from '#events/statement/claim.ts'
import { InvalidCursor } from '#functions/projections/cursor.ts'
import { listTies } from '#functions/projections/ties/query.ts'
import { TieView } from '#functions/projections/ties/tie.ts'
import { withEngine } from '../../../support/with-engine.ts'
import { projector, registered, said, writeUnits } from '../../project/fixtures.ts'
import { all, begun, claim } from './records.ts'

const engine = withEngine()
const client = engine.client()

describe('a tie', () => {
  const of = 'ostmark'

  it('is told from either end, with all who affirm and all who deny it, in the shape that is described', async () => {
    const world = await begun(client)
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
    const world = await begun(client)
    await world.state('mira-kovan', 'one', claim('c-1', changes))
    await world.state('tove-lindahl', 'two', claim('c-2', { polarity: 'negated' }))
    await world.project()
    const [tie] = await all(world, { of })
    const contested = affirmed.some((entry) => (entry as [string, boolean])[1])
    expect(holding(tie)).toEqual({ affirmed, denied: [['tove-lindahl', true]], contested })
  })

  it('is contested no more when a statement of one side is retracted, which is still shown; and again when not', async () => {
    const world = await begun(client)
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
    const world = await begun(client)
    const { stream } = await world.state('mira-kovan', 'one', claim('c-1'), claim('c-2', { predicate: 'recognizes' }))
    await world.record.sealed(stream, { type: 'ClaimWithdrawn', data: { claimId: 'c-1', reason: 'misread' } })
    await world.project()
    expect((await all(world, { of })).map(({ kind }) => kind)).toEqual(['recognizes'])
  })

  it('is one for each kind, field and direction; an area of responsibility leads to what is named', async () => {
    const world = await begun(client)
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
    const world = await begun(client)
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
    const world = await begun(client)
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
    const world = await begun(client)
    await world.state('mira-kovan', 'one', claim('c-1'), claim('c-2', { predicate: 'recognizes' }))
    await world.project()
    const { next } = await listTies(world.views, { of, limit: 1 })
    await expect(listTies(world.views, { of, kind: 'recognizes', limit: 1, cursor: next ?? '' })).rejects.toThrow(
      InvalidCursor,
    )
  })

  it('costs two write units a claim, one where only one end is an actor', async () => {
    const world = await begun(client)
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
