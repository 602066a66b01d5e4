import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { ViewsWriter } from '#functions/project/writer.ts'
import { mergesOf } from '#functions/projections/actors/keys.ts'
import { maxMerged, sameActors, TooManyMerged } from '#functions/projections/actors/merged.ts'
import { Views } from '#functions/projections/views.ts'
import { createTables } from '../../../support/engine.ts'
import { withEngine } from '../../../support/with-engine.ts'
import { noon, projector, recording, registered } from '../../project/fixtures.ts'

const engine = withEngine()
const client = engine.client()

describe('actors that are one', () => {
  let record: Awaited<ReturnType<typeof recording>>
  let views: Views
  beforeEach(async () => {
    record = await recording(client)
    views = new Views({ client, table: record.tables.views })
  })
  const put = async (...actorIds: string[]) => {
    for (const actorId of actorIds) {
      const { stream, event } = registered(actorId)
      await record.sealed(stream, event)
    }
  }
  const merge = (actorId: string, into: string) =>
    record.sealed(`actor-${actorId}`, { type: 'ActorsMerged', data: { into, reason: 'one person' } })
  const same = async (actorId: string) => {
    await projector(client, record.tables).run()
    return sameActors(views, 1, actorId)
  }

  it('are found from whichever of them is asked for, the one that stays first', async () => {
    await put('mira-kovan', 'm-kovan', 'the-deputy', 'ilan-dorsk')
    await merge('the-deputy', 'm-kovan')
    await merge('m-kovan', 'mira-kovan')
    for (const actorId of ['mira-kovan', 'm-kovan', 'the-deputy']) {
      expect(await same(actorId)).toEqual(['mira-kovan', 'm-kovan', 'the-deputy'])
    }
    expect(await same('ilan-dorsk')).toEqual(['ilan-dorsk'])
    expect(await same('nobody')).toEqual(['nobody'])
  })

  it('are two again when the merge is undone', async () => {
    await put('mira-kovan', 'm-kovan')
    await merge('m-kovan', 'mira-kovan')
    expect(await same('mira-kovan')).toHaveLength(2)
    await record.sealed('actor-m-kovan', { type: 'MergeUndone', data: { reason: 'two after all' } })
    expect([await same('mira-kovan'), await same('m-kovan')]).toEqual([['mira-kovan'], ['m-kovan']])
  })

  it('cost one read where there was never a merge', async () => {
    await put('mira-kovan')
    await projector(client, record.tables).run()
    const counted = engine.client()
    let reads = 0
    counted.middlewareStack.add(
      (next) => async (args) => {
        reads++
        return next(args)
      },
      { step: 'initialize' },
    )
    expect(await sameActors(new Views({ client: counted, table: record.tables.views }), 1, 'mira-kovan')).toEqual([
      'mira-kovan',
    ])
    expect(reads).toBe(1)
  })
})

describe('merges of any shape', () => {
  const ids = Array.from({ length: 9 }, (_, n) => `actor-${n}`)
  /** Each actor, and the one that it is merged into, if any. */
  const merging = fc.array(fc.option(fc.nat(8)), { minLength: 9, maxLength: 9 })

  /** The same by walking: up until nobody is new, then everybody who comes up to the same one. */
  function survivor(into: readonly (number | null)[], from: number): number {
    const way: number[] = []
    for (let at: number | null = from; at !== null; at = into[at] ?? null) {
      if (way.includes(at)) return Math.min(...way.slice(way.indexOf(at)))
      way.push(at)
    }
    return way.at(-1) ?? from
  }

  it('have one that stays, and every actor leads to all of its own', async () => {
    const { views: table } = await createTables(client)
    const views = new Views({ client, table })
    let generation = 0 // each run in one of its own, as a table takes long to make
    await fc.assert(
      fc.asyncProperty(merging, async (drawn) => {
        const into = drawn.map((to, from) => (to === from ? null : to)) // nobody is merged into itself
        const writer = new ViewsWriter({ client, table, generation: ++generation, now: () => noon })
        for (const [from, to] of into.entries()) {
          if (to === null) continue
          await writer.put({ pk: mergesOf(ids[from] ?? ''), sk: `into#${ids[to]}` }, 1)
          await writer.put({ pk: mergesOf(ids[to] ?? ''), sk: `from#${ids[from]}` }, 1)
        }
        for (const [n, id] of ids.entries()) {
          const stays = survivor(into, n)
          const others = ids.filter((_, other) => other !== stays && survivor(into, other) === stays)
          expect(await sameActors(views, generation, id)).toEqual([ids[stays], ...others])
        }
      }),
      { numRuns: 25 },
    )
  })
})

describe('too many merged', () => {
  const many = async (count: number, into: (n: number) => string) => {
    const { views: table } = await createTables(client)
    const writer = new ViewsWriter({ client, table, generation: 1, now: () => noon })
    for (let n = 0; n < count; n++) {
      await writer.put({ pk: mergesOf(`a-${n}`), sk: `into#${into(n)}` }, 1)
      await writer.put({ pk: mergesOf(into(n)), sk: `from#a-${n}` }, 1)
    }
    return new Views({ client, table })
  }

  it.each([
    ['into one', (n: number) => `z-${Math.min(n, 0)}`],
    ['one into the other', (n: number) => `a-${n + 1}`],
  ])('is said of more than 25, %s', async (_, into) => {
    expect(await sameActors(await many(maxMerged, into), 1, 'a-0')).toHaveLength(maxMerged + 1)
    const views = await many(maxMerged + 1, into)
    for (const actorId of ['a-0', 'a-25']) {
      await expect(sameActors(views, 1, actorId)).rejects.toThrow(TooManyMerged)
    }
  })
})
