import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asGiven, differences } from '#events/differences.ts'
import { replaced } from '#events/replaces.ts'

const json = fc.jsonValue().filter((value) => JSON.stringify(value) !== undefined)

describe('differences', () => {
  it('are named by the deepest members that differ', () =>
    expect(differences({ a: { b: [1, { c: 2 }], d: 3 }, e: 4 }, { a: { b: [1, { c: 5 }], d: 3 }, f: 4 })).toEqual([
      '#/a/b/1/c',
      '#/e',
      '#/f',
    ]))

  it('are of the whole list where one is longer', () => expect(differences({ a: [1] }, { a: [1, 2] })).toEqual(['#/a']))

  it('know null, absent, empty and another type apart', () => {
    expect(differences({ a: null }, {})).toEqual(['#/a'])
    expect(differences({ a: [] }, { a: {} })).toEqual(['#/a'])
    expect(differences({ a: 1 }, { a: '1' })).toEqual(['#/a'])
    expect(differences({}, { constructor: 1 })).toEqual(['#/constructor'])
  })

  it('are none exactly between equals, whatever the order of members', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(differences(a, JSON.parse(JSON.stringify(a)))).toEqual([])
        const equal = JSON.stringify(a) === JSON.stringify(b)
        if (equal) expect(differences(a, b)).toEqual([])
        expect(differences(a, b).length === 0).toBe(differences(b, a).length === 0)
      }),
    )
  })

  it('leave out what was filled in, unless it is given', () => {
    const recorded = { x: 1, sha: 'a', list: [{ sha: 'b', y: 2 }, { y: 3 }] }
    expect(asGiven(recorded, { x: 1, list: [{ y: 2 }, { y: 3 }] }, ['sha'])).toEqual({
      x: 1,
      list: [{ y: 2 }, { y: 3 }],
    })
    expect(asGiven(recorded, { sha: 'c', list: recorded.list }, ['sha'])).toEqual(recorded)
  })
})

describe('what is replaced', () => {
  it('is each member whole; null takes one away, and what is not named stays', () => {
    const value: { a: { b?: number; c?: number }; d?: number; e: number } = { a: { b: 1 }, d: 2, e: 3 }
    expect(replaced(value, { a: { c: 4 }, d: null })).toEqual({ a: { c: 4 }, e: 3 })
    expect(value).toEqual({ a: { b: 1 }, d: 2, e: 3 })
  })
})
