import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { joined } from '#events/log/grown-tiles.ts'
import type { TileHashes } from '#events/log/proof.ts'
import { type TileAt, tileWidth } from '#events/log/tile.ts'
import { batchGet } from '#functions/store/batch-get.ts'
import { chunksBetween } from '#functions/store/chunk-query.ts'
import { tileKey, tileOf } from '#functions/store/log-item.ts'

/**
 * Reads tiles that the tree goes on with: the unfinished one of level 0 from its chunks, those above as they are stored.
 * One that is not there, or not as wide, is answered as it is: whoever grows the tree holds it against the tree.
 */
export async function readBegun(
  client: DynamoDBClient,
  table: string,
  wanted: readonly TileAt[],
  strongly: boolean,
): Promise<TileHashes> {
  const stored = wanted.filter(({ level }) => level > 0).map(({ level, n }) => tileKey(level, n))
  const [tiles, ...unfinished] = await Promise.all([
    batchGet(client, table, stored, { strongly }).then((items) => items.map(tileOf)),
    ...wanted.filter(({ level }) => level === 0).map((at) => leafHashes(client, table, at)),
  ])
  const found = [...tiles, ...unfinished]
  return ({ level, n }) => found.find((tile) => tile.level === level && tile.n === n)?.hashes ?? new Uint8Array()
}

/** The first leaf hashes of a tile of level 0, from its chunks. Throws where they are not in the log. */
export async function leafHashes(client: DynamoDBClient, table: string, { n, width }: Omit<TileAt, 'level'>) {
  const from = n * tileWidth
  const chunks = await chunksBetween(client, table, from, from + width)
  return { level: 0, n, hashes: joined(chunks.map(({ hashes }) => hashes)).subarray(0, 32 * width) }
}
