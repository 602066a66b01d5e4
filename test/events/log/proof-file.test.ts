import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatProof, type ProofFile, parseProof } from '#events/log/proof-file.ts'
import vectors from '../../vectors/log/notes.json' with { type: 'json' }

const { file, index, extra, hashes } = vectors.proof

it('is that of the specification', () => {
  const proof = parseProof(file)
  expect({ ...proof, extra: Buffer.from(proof.extra ?? []).toString(), hashes: proof.hashes.length }).toEqual({
    index,
    extra,
    hashes,
    checkpoint: file.slice(file.indexOf('\n\n') + 2),
  })
  expect(formatProof(proof)).toBe(file)
})

it('is read as it was written, with what goes with it or without, however many hashes', () =>
  fc.assert(
    fc.property(
      fc.record(
        {
          extra: fc.uint8Array({ minLength: 1 }),
          index: fc.maxSafeNat(),
          hashes: fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 })),
          checkpoint: fc.constantFrom(vectors.signed.note, ...vectors.shaped.map(({ note }) => note)),
        },
        { requiredKeys: ['index', 'hashes', 'checkpoint'] },
      ),
      (proof) => {
        expect(parseProof(formatProof(proof as ProofFile))).toEqual(proof)
      },
    ),
  ))

it.each([
  ['another version', file.replace('@v1', '@v2')],
  ['no index', file.replace(/index \d+\n/, '')],
  ['zeros before its index', file.replace('index ', 'index 0')],
  ['an index that no number holds', file.replace(String(index), '9007199254740992')],
  ['what goes with it after the index', file.replace(/(extra \S+\n)(index \d+\n)/, '$2$1')],
  ['a hash of 31 bytes', file.replace(/\n[^\n]+=\n\n/, `\n${Buffer.alloc(31).toString('base64')}\n\n`)],
  ['a hash in base64url', file.replace('//1U', '__1U')],
  ['no empty line', file.replace('\n\n', '\n')],
  ['no checkpoint', file.slice(0, file.indexOf('\n\n') + 2)],
  ['a checkpoint that nobody signed', file.slice(0, file.lastIndexOf('\n\n') + 1)],
  ['carriage returns', file.replaceAll('\n', '\r\n')],
  ['nothing', ''],
])('is none with %s', (_, wrong) => expect(() => parseProof(wrong)).toThrow())
