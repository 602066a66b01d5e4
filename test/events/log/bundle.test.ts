import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatBundle, parseBundle } from '#events/log/bundle.ts'

it('writes each entry after its length in two bytes, the high one first', () =>
  expect([...formatBundle([Uint8Array.of(7, 8), new Uint8Array(258)])].slice(0, 7)).toEqual([0, 2, 7, 8, 1, 2, 0]))

it('reads back what it wrote', () =>
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 20 }), (entries) => {
      expect(parseBundle(formatBundle(entries)).map((entry) => [...entry])).toEqual(entries.map((entry) => [...entry]))
    }),
  ))

it('reads bytes that are a part of a larger buffer', () => {
  const bundle = formatBundle([Uint8Array.of(1, 2, 3)])
  const within = Buffer.concat([Buffer.alloc(5, 0xff), bundle]).subarray(5)
  expect(parseBundle(within).map((entry) => [...entry])).toEqual([[1, 2, 3]])
})

it('refuses bytes that end within an entry, or within its length', () => {
  expect(() => parseBundle(Uint8Array.of(0, 3, 1, 2))).toThrow('ends within an entry')
  expect(() => parseBundle(Uint8Array.of(0))).toThrow('ends within an entry')
})

it('refuses an entry that two bytes cannot count', () =>
  expect(() => formatBundle([new Uint8Array(65_536)])).toThrow('65536 bytes'))
