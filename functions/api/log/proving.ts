import { base64 } from '#events/log/base.ts'
import {
  consistencyProof,
  consistencyTiles,
  edgeFrom,
  edgeTiles,
  inclusionProof,
  inclusionTiles,
  type TileHashes,
} from '#events/log/proof.ts'
import { type TileAt, tileWidth, widthOf } from '#events/log/tile.ts'
import { rootOf } from '#events/log/tree.ts'
import type { LogStore } from '#functions/store/log-store.ts'

/*
 * Proofs, computed from tiles. Loaded for those who ask for one.
 */

/** The leaf at a position: its tile, as wide as it is in the tree of that size. */
const leafTile = (position: number, size: number): TileAt => {
  const n = Math.floor(position / tileWidth)
  return { level: 0, n, width: widthOf(0, n, size) }
}

const leafIn = (position: number, size: number, tile: TileHashes): Uint8Array => {
  const at = (position % tileWidth) * 32
  return tile(leafTile(position, size)).subarray(at, at + 32)
}

const rootIn = (size: number, tile: TileHashes): Uint8Array => rootOf({ edge: edgeFrom(size, tile) })

/** That the event at a position is in the tree of a signed size. */
export async function proveInclusion(log: LogStore, position: number, size: number) {
  const tile = await log.tiles([...inclusionTiles(position, size), leafTile(position, size), ...edgeTiles(size)])
  return {
    position,
    size,
    leafHash: base64(leafIn(position, size, tile)),
    rootHash: base64(rootIn(size, tile)),
    hashes: inclusionProof(position, size, tile).map(base64),
  }
}

/** That the tree of a size is how the tree of another, signed, began. */
export async function proveConsistency(log: LogStore, from: number, to: number) {
  const tile = await log.tiles([...consistencyTiles(from, to), ...edgeTiles(from), ...edgeTiles(to)])
  return {
    from,
    to,
    fromRoot: base64(rootIn(from, tile)),
    toRoot: base64(rootIn(to, tile)),
    hashes: consistencyProof(from, to, tile).map(base64),
  }
}

/** The inclusion proofs of events at several positions of the tree of a signed size, from tiles that are read at once. */
export async function inclusionProofs(log: LogStore, positions: readonly number[], size: number) {
  const tile = await log.tiles(positions.flatMap((position) => inclusionTiles(position, size)))
  return positions.map((position) => inclusionProof(position, size, tile))
}
