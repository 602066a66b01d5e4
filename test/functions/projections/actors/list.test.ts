import fc from 'fast-check'
import * as v from 'valibot'
import { beforeAll, describe, expect, it } from 'vitest'
import { ActorView } from '#events/actor/view.ts'
import { soundOf, wordsOf } from '#functions/projections/actors/names.ts'
import { type ActorFilters, listActors } from '#functions/projections/actors/query.ts'
import { InvalidCursor } from '#functions/projections/cursor.ts'
import { Views } from '#functions/projections/views.ts'
import { withEngine } from '../../../support/with-engine.ts'
import { projector, recording } from '../../project/fixtures.ts'

const known = [
  { actorId: 'mira-kovan', kind: 'person', name: 'Mira Kovan', names: ['Мира Ковань', 'M. Kowan-Kovalen'] },
  { actorId: 'mirabel-dorsk', kind: 'person', name: 'Mirabel Dorsk', names: [] },
  { actorId: 'kovan-works', kind: 'organization', name: 'Kovan Works', names: ['კოვანი'] },
  { actorId: 'zaharov', kind: 'person', name: 'Захаров Ілля', names: [] },
  { actorId: 'zakharova', kind: 'person', name: 'Zakharova', names: ['Захарова'] },
  { actorId: 'quays', kind: 'collective', name: '北の埠頭', names: ['The Quays'] },
  ...Array.from({ length: 12 }, (_, n) => ({
    actorId: `guest-${n}`,
    kind: 'unnamed',
    name: `A guest ${n}`,
    names: [],
  })),
] as const

const engine = withEngine()
let views: Views
let record: Awaited<ReturnType<typeof recording>>
beforeAll(async () => {
  const client = engine.client()
  record = await recording(client)
  views = new Views({ client, table: record.tables.views, events: record.store })
  for (const actor of known) {
    const names = [...actor.names]
    await record.append(`actor-${actor.actorId}`, { type: 'ActorRegistered', data: { ...actor, names, sameAs: [] } })
  }
  await record.append('actor-mirabel-dorsk', { type: 'ActorsMerged', data: { into: 'mira-kovan', reason: 'one' } })
  await record.seal.run(known.map(({ actorId }) => `actor-${actorId}`))
  await projector(client, record.tables).run()
})

async function pages(filters: ActorFilters, limit = 100): Promise<string[]> {
  const found: string[] = []
  let cursor: string | undefined
  do {
    const page = await listActors(views, { ...filters, limit, cursor })
    expect(page.items.length).toBeLessThanOrEqual(limit)
    for (const item of page.items) expect(() => v.parse(ActorView, item)).not.toThrow()
    found.push(...page.items.map(({ actorId }) => actorId))
    cursor = page.next ?? undefined
  } while (cursor)
  return found
}

describe('actors', () => {
  it('come newest first, all or those of a kind, merged ones among them', async () => {
    const ids = known.map(({ actorId }) => actorId).reverse()
    expect(await pages({}, 5)).toEqual(ids)
    const persons = known.filter(({ kind }) => kind === 'person').map(({ actorId }) => actorId)
    expect(await pages({ kind: 'person' }, 1)).toEqual(persons.reverse())
    const [merged] = (await listActors(views, { kind: 'person', q: 'mirabel', limit: 9 })).items
    expect(merged).toMatchObject({ mergedInto: 'mira-kovan' })
  })

  it.each<[string, string[]]>([
    ['kovan', ['kovan-works', 'mira-kovan']],
    ['KOVÁN', ['kovan-works', 'mira-kovan']],
    ['Кован', ['kovan-works', 'mira-kovan']],
    ['kowan', ['kovan-works', 'mira-kovan']],
    ['კოვან', ['kovan-works', 'mira-kovan']],
    ['kov mir', ['mira-kovan']],
    ['mira', ['mira-kovan', 'mirabel-dorsk']],
    ['zak', ['zaharov', 'zakharova']],
    ['Zaharov', ['zaharov', 'zakharova']],
    ['захаров', ['zaharov', 'zakharova']],
    ['ilia zaharov', ['zaharov']],
    ['北', ['quays']],
    ['ovan', []],
    ['kovan dorsk', []],
  ])('are found by %s', async (q, ids) => {
    expect((await pages({ q })).sort()).toEqual(ids)
    expect((await pages({ q }, 1)).sort()).toEqual(ids)
  })

  it('are found each once, by beginnings of any of their words, of a kind or of any', async () => {
    const words = known.flatMap(({ name, names }) => [name, ...names].flatMap((text) => text.split(' ')))
    const beginning = fc.tuple(fc.constantFrom(...words), fc.integer({ min: 1, max: 8 }))
    const part = beginning.map(([word, length]) =>
      Array.from(word)
        .slice(0, length)
        .join('')
        .replace(/[.-]+$/, ''),
    )
    const kind = fc.constantFrom(undefined, 'person', 'organization', 'unnamed')
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { minLength: 1, maxLength: 2 }),
        kind,
        fc.integer({ min: 1, max: 4 }),
        async (parts, of, limit) => {
          const plainly = known
            .filter((actor) => of === undefined || actor.kind === of)
            .filter(({ name, names }) => {
              const its = [name, ...names].flatMap(wordsOf).flatMap((word) => [word, soundOf(word)])
              return parts
                .flatMap(wordsOf)
                .every((wanted) => its.some((word) => word.startsWith(wanted) || word.startsWith(soundOf(wanted))))
            })
            .map(({ actorId }) => actorId)
          expect((await pages({ q: parts.join(' '), kind: of }, limit)).sort()).toEqual(plainly.sort())
        },
      ),
      { numRuns: 60 },
    )
  })

  it('are found by the name that they have now', async () => {
    const revised = { kind: 'person', name: 'Ilya Varnhold', names: [], sameAs: [] }
    await record.sealed('actor-zaharov', { type: 'ActorRevised', data: revised })
    await projector(engine.client(), record.tables).run()
    expect(await pages({ q: 'varn' })).toEqual(['zaharov'])
    expect(await pages({ q: 'zaharov' })).toEqual(['zakharova'])
  })

  it('refuse a cursor of other filters', async () => {
    const { next } = await listActors(views, { q: 'guest', limit: 2 })
    expect(next).not.toBeNull()
    const other = listActors(views, { q: 'a', limit: 2, cursor: next ?? '' })
    await expect(other).rejects.toThrow(InvalidCursor)
  })
})
