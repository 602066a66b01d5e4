import { sameBytes } from './base.ts'
import { type TileAt, tileWidth, widthOf } from './tile.ts'
import { nodeHash, rootOf } from './tree.ts'

/** The hashes of a tile: at least 32 × width bytes. */
export type TileHashes = (at: TileAt) => Uint8Array

/** The leaves from the first to before the second: one subtree of the tree of RFC 6962 §2.1, perfect or at its right edge. */
type Subtree = readonly [from: number, to: number]

/** A subtree of 2^`height` leaves, number `index` from the left at its height. */
interface Node {
  readonly height: number
  readonly index: number
}

const hashBytes = 32

/**
 * The inclusion proof of the leaf at a position in the tree of a size: 32 bytes each, the leaf's sibling first.
 * Needs `inclusionTiles`. Throws when there is no such leaf. Source: RFC 6962 §2.1.1.
 */
export const inclusionProof = (position: number, size: number, tile: TileHashes): Uint8Array[] =>
  inclusionSubtrees(position, size).map((subtree) => hashOf(subtree, size, tile))

/**
 * The proof that the tree of a size `from` is how the tree of size `to` began: 32 bytes each; none where `from` is 0 or
 * `to`. Needs `consistencyTiles`. Throws when `from` is above `to`. Source: RFC 6962 §2.1.2.
 */
export const consistencyProof = (from: number, to: number, tile: TileHashes): Uint8Array[] =>
  consistencySubtrees(from, to).map((subtree) => hashOf(subtree, to, tile))

/** The edge of the tree of a size, as tree.ts has it: the roots of its perfect subtrees. Needs `edgeTiles`. */
export const edgeFrom = (size: number, tile: TileHashes): Uint8Array[] =>
  nodesOf([0, size]).map((node) => nodeFrom(node, size, tile))

/** The tiles that the inclusion proof needs, each once, as wide as they are in the tree of that size. */
export const inclusionTiles = (position: number, size: number): TileAt[] =>
  tilesFor(inclusionSubtrees(position, size), size)

/** The tiles that the consistency proof needs, each once, as wide as they are in the tree of size `to`. */
export const consistencyTiles = (from: number, to: number): TileAt[] => tilesFor(consistencySubtrees(from, to), to)

/** The tiles that the edge needs, each once, as wide as they are in the tree of that size. */
export const edgeTiles = (size: number): TileAt[] => tilesFor([[0, size]], size)

/** What is said to prove that a leaf is in a tree. Hashes have 32 bytes each. */
export interface Inclusion {
  readonly position: number
  readonly size: number
  readonly leafHash: Uint8Array
  readonly root: Uint8Array
  readonly hashes: readonly Uint8Array[]
}

/** Whether the leaf is at that position of the tree with that size and root. Source: RFC 9162 §2.1.3.2. */
export function verifyInclusion({ position, size, leafHash, root, hashes }: Inclusion): boolean {
  if (!isCount(position) || !isCount(size) || position >= size || !areHashes([leafHash, root, ...hashes])) return false
  let index = position
  let last = size - 1
  let node = leafHash
  for (const hash of hashes) {
    if (last === 0) return false
    if (index % 2 === 1 || index === last) {
      node = nodeHash(hash, node)
      while (index % 2 === 0 && index > 0) [index, last] = [index / 2, half(last)]
    } else {
      node = nodeHash(node, hash)
    }
    ;[index, last] = [half(index), half(last)]
  }
  return last === 0 && sameBytes(node, root)
}

/** What is said to prove that one tree is how another one began. Hashes have 32 bytes each. */
export interface Consistency {
  readonly from: number
  readonly to: number
  readonly fromRoot: Uint8Array
  readonly toRoot: Uint8Array
  readonly hashes: readonly Uint8Array[]
}

