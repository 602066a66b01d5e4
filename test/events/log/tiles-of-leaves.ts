import { createHash } from 'node:crypto'
import type { TileHashes } from '#events/log/proof.ts'

/** Every tile of the tree over these leaf hashes, computed from the leaves alone, level after level, by RFC 6962 as it stands. */
export function tilesOfLeaves(leaves: readonly Uint8Array[]): TileHashes {
  const levels: (readonly Uint8Array[])[] = [leaves]
  return ({ level, n, width }) => {
    while (levels.length <= level) {
      const below = levels[levels.length - 1] ?? []
      const full = Math.floor(below.length / 256)
      levels.push(Array.from({ length: full }, (_, index) => root(below.slice(index * 256, index * 256 + 256))))
    }
    return Buffer.concat((levels[level] ?? []).slice(n * 256, n * 256 + width))
  }
}

/** Of a perfect tree. */
function root(nodes: readonly Uint8Array[]): Uint8Array {
  if (nodes.length === 1) return nodes[0] as Uint8Array
  const half = nodes.length / 2
  return createHash('sha256')
    .update('\x01')
    .update(root(nodes.slice(0, half)))
    .update(root(nodes.slice(half)))
    .digest()
}
