import { randomBytes } from 'node:crypto'
import { brotliDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeState, encodeState, foldedOf } from '#functions/projections/kept.ts'

const pieces = (json: string) => {
  const encoded = encodeState(json)
  return 'parts' in encoded ? encoded.parts : [encoded.body]
}
/** JSON that no compressor makes smaller than three quarters. */
const dense = (bytes: number) => JSON.stringify(randomBytes(Math.ceil((bytes * 3) / 4)).toString('base64'))

describe('a kept state', () => {
  it('is read back as it was kept', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(decodeState(pieces(json))).toBe(json)
      }),
    )
  })

  it('stays in its head item as long as it fits', () => {
    expect(encodeState(dense(17_500))).toHaveProperty('body')
    expect(encodeState(JSON.stringify('Harbour Watch '.repeat(500_000)))).toHaveProperty('body')
    expect(encodeState(dense(25_000))).toHaveProperty('parts') // it would be written anew with each event
  })

  it('is cut into parts that each fit into an item where it does not', () => {
    const json = dense(1_500_000)
    const parts = pieces(json)
    expect(parts.length).toBeGreaterThan(1)
    for (const part of parts) expect(part.length).toBeLessThan(400_000)
    expect(decodeState(parts)).toBe(json)
  })

  it('has parts that can be read one by one, so those of two runs go together', () => {
    const json = JSON.stringify(`${'ä€🜚'.repeat(200_000)}${dense(600_000)}`)
    const [first] = pieces(json)
    expect(Buffer.from(json).indexOf(brotliDecompressSync(first as Uint8Array))).toBe(0)
  })

  it('is parsed anew each time, because a fold changes what it is given', () => {
    const kept = { json: '{"version":1,"state":{"reports":[]}}' }
    foldedOf<{ reports: string[] }>(kept).state.reports.push('changed')
    expect(foldedOf<{ reports: string[] }>(kept).state.reports).toEqual([])
  })
})
