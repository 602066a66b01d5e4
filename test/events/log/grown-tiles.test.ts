import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { begunTiles, grownTiles } from '#events/log/grown-tiles.ts'
import type { Tile, TileAt } from '#events/log/tile.ts'
import { tilesOf } from '#events/log/tile.ts'
import { emptyTree, type Tree, withLeaves } from '#events/log/tree.ts'
import { tilesOfLeaves } from './tiles-of-leaves.ts'

const hashes = (count: number) =>
  Array.from({ length: count }, (_, index) => new Uint8Array(createHash('sha256').update(String(index)).digest()))
const named = ({ level, n }: Pick<TileAt, 'level' | 'n'>) => `${level}/${n}`
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

/** Grows by batches of these sizes, going on with what was stored, and answers all that is stored at the end. */
function stored(leaves: readonly Uint8Array[], cuts: readonly number[], from = 0, begun = new Map<string, Tile>()) {
  let tree: Tree = withLeaves(emptyTree, leaves.slice(0, from))
  const tiles = new Map(begun)
  for (const cut of [...cuts, leaves.length]) {
    const added = leaves.slice(tree.size, tree.size + cut)
    const grown = grownTiles(tree, added, (at) =>
      at.level === 0
        ? Buffer.concat(leaves.slice(at.n * 256, at.n * 256 + at.width)) // from chunks
        : (tiles.get(named(at))?.hashes ?? new Uint8Array()),
    )
    for (const tile of grown) {
      expect(tile.hashes.length, named(tile)).toBeGreaterThan(tiles.get(named(tile))?.hashes.length ?? 0)
      tiles.set(named(tile), tile)
    }
    tree = withLeaves(tree, added)
  }
  return tiles
}

/** What is stored of a tree that size: all but the unfinished tile of level 0. */
const storedAt = (size: number) => tilesOf(size).filter(({ level, width }) => level > 0 || width === 256)

describe('the tiles of a growing tree', () => {
  it('are those of its leaves, in any batching', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_800 }), fc.array(fc.integer({ min: 1, max: 700 })), (size, cuts) => {
        const leaves = hashes(size)
        const recomputed = tilesOfLeaves(leaves)
        const found = stored(leaves, cuts)
        expect([...found.keys()].sort()).toEqual(storedAt(size).map(named).sort())
        for (const at of storedAt(size)) {
          expect(text(found.get(named(at))?.hashes ?? new Uint8Array()), named(at)).toBe(text(recomputed(at)))
        }
      }),
      { numRuns: 60 },
    ))

  const many = hashes(66_600)
  const ofMany = tilesOfLeaves(many)
  it('are those of its leaves past 65,536 of them, where level 1 has a full tile and level 2 begins', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 65_000, max: 65_600 }),
        fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 4 }),
        (from, cuts) => {
          const to = from + cuts.reduce((sum, cut) => sum + cut, 0)
          const before = storedAt(from).map((at): [string, Tile] => [named(at), { ...at, hashes: ofMany(at) }])
          const found = stored(many.slice(0, Math.min(to, many.length)), cuts, from, new Map(before))
          const at = storedAt(Math.min(to, many.length))
          expect([...found.keys()].sort()).toEqual(at.map(named).sort())
          for (const one of at)
            if (one.level > 0) expect(text(found.get(named(one))?.hashes ?? new Uint8Array())).toBe(text(ofMany(one)))
        },
      ),
      { numRuns: 12 },
    ))

  it('need none of those begun until one of level 0 is completed, and then one of each level that grows', () => {
    expect(begunTiles(0, 0)).toEqual([])
    expect(begunTiles(10, 255)).toEqual([])
    expect(begunTiles(0, 1_024)).toEqual([])
    expect(begunTiles(10, 256)).toEqual([{ level: 0, n: 0, width: 10 }])
    expect(begunTiles(256, 512)).toEqual([{ level: 1, n: 0, width: 1 }])
    expect(begunTiles(700, 800)).toEqual([
      { level: 0, n: 2, width: 188 },
      { level: 1, n: 0, width: 2 },
    ])
    expect(begunTiles(65_535 + 65_536 * 5, 65_536 * 6)).toEqual([
      { level: 0, n: 6 * 256 - 1, width: 255 },
      { level: 1, n: 5, width: 255 },
      { level: 2, n: 0, width: 5 },
    ])
  })

  it('are refused where one that was begun is not the tree’s: changed, too short, or of another tree', () => {
    const leaves = hashes(900)
    const tree = withLeaves(emptyTree, leaves.slice(0, 700))
    const right = tilesOfLeaves(leaves.slice(0, 700))
    const with1 = (level: number, change: (hashes: Uint8Array) => Uint8Array) => () =>
      grownTiles(tree, leaves.slice(700), (at) => (at.level === level ? change(right(at)) : right(at)))
    expect(with1(0, (same) => same)()).toHaveLength(2)
    const flipped = (bytes: Uint8Array) => bytes.map((byte, index) => (index === 40 ? byte ^ 1 : byte))
    for (const level of [0, 1]) {
      expect(with1(level, flipped)).toThrow('is not that of the tree with 700 leaves')
      expect(with1(level, (bytes) => bytes.subarray(32))).toThrow('is not that of the tree')
      expect(with1(level, () => new Uint8Array())).toThrow('is not that of the tree')
    }
  })
})
