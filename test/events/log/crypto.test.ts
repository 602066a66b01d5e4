import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as browser from '#events/log/crypto-browser.ts'
import * as node from '#events/log/crypto-node.ts'
import vectors from '../../vectors/log/ed25519.json' with { type: 'json' }

const fromHex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

describe.each([
  ['node', node],
  ['a browser', browser],
])('in %s', (_, crypto) => {
  it('hashes parts as if they were one', () =>
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (parts) => {
        expect(hex(crypto.sha256(...parts))).toBe(hex(crypto.sha256(Buffer.concat(parts))))
      }),
    ))

  it('has the hash that FIPS 180-4 gives for three letters', () =>
    expect(hex(crypto.sha256(Buffer.from('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    ))

  it.each(vectors)('signs and verifies as $source', ({ seed, publicKey, message, signature }) => {
    expect(hex(crypto.ed25519PublicKey(fromHex(seed)))).toBe(publicKey)
    expect(hex(crypto.ed25519Sign(fromHex(seed), fromHex(message)))).toBe(signature)
    expect(crypto.ed25519Verify(fromHex(publicKey), fromHex(message), fromHex(signature))).toBe(true)
  })

  it('refuses a signature with one bit flipped, of another message, or cut short', () => {
    const { publicKey, message, signature } = vectors[2] as (typeof vectors)[number]
    for (let bit = 0; bit < 512; bit += 7) {
      const flipped = fromHex(signature)
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(crypto.ed25519Verify(fromHex(publicKey), fromHex(message), flipped), `bit ${bit}`).toBe(false)
    }
    expect(crypto.ed25519Verify(fromHex(publicKey), fromHex('af83'), fromHex(signature))).toBe(false)
    expect(crypto.ed25519Verify(fromHex(publicKey), fromHex(message), fromHex(signature).subarray(1))).toBe(false)
  })

  it('says of a key that it has the wrong length', () => {
    const short = new Uint8Array(31)
    expect(() => crypto.ed25519PublicKey(short)).toThrow('An Ed25519 key has 32 bytes, and not 31')
    expect(() => crypto.ed25519Sign(short, short)).toThrow('An Ed25519 key has 32 bytes, and not 31')
    expect(() => crypto.ed25519Verify(short, short, new Uint8Array(64))).toThrow('32 bytes, and not 31')
  })
})

it('is the same in both, to the byte', () =>
  fc.assert(
    fc.property(bytes(32), fc.uint8Array({ maxLength: 300 }), (seed, message) => {
      const publicKey = node.ed25519PublicKey(seed)
      const signature = node.ed25519Sign(seed, message)
      expect(hex(browser.sha256(message, seed))).toBe(hex(node.sha256(message, seed)))
      expect(hex(browser.ed25519PublicKey(seed))).toBe(hex(publicKey))
      expect(hex(browser.ed25519Sign(seed, message))).toBe(hex(signature))
      expect(browser.ed25519Verify(publicKey, message, signature)).toBe(true)
      expect(node.ed25519Verify(publicKey, message, signature)).toBe(true)
    }),
    { numRuns: 30 },
  ))

it('refuses in both what is no point of the curve, and what is no signature at all', () =>
  fc.assert(
    fc.property(bytes(32), bytes(64), (publicKey, signature) => {
      expect(node.ed25519Verify(publicKey, publicKey, signature)).toBe(false)
      expect(browser.ed25519Verify(publicKey, publicKey, signature)).toBe(false)
    }),
    { numRuns: 30 },
  ))
