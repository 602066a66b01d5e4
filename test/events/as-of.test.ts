import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldAsOf } from '#events/as-of.ts'
import type { Kind } from '#events/decide.ts'
import type { DomainEvent } from '#events/envelope.ts'
import { foldOnto, nothing } from '#events/fold.ts'
import { kinds } from '#events/kinds.ts'
import type { StreamKind } from '#events/streams.ts'
import { eventsOf, storedEvents } from '../support/given.ts'
import { commandsOf } from './arbitraries.ts'

describe.each(Object.keys(kinds) as StreamKind[])('every %s', (name) => {
  const kind = kinds[name] as unknown as Kind<object, { type: string; data: object }, DomainEvent>
  const commands = fc.array(commandsOf[name] as fc.Arbitrary<{ type: string; data: object }>, {
    minLength: 6,
    maxLength: 24,
  })
  /** Milliseconds from one event to the next: some at once, some within the same second, some a year later. */
  const steps = fc.array(fc.constantFrom(0, 0, 1, 2, 999, 31_536_000_000), { minLength: 40, maxLength: 40 })

  it('was at any instant what had been recorded of it up to then', () => {
    let [asked, between] = [0, 0]
    fc.assert(
      fc.property(commands, steps, (list, gaps) => {
        let ms = Date.UTC(2031, 1, 14, 9, 30)
        const events = storedEvents(kind, eventsOf(kind, list)).map((event, index) => {
          ms += gaps[index] ?? 0
          return { event: { ...event, time: new Date(ms).toISOString() }, ms }
        })
        for (const instant of new Set(events.flatMap(({ ms }) => [ms - 1, ms, ms + 1]))) {
          // One by one, and no further than the first that came later.
          const then = nothing(kind.fold)
          for (const { event, ms } of events) {
            if (ms > instant) break
            foldOnto(kind.fold, kind.upcast, then, [event])
          }
          const found = foldAsOf(
            kind,
            events.map(({ event }) => event),
            new Date(instant).toISOString(),
          )
          deepStrictEqual(found, then)
          const kept = foldOnto(
            kind.fold,
            kind.upcast,
            nothing(kind.fold),
            events.slice(0, then.version >> 1).map(({ event }) => event),
          )
          const following = events.slice(then.version >> 1).map(({ event }) => event)
          deepStrictEqual(foldAsOf(kind, following, new Date(instant).toISOString(), kept), then)
          asked++
          if (found.version > 0 && found.version < events.length) between++
        }
      }),
      { numRuns: 100 },
    )
    expect(asked).toBeGreaterThan(200)
    expect(between).toBeGreaterThan(50)
  })
})

it('refuses a stream whose times run backwards, rather than to leave out what came between', () => {
  const { actor: kind } = kinds
  const data = { kind: 'person' as const, name: 'Mira Kovan', names: [], sameAs: [] }
  const [first, second, third] = storedEvents(kind, [
    { type: 'ActorRegistered', data: { actorId: 'mira-kovan', ...data } },
    { type: 'ActorRevised', data },
    { type: 'ActorRevised', data },
  ])
  if (!first || !second || !third) return expect.fail('three were recorded')
  const later = { ...second, time: '2032-01-01T00:00:00.000Z' }
  expect(() => foldAsOf(kind, [first, later, third], third.time)).toThrow('cannot follow')
})
