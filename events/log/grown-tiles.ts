import { sameBytes } from './base.ts'
import type { TileHashes } from './proof.ts'
import { type Tile, type TileAt, tileWidth } from './tile.ts'
import { edgeLength, emptyTree, rootOf, type Tree, withLeaves } from './tree.ts'

const hashBytes = 32
const tileBytes = tileWidth * hashBytes

/**
 * The tiles that a tree goes on with as it grows from one size to another, as wide as they are before: at every level
 * where a tile below is completed, the one that was begun. None as long as no tile of level 0 is completed.
 */
export function begunTiles(from: number, to: number): TileAt[] {
  const tiles: TileAt[] = []
  let [before, after] = [from, to]
  for (let level = 0; after > before; level++) {
    const n = Math.floor(before / tileWidth)
    const width = before % tileWidth
    ;[before, after] = [n, Math.floor(after / tileWidth)]
    if (level === 0 && after === before) break
    if (width > 0) tiles.push({ level, n, width })
  }
  return tiles
}

/**
 * The tiles to store when these leaf hashes (32 bytes each) follow in a tree: those of level 0 that they complete, and
 * those above that grow with it, full or not. `begun` gives the tiles of `begunTiles`.
 * @throws {WrongTile} it is not the tree's: a tile made of it would be wrong for good
 */
export function grownTiles(tree: Tree, hashes: readonly Uint8Array[], begun: TileHashes): Tile[] {
  const wanted = begunTiles(tree.size, tree.size + hashes.length)
  const tiles: Tile[] = []
  let before = tree.size
  let added: readonly Uint8Array[] = hashes
  for (let level = 0; added.length > 0; level++) {
    const n = Math.floor(before / tileWidth)
    if (level === 0 && (before % tileWidth) + added.length < tileWidth) break
    const at = wanted.find((one) => one.level === level)
    const all = joined(at ? [tileOf(tree, at, begun), ...added] : added)
    const roots: Uint8Array[] = []
    for (let start = 0; start < all.length; start += tileBytes) {
      const tile = { level, n: n + start / tileBytes, hashes: all.subarray(start, start + tileBytes) }
      const full = tile.hashes.length === tileBytes
      if (full || level > 0) tiles.push(tile)
      if (full) roots.push(tileRoot(tile.hashes))
    }
    before = n
    added = roots
  }
  return tiles
}

/** The root of the tree over the hashes of a tile: what stands for it in the tile above, once it is full. */
export const tileRoot = (hashes: Uint8Array): Uint8Array => rootOf(withLeaves(emptyTree, apart(hashes)))

/** Hashes, one after the other. */
export function joined(hashes: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(hashes.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const hash of hashes) {
    bytes.set(hash, at)
    at += hash.length
  }
  return bytes
}

/** What was given as a begun tile is not that of the tree. */
export class WrongTile extends Error {
  override readonly name = 'WrongTile'
}

/** A begun tile, held against the part of the tree's edge that its hashes make. */
function tileOf({ size, edge }: Tree, at: TileAt, begun: TileHashes): Uint8Array {
  const hashes = begun(at).subarray(0, at.width * hashBytes)
  const below = edgeLength(size % tileWidth ** at.level)
  const own = edge.slice(edge.length - below - edgeLength(at.width), edge.length - below)
  if (
    hashes.length !== at.width * hashBytes ||
    !sameBytes(joined(own), joined(withLeaves(emptyTree, apart(hashes)).edge))
  ) {
    throw new WrongTile(`Tile ${at.level}/${at.n} with ${at.width} hashes is not that of the tree with ${size} leaves`)
  }
  return hashes
}

/** Hashes, each by itself. */
const apart = (hashes: Uint8Array): Uint8Array[] =>
  Array.from({ length: hashes.length / hashBytes }, (_, index) =>
    hashes.subarray(index * hashBytes, (index + 1) * hashBytes),
  )
