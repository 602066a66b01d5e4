import { sha256 } from '#crypto'

/**
 * A Merkle tree of RFC 6962 §2.1, kept as its *edge*: the roots of its perfect subtrees, left to right. There is one
 * for each bit set in the size, the largest first, so a leaf is added and the root computed without any other hash.
 */
export interface Tree {
  readonly size: number
  /** 32 bytes each. */
  readonly edge: readonly Uint8Array[]
}

export const emptyTree: Tree = { size: 0, edge: [] }

const nodePrefix = Uint8Array.of(1)

/** SHA-256(0x01 ‖ left ‖ right), 32 bytes. */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(nodePrefix, left, right)

/** The tree with these leaves added after its last one. */
export function withLeaves(tree: Tree, leafHashes: Iterable<Uint8Array>): Tree {
  const edge = [...tree.edge]
  let size = tree.size
  for (const leaf of leafHashes) {
    let root = leaf
    // A subtree at the end that is as large as the new one joins it, as a carry does when 1 is added in binary.
    for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) root = nodeHash(edge.pop() as Uint8Array, root)
    edge.push(root)
    size++
  }
  return { size, edge }
}

/** Root hash of the tree; of an empty one, SHA-256 of nothing. */
export function rootOf({ edge }: Pick<Tree, 'edge'>): Uint8Array {
  if (edge.length === 0) return sha256()
  return edge.reduceRight((right, left) => nodeHash(left, right))
}

/** How many subtrees the edge of a tree of this size has: the bits set in it. */
export function edgeLength(size: number): number {
  let bits = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2
  return bits
}
