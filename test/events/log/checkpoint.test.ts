import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatCheckpoint, parseCheckpoint } from '#events/log/checkpoint.ts'
import vectors from '../../vectors/log/notes.json' with { type: 'json' }

const { text, origin, size, root: rootHex } = vectors.checkpoint
const root = new Uint8Array(Buffer.from(rootHex, 'hex'))

it('is that of the specification', () => {
  expect(parseCheckpoint(text)).toEqual({ origin, size, root })
  expect(formatCheckpoint({ origin, size, root })).toBe(text)
})

it('is read as it was written', () =>
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'aZ0./é 🚢-'), minLength: 1 }),
      fc.maxSafeNat(),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      (origin, size, root) => {
        expect(parseCheckpoint(formatCheckpoint({ origin, size, root }))).toEqual({ origin, size, root })
      },
    ),
  ))

it('may have lines after the third, which are left out', () =>
  expect(parseCheckpoint(`${text}whatever\nmore\n`)).toEqual({ origin, size, root }))

it.each([
  ['no last newline', text.trimEnd()],
  ['no root', `${origin}\n${size}\n`],
  ['no origin', text.replace(origin, '')],
  ['an empty line', text.replace('\n', '\n\n')],
  ['an empty line at its end', `${text}\n`],
  ['zeros before its size', text.replace('\n', '\n0')],
  ['a negative size', text.replace('\n', '\n-')],
  ['a size that no number holds', text.replace(String(size), '9007199254740992')],
  ['a root of 31 bytes', text.replace(/[^\n]+\n$/, `${Buffer.alloc(31).toString('base64')}\n`)],
  ['a root of 33 bytes', text.replace(/[^\n]+\n$/, `${Buffer.alloc(33).toString('base64')}\n`)],
  ['a root in base64url', text.replace('om/X', 'om_X')],
  ['a root without padding', text.replace('=', '')],
  ['nothing', ''],
])('is none with %s', (_, wrong) => expect(() => parseCheckpoint(wrong)).toThrow())

it.each([
  { origin: '', size, root },
  { origin: 'a\nb', size, root },
  { origin, size: -1, root },
  { origin, size: 0.5, root },
  { origin, size, root: root.subarray(1) },
])('is not written where it could not be read: $origin $size', (wrong) =>
  expect(() => formatCheckpoint(wrong)).toThrow(),
)
