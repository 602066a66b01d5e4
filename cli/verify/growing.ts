import { tileWidth } from '#events/log/tile.ts'
import { edgeLength, emptyTree, rootOf, type Tree, withLeaves } from '#events/log/tree.ts'

/**
 * A tree that grows a tile at a time, and gives the root of each tile that it fills: nothing is hashed twice. The edge of
 * a tree is that of its full tiles, then that of the one begun.
 */
export class Growing {
  #full: Tree
  #begun: Tree

  /** From the edge of a tree of a size. */
  constructor(size = 0, edge: readonly Uint8Array[] = []) {
    const tiles = Math.floor(size / tileWidth)
    this.#full = { size: tiles, edge: edge.slice(0, edgeLength(tiles)) }
    this.#begun = { size: size % tileWidth, edge: edge.slice(edgeLength(tiles)) }
  }

  /** Adds leaf hashes, no more than have room in the tile begun. Answers its root where they fill it. */
  add(hashes: readonly Uint8Array[]): Uint8Array | undefined {
    this.#begun = withLeaves(this.#begun, hashes)
    if (this.#begun.size < tileWidth) return undefined
    const [node] = this.#begun.edge as [Uint8Array]
    this.#full = withLeaves(this.#full, [node])
    this.#begun = emptyTree
    return node
  }

  /** The root, with some more leaf hashes after the last one, or without. */
  root(more: readonly Uint8Array[] = []): Uint8Array {
    return rootOf({ edge: [...this.#full.edge, ...withLeaves(this.#begun, more).edge] })
  }

  copy(): Growing {
    const copy = new Growing()
    copy.#full = this.#full
    copy.#begun = this.#begun
    return copy
  }
}
