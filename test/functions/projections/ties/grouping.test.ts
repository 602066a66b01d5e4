import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DomainEvent } from '#events/envelope.ts'
import { tiePredicates } from '#events/statement/claim.ts'
import type { Term } from '#events/term.ts'
import type { TieFilters } from '#functions/projections/ties/query.ts'
import type { TieView } from '#functions/projections/ties/tie.ts'
import { withEngine } from '../../../support/with-engine.ts'
import { registered, said } from '../../project/fixtures.ts'
import { all, begun, claim } from './records.ts'

const engine = withEngine()
const client = engine.client()

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
          const world = await begun(client)
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
