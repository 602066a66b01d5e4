import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changesBetween } from '#events/changes.ts'
import { patched } from '../support/patch.ts'

const identities = { claims: 'claimId', timelines: 'assertedBy', phases: 'reportId' }
const changes = (before: unknown, after: unknown) => changesBetween(before, after, identities)

describe('what changed', () => {
  it('is told at the deepest member that differs', () => {
    const before = { speaker: { actorId: 'mira-kovan', role: 'Minister' }, language: 'en' }
    const after = { speaker: { actorId: 'mira-kovan', role: 'Deputy Minister' }, topics: [] }
    expect(changes(before, after)).toEqual([
      { pointer: '#/speaker/role', from: 'Minister', to: 'Deputy Minister' },
      { pointer: '#/topics', to: [] },
      { pointer: '#/language', from: 'en' },
    ])
  })

  it('tells null from what is not there', () => {
    expect(changes({ by: null, place: 'Ostmark' }, { place: null, from: null })).toEqual([
      { pointer: '#/place', from: 'Ostmark', to: null },
      { pointer: '#/from', to: null },
      { pointer: '#/by', from: null },
    ])
  })

  it('is nothing between equals, whatever the order of their members', () => {
    expect(changes({ a: [{ b: 1, c: 2 }], d: null }, { d: null, a: [{ c: 2, b: 1 }] })).toEqual([])
  })

  it('finds a member under any name', () => {
    const [before, after] = ['{"__proto__":1,"a/b~c ü":1}', '{"constructor":1,"__proto__":2,"a/b~c ü":2}']
    expect(changes(JSON.parse(before), JSON.parse(after))).toEqual([
      { pointer: '#/constructor', to: 1 },
      { pointer: '#/__proto__', from: 1, to: 2 },
      { pointer: '#/a~1b~0c%20%C3%BC', from: 1, to: 2 },
    ])
  })

  it('shifts nothing in a list whose items are known by an id', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((claimId) => ({ claimId, stands: true }))
    expect(changes({ claims: [b, c] }, { claims: [a, b, { ...c, stands: false }] })).toEqual([
      { pointer: '#/claims/0', to: a },
      { pointer: '#/claims/2/stands', from: true, to: false },
    ])
    expect(changes({ claims: [a, b, c] }, { claims: [b, c, a] })).toEqual([
      { pointer: '#/claims/0', from: a },
      { pointer: '#/claims/2', to: a },
    ])
  })

  it('looks into a list within a list', () => {
    const timelines = (...phases: string[]) => ({
      timelines: [{ assertedBy: 'bulletin', phases: phases.map((reportId) => ({ reportId })) }],
    })
    expect(changes(timelines('r2'), timelines('r1', 'r2'))).toEqual([
      { pointer: '#/timelines/0/phases/0', to: { reportId: 'r1' } },
    ])
  })

  it('leaves alone what is the same at both ends of any other list', () => {
    expect(changes({ names: ['a', 'b', 'c'] }, { names: ['a', 'x', 'y', 'c'] })).toEqual([
      { pointer: '#/names/1', from: 'b', to: 'x' },
      { pointer: '#/names/2', to: 'y' },
    ])
    expect(changes({ names: ['a', 'b', 'c', 'd'] }, { names: ['a', 'd'] })).toEqual([
      { pointer: '#/names/2', from: 'c' },
      { pointer: '#/names/1', from: 'b' },
    ])
    expect(changes({ names: ['a', 'a'] }, { names: ['a'] })).toEqual([{ pointer: '#/names/1', from: 'a' }])
  })
})

describe('laws of changes', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
  const known = (member: string, more: Record<string, fc.Arbitrary<unknown>>) =>
    fc.uniqueArray(fc.record({ [member]: id, ...more }), {
      selector: (item) => (item as Record<string, unknown>)[member],
    })
  const phases = known('reportId', { since: fc.nat(2) })
  const document = fc.record(
    {
      claims: known('claimId', { stands: fc.boolean() }),
      timelines: known('assertedBy', { phases }),
      list: fc.array(fc.oneof(fc.nat(3), fc.constant(null), fc.record({ a: fc.nat(2) })), { maxLength: 5 }),
      other: fc.jsonValue({ maxDepth: 2 }),
    },
    { requiredKeys: [] },
  )

  it('made, they give the one of the other, and back', () => {
    fc.assert(
      fc.property(document, document, (before, after) => {
        const [from, to] = JSON.parse(JSON.stringify([before, after]))
        deepStrictEqual(patched(from, changes(from, to)), to)
        deepStrictEqual(patched(to, changes(to, from)), from)
        expect(changes(from, from)).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('move the fewest items: what stays keeps its place among the others', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e'], { minLength: 5 }), (order) => {
        const list = (ids: string[]) => ({ claims: ids.map((claimId) => ({ claimId })) })
        const moved = changes(list(['a', 'b', 'c', 'd', 'e']), list(order)).length / 2
        const staying = (ids: string[], after = ''): number =>
          Math.max(0, ...ids.map((id, at) => (id > after ? 1 + staying(ids.slice(at + 1), id) : 0)))
        expect(moved).toBe(5 - staying(order))
      }),
    )
  })
})
