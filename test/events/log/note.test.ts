import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ed25519PublicKey, ed25519Sign } from '#crypto'
import { cosign, cosignedMessage } from '#events/log/cosignature.ts'
import {
  formatNote,
  formatVkey,
  type Note,
  parseNote,
  parseVkey,
  type Signature,
  signatureLine,
  verifierKey,
  verifyNote,
} from '#events/log/note.ts'
import vectors from '../../vectors/log/notes.json' with { type: 'json' }

const seed = (fill: number) => new Uint8Array(32).fill(fill)
const utf8 = (text: string) => new TextEncoder().encode(text)
const log = verifierKey('harbour-watch.example/log', ed25519PublicKey(seed(1)))
const witness = verifierKey('witness.example/ostmark', ed25519PublicKey(seed(2)), 4)
const text = 'harbour-watch.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n'
const time = 1_928_000_000

const signed = (over: string, key = log, by = 1): Signature => ({
  name: key.name,
  keyId: key.keyId,
  bytes: ed25519Sign(seed(by), utf8(over)),
})
const cosigned = (over: string, at = time) => cosign(seed(2), witness.name, over, at)

/** A note of characters that are allowed, with empty lines in it, and signatures of whatever length. */
const notes = fc.record({
  text: fc
    .array(fc.string({ unit: fc.constantFrom(...'aZ0 é—🚢+—\u00a0') }), { minLength: 1 })
    .map((lines) => `${lines.join('\n')}\n`),
  signatures: fc.array(
    fc.record({
      name: fc.string({ unit: fc.constantFrom(...'aZ0./é—🚢-'), minLength: 1 }),
      keyId: fc.stringMatching(/^[0-9a-f]{8}$/),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 80 }),
    }),
    { minLength: 1, maxLength: 16 },
  ),
})

describe('a note', () => {
  const { vkey, note } = vectors.signed
  it('of the specification is signed by the key of the specification', () => {
    expect(verifyNote(parseNote(note), [parseVkey(vkey)])).toEqual([{ key: parseVkey(vkey) }])
    expect(formatNote(parseNote(note))).toBe(note)
    expect(formatVkey(parseVkey(vkey))).toBe(vkey)
  })

  it.each(vectors.shaped)('has the shape of $source', ({ note, text, signatures }) => {
    const read = parseNote(note)
    expect(read.text).toBe(text)
    expect(read.signatures.map(({ name, keyId, bytes }) => ({ name, keyId, length: bytes.length }))).toEqual(signatures)
    expect(formatNote(read)).toBe(note)
  })

  it('is read as it was written', () =>
    fc.assert(
      fc.property(notes, (note: Note) => {
        expect(parseNote(formatNote(note))).toEqual(note)
        expect(formatNote(note).endsWith(note.signatures.map(signatureLine).join(''))).toBe(true)
      }),
    ))

  it('holds by each bit: flipped anywhere, it is signed by nobody known, is no note, or does not hold', () => {
    const whole = utf8(formatNote({ text, signatures: [signed(text), cosigned(text)] }))
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const flipped = Uint8Array.from(whole)
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7))
      let held: unknown[] = []
      try {
        held = verifyNote(parseNote(new TextDecoder('utf-8', { fatal: true }).decode(flipped)), [log, witness])
      } catch {}
      expect(held.length, `bit ${bit}`).toBeLessThan(2)
    }
  })

  const line = signatureLine(signed(text))
  it.each([
    ['without an empty line', `a\n${line}`],
    ['without a last newline', `a\n\n${line.trimEnd()}`],
    ['without a signature', 'a\n\n'],
    ['with nothing after the text', 'a\n'],
    ['of nothing', ''],
    ['with a tab', `a\tb\n\n${line}`],
    ['with a carriage return', `a\r\n\r\n${line}`],
    ['with half a character', `a\ud83d\n\n${line}`],
    ['with a hyphen for a dash', `a\n\n${line.replace('—', '-')}`],
    ['with two spaces', `a\n\n${line.replace(' ', '  ')}`],
    ['with a plus in a name', `a\n\n${line.replace('/log', '+log')}`],
    ['with a no-break space in a name', `a\n\n${line.replace('/log', '\u00a0log')}`],
    ['with base64 of another alphabet', `a\n\n— a ${Buffer.alloc(8, 0xfb).toString('base64url')}\n`],
    ['with an id and no signature', `a\n\n— a ${Buffer.alloc(4).toString('base64')}\n`],
    ['with a line after the signatures', `a\n\n${line}b\n`],
    ['with more signatures than are looked at', `a\n\n${line.repeat(101)}`],
  ])('is none %s', (_, note) => expect(() => parseNote(note)).toThrow())

  it('is not written where it could not be read', () => {
    const signature = signed(text)
    expect(() => formatNote({ text: 'no newline', signatures: [signature] })).toThrow()
    expect(() => formatNote({ text: '', signatures: [signature] })).toThrow()
    expect(() => formatNote({ text, signatures: [] })).toThrow()
    expect(() => formatNote({ text, signatures: [{ ...signature, name: 'a b' }] })).toThrow('no name of a key')
    expect(() => formatNote({ text, signatures: [{ ...signature, keyId: '01' }] })).toThrow('no id of a key')
  })
})

