import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DomainEvent } from '#events/envelope.ts'
import { listStatements, type StatementFilters } from '#functions/projections/statements/query.ts'
import { Views } from '#functions/projections/views.ts'
import { withEngine } from '../../../support/with-engine.ts'
import { hold, projector, recording, registered, said } from '../../project/fixtures.ts'
import { change, plain, put, records, type Standing, standing } from './records.ts'

const engine = withEngine()
const client = engine.client()

/** What happens between two pages: something to one of the statements, or another one is recorded. */
const happening = fc.oneof(
  fc.record({ to: fc.nat(), event: change }),
  fc
    .nat({ max: 9_999 })
    .map((n) => ({ to: undefined, event: said('mira-kovan', `late sentence ${n}`).event as DomainEvent, n })),
)
type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never
type Recorded = Awaited<ReturnType<typeof put>>

async function happen(recorded: Recorded, one: Happening): Promise<void> {
  const late = one.to === undefined ? said('mira-kovan', `late sentence ${one.n}`).stream : undefined
  const stream = late ?? recorded.streams[(one.to ?? 0) % recorded.streams.length] ?? ''
  if (late && recorded.streams.includes(late)) return
  if (late) recorded.streams.push(late)
  await recorded.record.sealed(stream, one.event)
  await projector(client, recorded.tables).run()
}

const small = records.map((given) => ({ ...given, statements: given.statements.slice(0, 9) }))
const between = fc.array(happening, { minLength: 4, maxLength: 8 })

describe('a list that is read while much happens', () => {
  it.each<[string, StatementFilters]>([
    ['all', {}],
    ['by a speaker and all who are one with him', { speaker: 'mira-kovan' }],
    ['by when it was said', { said: '2031' }],
    ['by a status', { status: 'recorded' }],
  ])(
    '%s: gives what stood in it all the while, once',
    async (_, filters) => {
      await fc.assert(
        fc.asyncProperty(small, between, async (given, happenings) => {
          const recorded = await put(client, given)
          const views = new Views({ client, table: recorded.tables.views })
          const states: Standing[][] = [await standing(recorded)]
          const found: string[] = []
          const left = [...happenings]
          let cursor: string | undefined
          do {
            const { items, next } = await listStatements(views, { ...filters, limit: 2, cursor })
            found.push(...items.map(({ statementId }) => statementId))
            cursor = next ?? undefined
            const one = left.shift()
            if (cursor && one) {
              await happen(recorded, one)
              states.push(await standing(recorded))
            }
          } while (cursor)
          const lists = states.map((all) => plain(all, given.merges, filters))
          const isInPlace = (id: string) =>
            filters.said === undefined || new Set(states.map((all) => earliest(all, id))).size === 1
          const stood = (lists[0] ?? []).filter((id) => lists.every((list) => list.includes(id)) && isInPlace(id))
          for (const id of stood)
            expect(
              found.filter((one) => one === id),
              id,
            ).toHaveLength(1)
          for (const id of found)
            expect(
              lists.some((list) => list.includes(id)),
              id,
            ).toBe(true)
          for (const id of found.filter(isInPlace))
            expect(
              found.filter((one) => one === id),
              id,
            ).toHaveLength(1)
        }),
        { numRuns: 3, endOnFailure: true },
      )
    },
    90_000,
  )
})

describe('a follower of what changes', () => {
  it('has everything as it is in the end, having read nothing but pages, each from where the last one led', async () => {
    await fc.assert(
      fc.asyncProperty(small, between, fc.integer({ min: 1, max: 5 }), async (given, happenings, limit) => {
        const recorded = await put(client, given)
        const views = new Views({ client, table: recorded.tables.views })
        const has = new Map<string, number>()
        const left = [...happenings]
        let changedAfter = 0
        for (let isQuiet = false; !isQuiet; ) {
          let cursor: string | undefined
          let seen = 0
          do {
            const page = await listStatements(views, { changedAfter, limit, cursor })
            for (const { statementId, version } of page.items) {
              expect(version, 'never goes back').toBeGreaterThan(has.get(statementId) ?? 0)
              has.set(statementId, version)
            }
            seen += page.items.length
            cursor = page.next ?? undefined
            if (!cursor) {
              expect(page.changedTo).toBeGreaterThanOrEqual(changedAfter)
              changedAfter = page.changedTo ?? -1
            }
            const one = left.shift()
            if (one) await happen(recorded, one)
          } while (cursor)
          isQuiet = seen === 0 && left.length === 0
        }
        const all = await standing(recorded)
        expect(Object.fromEntries(has)).toEqual(
          Object.fromEntries(all.map(({ view }) => [view.statementId, view.version])),
        )
      }),
      { numRuns: 4, endOnFailure: true },
    )
  }, 90_000)
})

describe('a follower, while project is at work', () => {
  it('is not led past what is still to come: rows are written in no order', async () => {
    const record = await recording(client)
    const views = new Views({ client, table: record.tables.views })
    const [first, second] = [said('mira-kovan', 'one'), said('mira-kovan', 'two')]
    for (const { stream, event } of [registered('mira-kovan'), first, second]) await record.sealed(stream, event)
    const slow = engine.client()
    const held = hold(slow, (pk, sk) => pk === '1#changed' && sk.endsWith(first.id))
    const step = projector(slow, record.tables).run()
    await held.reached
    const written = async () =>
      (await views.rows({ generation: 1, partition: 'changed', count: 9, look: 9 })).rows.length
    while ((await written()) === 0) await delay(5)
    const follow = (changedAfter: number) => listStatements(views, { changedAfter, limit: 10 })
    expect(await follow(0)).toMatchObject({ items: [], next: null, position: 0, changedTo: 0 })
    held.release()
    await step
    const { items, changedTo } = await follow(0)
    expect(items.map(({ statementId }) => statementId)).toEqual([first.id, second.id])
    expect(changedTo).toBe(2)
    expect((await follow(1)).items.map(({ statementId }) => statementId)).toEqual([second.id])
    expect(await follow(2)).toMatchObject({ items: [], next: null, changedTo: 2 })
    expect(await follow(1_000)).toMatchObject({ items: [], next: null, changedTo: 1_000 })
  })
})

const earliest = (all: readonly Standing[], id: string) => {
  const saidOn = all.find(({ view }) => view.statementId === id)?.view.saidOn
  return saidOn ? `${saidOn.earliest}` : undefined
}
