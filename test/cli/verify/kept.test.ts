import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ed25519PublicKey } from '#crypto'
import { formatVkey, parseNote, verifierKey } from '#events/log/note.ts'
import { formatKept, parseKept } from '../../../cli/verify/kept.ts'
import { logKey, noteOf, origin, seedOf, witness } from './made-log.ts'

const root = new Uint8Array(32).fill(7)
const next = verifierKey(origin, ed25519PublicKey(seedOf(2)))
const note = noteOf(9, root)

it('is read as it was written, whoever else has signed the note', () =>
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.boolean(), fc.boolean(), (size, rotated, seen) => {
      const witnesses = seen ? [{ ...witness('one', 11), time: 1_928_000_000 }] : []
      const kept = { note: noteOf(size, root, witnesses), keys: rotated ? [logKey, next] : [logKey] }
      expect(parseKept(formatKept(kept))).toEqual({ ...kept, checkpoint: { origin, size, root } })
    }),
  ))

it('begins with the note itself, which any tool reads', () => {
  const text = formatKept({ note, keys: [logKey] })
  expect(text.startsWith(note)).toBe(true)
  expect(parseNote(text.slice(0, text.lastIndexOf('\n\n') + 1))).toEqual(parseNote(note))
})

const text = formatKept({ note, keys: [logKey] })
it.each([
  ['nothing', ''],
  ['the note alone', note],
  ['no key', `${note}\n`],
  ['a key that has not signed it', formatKept({ note, keys: [next] })],
  ['a note that was changed', text.replace('\n9\n', '\n8\n')],
  ['a key that was changed', text.replace(/key \S/, 'key x')],
  ['a line that is no key', `${text}note\n`],
  ['a last line cut short', text.slice(0, -1)],
  ['a key without its word', `${note}\n${formatVkey(logKey)}`],
])('is none with %s', (_, wrong) => expect(() => parseKept(wrong)).toThrow('It is no kept checkpoint'))