describe('the keys of a note', () => {
  it('are told where their signatures hold, a witness with its time', () => {
    const note = { text, signatures: [signed(text), cosigned(text)] }
    expect(verifyNote(note, [witness, log])).toEqual([{ key: log }, { key: witness, time }])
  })

  it('are told once, however often they signed', () => {
    const note = { text, signatures: [signed(text), signed(text), cosigned(text), cosigned(text, time + 1)] }
    expect(verifyNote(note, [log, witness])).toEqual([{ key: log }, { key: witness, time }])
  })

  it('that nobody knows are passed over, also under a name or an id that is known', () => {
    const stranger = verifierKey(log.name, ed25519PublicKey(seed(3)))
    const note = {
      text,
      signatures: [signed(text, stranger, 3), { ...signed('b\n', log), name: 'mira-kovan.example' }, signed(text)],
    }
    expect(verifyNote(note, [log])).toEqual([{ key: log }])
    expect(verifyNote({ text, signatures: note.signatures.slice(0, 2) }, [log])).toEqual([])
  })

  it('that are known and did not sign this refuse the whole note', () => {
    const wrong: Signature[] = [
      signed('another\n'),
      signed(text, log, 2),
      { ...signed(text), bytes: signed(text).bytes.subarray(1) },
      { ...cosigned(text), bytes: cosigned(text).bytes.with(7, 1) },
      cosigned('another\n'),
      { ...cosigned(text), bytes: cosigned(text).bytes.subarray(0, 5) },
      { ...cosigned(text), bytes: cosigned(text).bytes.with(0, 255) },
    ]
    for (const signature of wrong) {
      expect(() => verifyNote({ text, signatures: [signature, signed(text), cosigned(text)] }, [log, witness])).toThrow(
        `The signature of ${signature.name}+${signature.keyId} does not hold`,
      )
    }
  })
})

describe('a verifier key', () => {
  it('is read as it was written', () =>
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.constantFrom(1, 4), (publicKey, algorithm) => {
        const key = verifierKey('harbour-watch.example/log', publicKey, algorithm as 1 | 4)
        expect(parseVkey(formatVkey(key))).toEqual(key)
      }),
    ))

  it('has another id as a witness’s', () =>
    expect(verifierKey('a', log.publicKey).keyId).not.toBe(verifierKey('a', log.publicKey, 4).keyId))

  const vkey = formatVkey(log)
  it.each([
    ['', 'no verifier key'],
    ['harbour-watch.example/log', 'no verifier key'],
    [vkey.replace('+', ' '), 'no verifier key'],
    [vkey.replace('/log', '/dog'), 'and its key has'],
    [vkey.replace(log.keyId, '00000000'), 'and its key has'],
    [vkey.replace(/.{4}$/, ''), 'An Ed25519 key has 32 bytes, and not'],
    [`${vkey}\n`, 'no verifier key'],
    [`a b+${log.keyId}+${vkey.split('+').slice(2).join('+')}`, 'no name of a key'],
    [`a+00000000+${Buffer.concat([Buffer.of(6), log.publicKey]).toString('base64')}`, 'of signature type 6'],
    [`a+00000000+A`, 'is not base64'],
  ])('is not %j', (wrong, why) => expect(() => parseVkey(wrong)).toThrow(why))
})

describe('a cosignature', () => {
  const { cosigned: vector } = vectors
  it('is over the message that the specification shows', () => {
    const body = vector.message.split('\n').slice(2).join('\n')
    expect(new TextDecoder().decode(cosignedMessage(body, vector.time))).toBe(vector.message)
    const bytes = cosign(seed(2), witness.name, body, vector.time).bytes
    expect(Buffer.from(bytes.subarray(0, 8)).toString('hex')).toBe('0000000064185' + '0cb')
    expect(Buffer.from(bytes.subarray(8))).toEqual(Buffer.from(ed25519Sign(seed(2), utf8(vector.message))))
  })

  it('has the id of a witness’s key', () => expect(cosigned(text).keyId).toBe(witness.keyId))

  it.each([-1, 0.5, Number.NaN, Number.MAX_SAFE_INTEGER + 1])('has no time %d', (wrong) =>
    expect(() => cosigned(text, wrong)).toThrow('no POSIX time'),
  )
})
