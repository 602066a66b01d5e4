import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linesOf } from '../../cli/import/lines.ts'
import { maxBytes, partsOf } from '../../cli/import/parts.ts'
import { Progress } from '../../cli/import/progress.ts'
import { emptyTally, table } from '../../cli/import/tally.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const start = () => ({ number: 0, offset: 0, hash: createHash('sha256') })
const all = async <Item>(items: AsyncIterable<Item>) => {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

describe('the lines of a file', () => {
  const most = 5
  const byte = fc.constantFrom(0x0a, 0x61, 0xff)
  const chunks = fc.array(fc.array(byte, { maxLength: 12 }).map((bytes) => Buffer.from(bytes)))

  it('are the same however it is read, each with its end and the hash of all before that', () =>
    fc.assert(
      fc.asyncProperty(chunks, async (pieces) => {
        const file = Buffer.concat(pieces)
        const lines = await all(linesOf(Readable.from(pieces), start(), most))
        const expected = file.toString('latin1').split('\n')
        if (expected.at(-1) === '') expected.pop()
        expect(lines.map(({ bytes }) => bytes?.toString('latin1'))).toEqual(
          expected.map((line) => (line.length <= most ? line : undefined)),
        )
        for (const [index, { number, end, sha256: hash }] of lines.entries()) {
          expect([number, hash]).toEqual([index + 1, sha256(file.subarray(0, end))])
        }
        expect(lines.at(-1)?.end ?? 0).toBe(file.length)
      }),
    ))

  it('are the rest of them, with the same numbers, when reading goes on after one', () =>
    fc.assert(
      fc.asyncProperty(chunks, fc.nat(8), async (pieces, skip) => {
        const file = Buffer.concat(pieces)
        const lines = await all(linesOf(Readable.from([file]), start(), most))
        const { number, end } = lines[skip] ?? { number: 0, end: 0 }
        const from = { number, offset: end, hash: createHash('sha256').update(file.subarray(0, end)) }
        expect(await all(linesOf(Readable.from([file.subarray(end)]), from, most))).toEqual(lines.slice(number))
      }),
    ))

  it('do not have the byte order mark that an editor may put before them', async () => {
    const pieces = [Buffer.from('\ufeff'), Buffer.from('a\n\ufeffb\n')]
    const lines = await all(linesOf(Readable.from(pieces), start(), most))
    expect(lines.map(({ bytes, end }) => [bytes?.toString(), end])).toEqual([
      ['a', 5],
      ['\ufeffb', 10],
    ])
  })
})

it('cuts a file into parts of 500 lines and 4 MB at most, without the blank ones', async () => {
  const long = 'x'.repeat(maxBytes / 4)
  const file = Buffer.from(['a\n'.repeat(1_001), '\n \r\n', `${long}\n`.repeat(5), 'end'].join(''))
  const parts = await all(partsOf(linesOf(Readable.from([file]), start(), maxBytes - 1)))
  expect(parts.map(({ lines }) => lines.length)).toEqual([500, 500, 4, 3])
  for (const { lines } of parts) {
    expect(lines.reduce((sum, { bytes }) => sum + bytes.length + 1, 0)).toBeLessThanOrEqual(maxBytes)
  }
  expect(parts.at(-1)?.last).toMatchObject({ number: 1_009, end: file.length, sha256: sha256(file) })
})

describe('progress', () => {
  const shown = (isTTY: boolean) => {
    const written: string[] = []
    let now = 0
    const progress = new Progress({ isTTY, columns: 200, write: (text) => written.push(text) }, 1_000, 0, () => now)
    const pass = (ms: number) => {
      now += ms
    }
    return { written, progress, pass }
  }

  it('is a bar on a terminal, which what is said between does not break', () => {
    const { written, progress, pass } = shown(true)
    pass(2_000)
    progress.show({ ...emptyTally(), added: 3_000, there: 1_500 }, 500)
    progress.say('Again in 2 s.')
    progress.show({ ...emptyTally(), added: 4_500, refused: 3 }, 1_000)
    expect(written).toEqual([
      '\r\x1b[K[############------------] 4,500 lines, 50 %, 2,250 a second',
      '\r\x1b[K',
      'Again in 2 s.\n',
      '\r\x1b[K[########################] 4,503 lines, 100 %, 2,252 a second, 3 refused',
    ])
  })

  it('is a line every 5 seconds where nobody watches', () => {
    const { written, progress, pass } = shown(false)
    for (let tenth = 0; tenth < 120; tenth++) {
      pass(100)
      progress.show({ ...emptyTally(), added: tenth + 1 }, tenth * 8)
    }
    expect(written).toEqual(['50 lines, 39 %, 10 a second\n', '100 lines, 79 %, 10 a second\n'])
  })
})

it('names so many of the refused, and counts the rest', () => {
  const tally = {
    added: 1_234,
    there: 5,
    refused: 2_000,
    refusals: [{ line: 7, status: 422, code: 'invalid-input', why: 'No.' }],
  }
  expect(table(tally).split('\n')).toEqual([
    'added          1,234',
    'already there      5',
    'refused        2,000',
    '',
    'line  status  problem        why',
    '   7  422     invalid-input  No.',
    'and 1,999 more',
  ])
})
