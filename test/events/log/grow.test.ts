import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBundle } from '#events/log/bundle.ts'
import { leafHash } from '#events/log/entry.ts'
import { type Chunk, type Grown, grow, type Leaf, maxChunkBytes } from '#events/log/grow.ts'
import { emptyTree } from '#events/log/tree.ts'
import { tilesOfLeaves } from './tiles-of-leaves.ts'

const leaf = (name: number, bytes = 10): Leaf => ({
  entry: Buffer.from(`{"id":"mission-harbour-watch/${name}"}`),
  payload: { d: JSON.stringify('x'.repeat(bytes)), s: 'AAECAwQFBgcICQoLDA0ODw' },
})
const leaves = (count: number, bytes?: number) => Array.from({ length: count }, (_, index) => leaf(index, bytes))
const hex = ({ root, edge }: Grown) => Buffer.concat([root, ...edge]).toString('hex')
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
const tiling = (chunks: readonly Chunk[]) => chunks.map(({ first, count }) => [first, count])

describe('growing the log', () => {
  it('comes to the same root and edge in any batching, and its chunks hold every event once and in order', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), fc.array(fc.integer({ min: 1, max: 300 })), (size, cuts) => {
        const all = leaves(size)
        const chunks: Chunk[] = []
        let log: Grown = { ...emptyTree, root: new Uint8Array(), chunks: [], tiles: [] }
        for (const cut of [...cuts, size]) {
          log = grow(log, all.slice(log.size, log.size + cut), tilesOfLeaves(all.map(({ entry }) => leafHash(entry))))
          chunks.push(...log.chunks)
        }
        expect(hex(log)).toBe(hex(grow(emptyTree, all)))
        expect(chunks.flatMap(({ entries }) => parseBundle(entries)).map(text)).toEqual(
          all.map(({ entry }) => text(entry)),
        )
        expect(chunks.flatMap(({ payloads }) => payloads)).toEqual(all.map(({ payload }) => payload))
        expect(Buffer.concat(chunks.map(({ hashes }) => hashes))).toEqual(
          Buffer.concat(all.map(({ entry }) => leafHash(entry))),
        )
        let next = 0
        for (const { first, count } of chunks) {
          expect(first).toBe(next)
          expect(Math.floor(first / 256)).toBe(Math.floor((first + count - 1) / 256))
          next += count
        }
      }),
      { numRuns: 50 },
    ))

  it('begins a chunk at every multiple of 256', () => {
    const before = grow(emptyTree, leaves(250))
    const begun = tilesOfLeaves(leaves(250).map(({ entry }) => leafHash(entry)))
    expect(tiling(before.chunks)).toEqual([[0, 250]])
    expect(tiling(grow(before, leaves(400), begun).chunks)).toEqual([
      [250, 6],
      [256, 256],
      [512, 138],
    ])
    expect(tiling(grow(grow(before, leaves(6), begun), leaves(1)).chunks)).toEqual([[256, 1]])
  })

  it('begins a chunk where the last one would be more than an item holds', () => {
    const { chunks } = grow(emptyTree, leaves(20, 59_000))
    expect(tiling(chunks)).toEqual([
      [0, 5],
      [5, 5],
      [10, 5],
      [15, 5],
    ])
    for (const { entries, payloads } of chunks) {
      const bytes = payloads.reduce((sum, payload) => sum + ('d' in payload ? payload.d.length : 0), entries.length)
      expect(bytes).toBeLessThan(maxChunkBytes)
    }
  })

  it('counts bytes, not characters', () => {
    const wide = { ...leaf(0), payload: { d: '🚢'.repeat(40_000), s: 'AAECAwQFBgcICQoLDA0ODw' } }
    expect(tiling(grow(emptyTree, [wide, wide]).chunks)).toEqual([
      [0, 1],
      [1, 1],
    ])
  })

  it('refuses an event that no chunk holds', () =>
    expect(() => grow(emptyTree, [leaf(0, 300_000)])).toThrow('fits no chunk'))

  it('adds nothing for nothing', () => {
    const before = grow(emptyTree, leaves(3))
    expect(grow(before, [])).toEqual({ ...before, chunks: [], tiles: [] })
  })
})
