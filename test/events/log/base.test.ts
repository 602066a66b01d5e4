import fc from 'fast-check'
import { expect, it } from 'vitest'
import { base64, base64url, fromBase64, fromBase64url, fromHex, hex, sameBytes } from '#events/log/base.ts'

it('writes what node writes, and reads it again', () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const buffer = Buffer.from(bytes)
      expect(base64(bytes)).toBe(buffer.toString('base64'))
      expect(base64url(bytes)).toBe(buffer.toString('base64url'))
      expect(hex(bytes)).toBe(buffer.toString('hex'))
      expect(fromBase64(base64(bytes))).toEqual(bytes)
      expect(fromBase64url(base64url(bytes))).toEqual(bytes)
      expect(fromHex(hex(bytes))).toEqual(bytes)
    }),
  ))

it('reads nothing that it would not write: each text is of one row of bytes', () => {
  const alphabet = fc.constantFrom(...'AQgw+/-_= \n8zé')
  fc.assert(
    fc.property(fc.string({ unit: alphabet, maxLength: 9 }), (text) => {
      const strict = (read: () => Uint8Array, write: (bytes: Uint8Array) => string) => {
        try {
          return write(read()) === text
        } catch (error) {
          return /is not base64/.test((error as Error).message)
        }
      }
      expect(strict(() => fromBase64(text), base64)).toBe(true)
      expect(strict(() => fromBase64url(text), base64url)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

it.each(['A', 'AA', 'AB==', 'AA=', 'AAA', 'AAB=', 'A===', '====', 'AAAA=', 'AA==\n', ' AA==', 'A-==', 'AAAA===='])(
  'refuses as base64: %j',
  (text) => expect(() => fromBase64(text)).toThrow('is not base64'),
)

it.each(['A', 'AA==', 'AB', 'AAB', 'A+', 'AA\n', ' AA', 'AAAAA'])('refuses as base64url: %j', (text) =>
  expect(() => fromBase64url(text)).toThrow('is not base64url'),
)

it.each(['0', '0G', 'AB', ' 00', '00\n'])('refuses as hex: %j', (text) =>
  expect(() => fromHex(text)).toThrow('is not hex'),
)

it('tells the same bytes from others', () => {
  expect(sameBytes(Uint8Array.of(1, 2), Buffer.of(1, 2))).toBe(true)
  expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false)
  expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3))).toBe(false)
})
