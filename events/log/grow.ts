import { formatBundle } from './bundle.ts'
import { leafHash } from './entry.ts'
import { grownTiles, joined } from './grown-tiles.ts'
import type { TileHashes } from './proof.ts'
import { type Tile, tileWidth } from './tile.ts'
import { rootOf, type Tree, withLeaves } from './tree.ts'

/** What the log keeps of an event's payload, beside its entry: JCS of the data and the salt, or who withheld it. */
export type Payload = { readonly d: string; readonly s: string } | { readonly withheld: number }

/** One event as the log takes it: the entry's bytes and the payload. */
export interface Leaf {
  readonly entry: Uint8Array
  readonly payload: Payload
}

/** Events that are stored as one item: those at positions `first` to `first + count - 1`. */
export interface Chunk {
  readonly first: number
  readonly count: number
  /** Bundle bytes, as they are served in tiles of entries. */
  readonly entries: Uint8Array
  /** The leaf hashes of the entries, 32 bytes each: what the tree was made of, whatever becomes of the entries. */
  readonly hashes: Uint8Array
  readonly payloads: readonly Payload[]
}

/** The tree after growing, its root, the chunks that hold what was added, in order, and the tiles that it completed or grew. */
export interface Grown extends Tree {
  readonly root: Uint8Array
  readonly chunks: readonly Chunk[]
  /** Of level 0 those that are full, above it also those that are not: see grown-tiles.ts. */
  readonly tiles: readonly Tile[]
}

/** The most a chunk holds, in bytes: an item of DynamoDB has room for 400 KB. */
export const maxChunkBytes = 300_000

/** Bytes that a leaf takes in its chunk: length and hash, and what DynamoDB counts for a map of two strings in a list. */
export const leafBytes = ({ entry, payload }: Leaf): number =>
  2 + entry.length + 32 + 16 + ('d' in payload ? Buffer.byteLength(payload.d) + payload.s.length : 16)

/**
 * Adds leaves to a tree. Pure: however they are batched, root, edge and tiles come out the same. `begun` gives the tiles
 * that are gone on with (`begunTiles`); where there are none, it is not asked.
 * Throws for a begun tile that is not the tree's, and for a leaf that fits no chunk.
 */
export function grow(tree: Tree, leaves: readonly Leaf[], begun: TileHashes = noneBegun): Grown {
  const hashes = leaves.map(({ entry }) => leafHash(entry))
  const grown = withLeaves(tree, hashes)
  return {
    ...grown,
    root: rootOf(grown),
    chunks: chunksOf(tree.size, leaves, hashes),
    tiles: grownTiles(tree, hashes, begun),
  }
}

const noneBegun: TileHashes = ({ level, n, width }) => {
  throw new Error(`Growing goes on with tile ${level}/${n} of ${width} hashes, and it was not given`)
}

function chunksOf(from: number, leaves: readonly Leaf[], hashes: readonly Uint8Array[]): Chunk[] {
  const chunks: Chunk[] = []
  let open: Leaf[] = []
  let bytes = 0
  const close = (end: number) => {
    if (open.length === 0) return
    const first = end - open.length
    chunks.push({
      first,
      count: open.length,
      entries: formatBundle(open.map(({ entry }) => entry)),
      hashes: joined(hashes.slice(first - from, end - from)),
      payloads: open.map(({ payload }) => payload),
    })
    open = []
    bytes = 0
  }
  leaves.forEach((leaf, index) => {
    const position = from + index
    const size = leafBytes(leaf)
    if (size > maxChunkBytes) throw new Error(`The event at ${position} has ${size} bytes and fits no chunk`)
    if (position % tileWidth === 0 || bytes + size > maxChunkBytes) close(position)
    open.push(leaf)
    bytes += size
  })
  close(from + leaves.length)
  return chunks
}
