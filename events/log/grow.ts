import { formatBundle } from './bundle.ts'
import { leafHash } from './entry.ts'
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
  readonly payloads: readonly Payload[]
}

/** The tree after growing, its root, and the chunks that hold what was added, in order. */
export interface Grown extends Tree {
  readonly root: Uint8Array
  readonly chunks: readonly Chunk[]
}

/** Positions that share a partition of chunks, and later a tile: a chunk never crosses a multiple of it. */
export const tileWidth = 256

/** The most a chunk holds, in bytes: an item of DynamoDB has room for 400 KB. */
export const maxChunkBytes = 300_000

/** Bytes that a leaf takes in its chunk: lengths, and what DynamoDB counts for a map of two strings in a list. */
export const leafBytes = ({ entry, payload }: Leaf): number =>
  2 + entry.length + 16 + ('d' in payload ? Buffer.byteLength(payload.d) + payload.s.length : 16)

/** Adds leaves to a tree. Pure: however they are batched, root and edge come out the same. */
export function grow(tree: Tree, leaves: readonly Leaf[]): Grown {
  const grown = withLeaves(
    tree,
    leaves.map(({ entry }) => leafHash(entry)),
  )
  return { ...grown, root: rootOf(grown), chunks: chunksOf(tree.size, leaves) }
}

function chunksOf(from: number, leaves: readonly Leaf[]): Chunk[] {
  const chunks: Chunk[] = []
  let open: Leaf[] = []
  let bytes = 0
  const close = (end: number) => {
    if (open.length === 0) return
    chunks.push({
      first: end - open.length,
      count: open.length,
      entries: formatBundle(open.map(({ entry }) => entry)),
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
