import { sameBytes } from '#events/log/base.ts'
import { leafHash } from '#events/log/entry.ts'
import { type TileAt, tilePath, tileWidth, widthOf } from '#events/log/tile.ts'
import { emptyTree, rootOf, withLeaves } from '#events/log/tree.ts'
import { type Block, readTile } from './blocks.ts'
import { Growing } from './growing.ts'
import type { Source } from './source.ts'

/** A position where the tile does not have the hash of the entry, or one of the two is not there. */
export interface Difference {
  readonly at: TileAt
  readonly position: number
  /** What the entry says its id is, where it says one. */
  readonly id: string | undefined
}

/** By the entries, and by the level-0 tiles. */
export interface Roots {
  readonly entries: Uint8Array
  readonly tiles: Uint8Array
}

/** More are not kept: one is enough to know. */
const mostKept = 1_000

/**
 * The tree that the entries give, and beside it, from where they differ, the one that the level-0 tiles give: whichever
 * leads to the signed root was not changed.
 */
export class Trees {
  readonly differences: Difference[] = []
  readonly #from: number
  #entries: Growing
  #tiles: Growing | undefined
  /** Roots of the tiles that were filled, from the first on that has a new leaf. */
  readonly #nodes: Roots[] = []

  /** From a tree of a size, by its edge. */
  constructor(size: number, edge: readonly Uint8Array[]) {
    this.#from = size
    this.#entries = new Growing(size, edge)
  }

  /**
   * Adds the leaves of a block that are not in the tree yet, and answers at which positions the tile differs. Where
   * either is not there, the other one stands for it. `until`, a size, has the roots told at it.
   */
  add(
    block: Block,
    idOf: (position: number) => string | undefined,
    until?: number,
  ): { differ: Set<number>; roots?: Roots } {
    const first = block.at.n * tileWidth
    const start = Math.max(this.#from, first)
    const ofTile = typeof block.tile === 'string' ? undefined : hashesIn(block.tile).slice(start - first)
    const ofEntries = typeof block.entries === 'string' ? undefined : block.entries.slice(start - first).map(leafHash)
    const neither = () => Array.from({ length: first + block.at.width - start }, () => new Uint8Array(32))
    const entries = ofEntries ?? ofTile ?? neither()
    const tiles = ofTile ?? entries
    const differ = new Set<number>()
    entries.forEach((hash, index) => {
      if (sameBytes(hash, tiles[index] as Uint8Array)) return
      const position = start + index
      differ.add(position)
      if (this.differences.length < mostKept) this.differences.push({ at: block.at, position, id: idOf(position) })
    })
    if (differ.size > 0) this.#tiles ??= this.#entries.copy()
    const rootOf = (growing: Growing, hashes: readonly Uint8Array[]) =>
      growing.root(hashes.slice(0, (until ?? 0) - start))
    const inside = until !== undefined && until > start && until <= start + entries.length
    const roots = inside && {
      entries: rootOf(this.#entries, entries),
      tiles: rootOf(this.#tiles ?? this.#entries, tiles),
    }
    const node = this.#entries.add(entries)
    const other = this.#tiles?.add(tiles)
    if (node) this.#nodes.push({ entries: node, tiles: other ?? node })
    return { differ, ...(roots && { roots }) }
  }

  /** Which of the two leads to a root; the entries where both do, and undefined where neither does. */
  leadingTo(root: Uint8Array): keyof Roots | undefined {
    if (sameBytes(this.#entries.root(), root)) return 'entries'
    return this.#tiles && sameBytes(this.#tiles.root(), root) ? 'tiles' : undefined
  }

  /**
   * Compares the tiles of level 1 and above, in the tree of a size, with what those below give. `told` hears what is
   * wrong: a sentence without its end.
   */
  async compareUpper(source: Source, size: number, by: keyof Roots, told: (what: string) => void): Promise<void> {
    let first = Math.floor(this.#from / tileWidth)
    let nodes: Uint8Array[] = this.#nodes.map((node) => node[by])
    for (let level = 1; size >= tileWidth ** level && nodes.length > 0; level++) {
      const end = Math.floor(size / tileWidth ** level)
      const above: Uint8Array[] = []
      for (let n = Math.floor(first / tileWidth); n * tileWidth < end; n++) {
        const at = { level, n, width: widthOf(level, n, size) }
        const tile = await readTile(source, at)
        const start = Math.max(0, first - n * tileWidth)
        const wanted = nodes.slice(n * tileWidth + start - first, n * tileWidth + at.width - first)
        if (typeof tile === 'string') told(tile)
        else compare(at, hashesIn(tile), start, wanted, told)
        const before = typeof tile === 'string' ? [] : hashesIn(tile).slice(0, start)
        if (at.width === tileWidth) above.push(rootOf(withLeaves(emptyTree, [...before, ...wanted])))
      }
      first = Math.floor(first / tileWidth)
      nodes = above
    }
  }
}

function compare(
  at: TileAt,
  hashes: readonly Uint8Array[],
  start: number,
  wanted: readonly Uint8Array[],
  told: (what: string) => void,
): void {
  const span = tileWidth ** at.level
  wanted.forEach((hash, index) => {
    if (sameBytes(hash, hashes[start + index] as Uint8Array)) return
    const node = at.n * tileWidth + start + index
    const positions = `positions ${node * span} to ${(node + 1) * span - 1}`
    told(`${tilePath(at)} is not what the tiles below it give, for ${positions}`)
  })
}

/** The hashes of a tile, one by one. */
function hashesIn(tile: Uint8Array): Uint8Array[] {
  return Array.from({ length: tile.length / 32 }, (_, index) => tile.subarray(32 * index, 32 * index + 32))
}
