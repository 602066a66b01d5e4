import { tileWidth } from './grow.ts'

/**
 * A tile of the tree, and how much of it is meant: `width` hashes, 1 to 256, of nodes at height 8 × `level`; the first of
 * them is number `n` × 256 from the left. Source: C2SP tlog-tiles v0.1.0, tiles of height 8.
 */
export interface TileAt {
  readonly level: number
  readonly n: number
  readonly width: number
}

/** A tile as it is stored: 32 bytes for each of its hashes, one after the other. */
export interface Tile {
  readonly level: number
  readonly n: number
  readonly hashes: Uint8Array
}

/** How many hashes tile `n` of a level has in a tree of a size: 256 where it is full, 0 where it is not there. */
export function widthOf(level: number, n: number, size: number): number {
  const nodes = Math.floor(size / tileWidth ** level)
  return Math.max(0, Math.min(tileWidth, nodes - n * tileWidth))
}
