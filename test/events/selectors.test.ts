import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unresolved } from '#events/resolve.ts'

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).filter((text) => text.isWellFormed())
/** A text, and a stretch of it in code points that holds something. */
const stretch = text.chain((text) => {
  const points = [...text]
  return fc
    .tuple(fc.nat(points.length - 1), fc.nat(points.length - 1))
    .map(([a, b]) => ({ text, points, start: Math.min(a, b), end: Math.max(a, b) + 1 }))
})
const path = ['fragments', 0, 'selector']

describe('a selector', () => {
  it('resolves to what stands there, with what stands before and after', () => {
    fc.assert(
      fc.property(stretch, fc.nat(5), ({ text, points, start, end }, around) => {
        const words = points.slice(start, end).join('')
        const [prefix, suffix] = [points.slice(Math.max(0, start - around), start), points.slice(end, end + around)]
        const selector = {
          start,
          end,
          exact: words,
          ...(prefix.length > 0 ? { prefix: prefix.join('') } : {}),
          ...(suffix.length > 0 ? { suffix: suffix.join('') } : {}),
        }
        expect(unresolved([{ selector, words, path }], { text })).toEqual([])
      }),
    )
  })

  it('does not resolve to anything else', () => {
    fc.assert(
      fc.property(stretch, stretch, ({ text, points, start, end }, other) => {
        const words = other.points.slice(other.start, other.end).join('')
        fc.pre(words !== points.slice(start, end).join(''))
        expect(unresolved([{ selector: { start, end }, words, path }], { text })).toMatchObject([
          { pointer: '#/fragments/0/selector' },
        ])
      }),
    )
  })

  it('is hinted at the right offsets, which then resolve', () => {
    fc.assert(
      fc.property(stretch, fc.integer({ min: 1, max: 5 }), ({ text, points, start, end }, shift) => {
        const words = points.slice(start, end).join('')
        const [error] = unresolved([{ selector: { start: start + shift, end: end + shift }, words, path }], { text })
        const hinted = /they stand from (\d+) to (\d+)$/.exec(error?.detail ?? '')
        if (!hinted) return
        const selector = { start: Number(hinted[1]), end: Number(hinted[2]) }
        expect(selector).toEqual({ start, end })
        expect(unresolved([{ selector, words, path }], { text })).toEqual([])
      }),
    )
  })

  it.each([
    ['quiet at first, then quiet again', 'quiet', 'they stand in it more than once'],
    ['quiet', 'loud', 'they stand nowhere in it'],
    ['🇴🇴 quiet', 'quiet', 'they stand from 3 to 8'],
    ['anana', 'ana', 'they stand in it more than once'],
  ])('in "%s" says of "%s" that %s', (text, words, hint) => {
    const [error] = unresolved([{ selector: { start: 0, end: 1 }, words, path }], { text })
    expect(error?.detail).toContain(hint)
  })

  it('is taken on trust where nothing is known, and bounded where the length is', () => {
    const place = { selector: { start: 10, end: 15 }, words: 'quiet', path }
    expect(unresolved([place], {})).toEqual([])
    expect(unresolved([place], { codePoints: 15 })).toEqual([])
    expect(unresolved([place], { codePoints: 14 })).toHaveLength(1)
  })
})
