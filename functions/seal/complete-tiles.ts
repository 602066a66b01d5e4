import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { sameBytes } from '#events/log/base.ts'
import { joined, tileRoot } from '#events/log/grown-tiles.ts'
import { type Tile, tileWidth } from '#events/log/tile.ts'
import { edgeLength, emptyTree, type Tree, withLeaves } from '#events/log/tree.ts'
import { each } from '#functions/runtime/each.ts'
import { batchGet } from '#functions/store/batch-get.ts'
import { tileItem, tileKey, tileOf } from '#functions/store/log-item.ts'
import { leafHashes } from './begun.ts'

/** How many tiles of level 0 are looked at in one call, and of how many the chunks are read at once. */
const tilesAtOnce = 100
const readAtOnce = 8

/** Of a tile that is put: there is none, or it has fewer hashes. */
export const wider = ({ hashes }: Tile) => ({
  ConditionExpression: 'attribute_not_exists(pk) or width < :width',
  ExpressionAttributeValues: { ':width': { N: String(hashes.length / 32) } },
})

/**
 * Stores what tiles are missing of a log that has events: of a time before it had tiles, or sealed by a version that made
 * none. They are made of the chunks, and written once it is clear that they are those of the tree. Goes on where it was
 * broken off. Costs a read unit or two for each 256 events where nothing is missing.
 * Throws when chunks and tiles do not make the tree.
 */
export async function completeTiles(client: DynamoDBClient, table: string, tree: Tree): Promise<void> {
  const full = Math.floor(tree.size / tileWidth)
  const roots: Uint8Array[] = []
  const missing: number[] = []
  for (let from = 0; from < full; from += tilesAtOnce) {
    const numbers = Array.from({ length: Math.min(tilesAtOnce, full - from) }, (_, index) => from + index)
    const stored = await storedTiles(client, table, 0, numbers)
    await each(numbers, readAtOnce, async (n) => {
      const hashes = stored.get(n) ?? (await leafHashes(client, table, { n, width: tileWidth })).hashes
      if (!stored.has(n)) missing.push(n)
      roots[n] = tileRoot(hashes)
    })
  }
  // Each root stands for a subtree of 256 leaves: they are to make the edge, all but what the last, unfinished tile has in it.
  const unfinished = edgeLength(tree.size % tileWidth)
  const edge = tree.edge.slice(0, tree.edge.length - unfinished)
  if (!sameBytes(joined(withLeaves(emptyTree, roots).edge), joined(edge))) {
    throw new Error(`The tiles of the log do not make the tree with ${tree.size} leaves`)
  }
  await each(missing, readAtOnce, async (n) => {
    await putTile(client, table, await leafHashes(client, table, { n, width: tileWidth }))
  })
  for (let [level, nodes] = [1, roots]; nodes.length > 0; level++) {
    const tiles = Array.from({ length: Math.ceil(nodes.length / tileWidth) }, (_, n) => ({
      level,
      n,
      hashes: joined(nodes.slice(n * tileWidth, (n + 1) * tileWidth)),
    }))
    const stored = await storedTiles(
      client,
      table,
      level,
      tiles.map(({ n }) => n),
    )
    const lacking = tiles.filter(({ n, hashes }) => (stored.get(n)?.length ?? 0) < hashes.length)
    await each(lacking, readAtOnce, (tile) => putTile(client, table, tile))
    nodes = tiles.filter(({ hashes }) => hashes.length === 32 * tileWidth).map(({ hashes }) => tileRoot(hashes))
  }
}

async function storedTiles(client: DynamoDBClient, table: string, level: number, numbers: readonly number[]) {
  const keys = numbers.map((n) => tileKey(level, n))
  const tiles = (await batchGet(client, table, keys)).map(tileOf)
  return new Map(tiles.map(({ n, hashes }) => [n, hashes]))
}

async function putTile(client: DynamoDBClient, table: string, tile: Tile): Promise<void> {
  try {
    // Durable, and what it says was decided long ago: a crash here leaves fewer of them missing.
    await client.send(new PutItemCommand({ TableName: table, Item: tileItem(tile), ...wider(tile) }))
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}