/** Whether the tree of size `from` is how that of size `to` began. Source: RFC 9162 §2.1.4.2. */
export function verifyConsistency({ from, to, fromRoot, toRoot, hashes }: Consistency): boolean {
  if (!isCount(from) || !isCount(to) || from > to || !areHashes([fromRoot, toRoot, ...hashes])) return false
  if (from === to) return hashes.length === 0 && sameBytes(fromRoot, toRoot)
  if (from === 0) return hashes.length === 0 && sameBytes(fromRoot, rootOf({ edge: [] }))
  let index = from - 1
  let last = to - 1
  while (index % 2 === 1) [index, last] = [half(index), half(last)]
  // A perfect first tree is itself where the proof begins.
  const [first, ...rest] = index === 0 ? [fromRoot, ...hashes] : hashes
  if (!first) return false
  let before = first
  let node = first
  for (const hash of rest) {
    if (last === 0) return false
    if (index % 2 === 1 || index === last) {
      before = nodeHash(hash, before)
      node = nodeHash(hash, node)
      while (index % 2 === 0 && index > 0) [index, last] = [index / 2, half(last)]
    } else {
      node = nodeHash(node, hash)
    }
    ;[index, last] = [half(index), half(last)]
  }
  return last === 0 && sameBytes(before, fromRoot) && sameBytes(node, toRoot)
}

const half = (count: number) => Math.floor(count / 2)
const isCount = (count: number) => Number.isSafeInteger(count) && count >= 0
const areHashes = (hashes: readonly Uint8Array[]) => hashes.every((hash) => hash.length === hashBytes)

/** The largest power of two below a size above 1. */
function splitOf(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}

function inclusionSubtrees(position: number, size: number): Subtree[] {
  if (!isCount(position) || !isCount(size) || position >= size) {
    throw new Error(`A tree of ${size} has no leaf at ${position}`)
  }
  const siblings: Subtree[] = []
  let [from, to] = [0, size]
  while (to - from > 1) {
    const middle = from + splitOf(to - from)
    siblings.unshift(position < middle ? [middle, to] : [from, middle])
    ;[from, to] = position < middle ? [from, middle] : [middle, to]
  }
  return siblings
}

function consistencySubtrees(from: number, to: number): Subtree[] {
  if (!isCount(from) || !isCount(to) || from > to) throw new Error(`A tree of ${from} is not how one of ${to} began`)
  if (from === 0 || from === to) return []
  const subtrees: Subtree[] = []
  let [start, end] = [0, to]
  while (from !== end) {
    const middle = start + splitOf(end - start)
    subtrees.unshift(from <= middle ? [middle, end] : [start, middle])
    ;[start, end] = from <= middle ? [start, middle] : [middle, end]
  }
  // Where the first tree is perfect, its root is known to whoever asks.
  return start === 0 ? subtrees : [[start, end], ...subtrees]
}

/** The perfect subtrees that a subtree is made of, the largest first. */
function nodesOf([from, to]: Subtree): Node[] {
  const nodes: Node[] = []
  let at = from
  while (at < to) {
    let height = 0
    while (2 ** (height + 1) <= to - at) height++
    nodes.push({ height, index: at / 2 ** height })
    at += 2 ** height
  }
  return nodes
}

/** The tile below a node, in the tree of a size, and which of its hashes: `count` of them from number `first`. */
function within({ height, index }: Node, size: number): { at: TileAt; first: number; count: number } {
  const level = Math.floor(height / 8)
  const count = 2 ** (height % 8)
  const n = Math.floor((index * count) / tileWidth)
  return { at: { level, n, width: widthOf(level, n, size) }, first: index * count - n * tileWidth, count }
}

function tilesFor(subtrees: readonly Subtree[], size: number): TileAt[] {
  const tiles = subtrees.flatMap(nodesOf).map((node) => within(node, size).at)
  return [...new Map(tiles.map((at) => [`${at.level} ${at.n}`, at])).values()]
}

const hashOf = (subtree: Subtree, size: number, tile: TileHashes): Uint8Array =>
  rootOf({ edge: nodesOf(subtree).map((node) => nodeFrom(node, size, tile)) })

function nodeFrom(node: Node, size: number, tile: TileHashes): Uint8Array {
  const { at, first, count } = within(node, size)
  const bytes = tile(at)
  if (bytes.length < at.width * hashBytes) {
    throw new Error(`Tile ${at.n} of level ${at.level} has ${bytes.length} bytes, and not ${at.width} hashes`)
  }
  let hashes = Array.from({ length: count }, (_, index) => {
    const start = (first + index) * hashBytes
    return bytes.subarray(start, start + hashBytes)
  })
  while (hashes.length > 1) {
    hashes = Array.from({ length: hashes.length / 2 }, (_, index) =>
      nodeHash(hashes[2 * index] as Uint8Array, hashes[2 * index + 1] as Uint8Array),
    )
  }
  return hashes[0] as Uint8Array
}
