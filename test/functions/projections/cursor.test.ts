import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filtersHash, formatCursor, InvalidCursor, parseCursor } from '#functions/projections/cursor.ts'

const cursors = fc.record({
  generation: fc.integer({ min: 1 }),
  filters: fc.string(),
  key: fc.string({ minLength: 1, maxLength: 300, unit: 'binary' }),
})

describe('a cursor', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(cursors, (cursor) => {
        expect(parseCursor(formatCursor(cursor))).toEqual(cursor)
      }),
    )
  })

  it('is safe in a URL', () => {
    fc.assert(
      fc.property(cursors, (cursor) => {
        expect(formatCursor(cursor)).toMatch(/^[A-Za-z0-9_-]+$/)
      }),
    )
  })

  it('is not made up: anything else is refused, and never crashes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json().map(encoded)), (text) => {
        expect(() => parseCursor(text)).toThrow(InvalidCursor)
      }),
    )
  })

  it.each([
    ['padded', `${formatCursor({ generation: 1, filters: 'f', key: 'kk' })}=`],
    ['with a space', ` ${formatCursor({ generation: 1, filters: 'f', key: 'k' })}`],
    ['of four members', encoded('[1,"f","k",0]')],
    ['of no generation', encoded('[0,"f","k"]')],
    ['of half a generation', encoded('[1.5,"f","k"]')],
    ['without a key', encoded('[1,"f",""]')],
    ['with a key that DynamoDB refuses', encoded(JSON.stringify([1, 'f', 'k'.repeat(1_025)]))],
    ['written otherwise', encoded('[ 1,"f","k"]')],
    ['endless', 'A'.repeat(100_000)],
  ])('%s is refused', (_, text) => expect(() => parseCursor(text)).toThrow(InvalidCursor))
})

describe('the hash of filters', () => {
  it('tells lists, filters and values apart, and takes absent for undefined', () => {
    const all = [
      filtersHash('statements', {}),
      filtersHash('missions', {}),
      filtersHash('statements', { speaker: 'mira-kovan' }),
      filtersHash('statements', { document: 'mira-kovan' }),
      filtersHash('statements', { speaker: 'mira-kovan', document: 'bulletin-2031-02-14' }),
    ]
    expect(new Set(all).size).toBe(all.length)
    expect(filtersHash('statements', { speaker: undefined })).toBe(filtersHash('statements', {}))
    expect(filtersHash('statements', { a: '1', b: '2' })).toBe(filtersHash('statements', { b: '2', a: '1' }))
  })
})

function encoded(json: string): string {
  return Buffer.from(json).toString('base64url')
}
