import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb'
import type { Chunk } from '#events/log/grow.ts'
import { chunkOf, chunkPartition, positionKey } from './log-item.ts'

/** Which chunks of a partition: those from a position on; or the one before it, or at it or before it. */
export type Side = '>=' | '<' | '<='

/** One page of the chunks that share the partition of a position, in order; `limit` says how many at most. */
export async function queryChunks(
  client: DynamoDBClient,
  table: string,
  from: number,
  { side = '>=', strongly, limit }: { readonly side?: Side; readonly strongly: boolean; readonly limit?: number },
): Promise<Chunk[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: `pk = :pk and sk ${side} :from`,
      ExpressionAttributeValues: { ':pk': { S: chunkPartition(from) }, ':from': { S: positionKey(from) } },
      ConsistentRead: strongly,
      ...(side === '>=' ? { Limit: limit } : { ScanIndexForward: false, Limit: 1 }),
    }),
  )
  return Items.map(chunkOf)
}

/** As far as each follows the one before it. */
export function unbroken(chunks: readonly Chunk[]): readonly Chunk[] {
  const broken = chunks.findIndex((chunk, index) => {
    const before = chunks[index - 1]
    return before !== undefined && before.first + before.count !== chunk.first
  })
  return broken < 0 ? chunks : chunks.slice(0, broken)
}

/**
 * The chunks of one partition that hold the positions from `from`, which one of them begins at, to before `end`: all of
 * them, in order and without gaps. Asked for strongly where they do not show.
 * Throws when they are not there even then.
 */
export async function chunksBetween(
  client: DynamoDBClient,
  table: string,
  from: number,
  end: number,
): Promise<readonly Chunk[]> {
  const chunks: Chunk[] = []
  for (let [at, strongly] = [from, false]; at < end; ) {
    const page = await queryChunks(client, table, at, { strongly })
    const following = page[0]?.first === at ? unbroken(page) : []
    const last = following.at(-1)
    if (!last && strongly) throw new Error(`The log has no chunk at position ${at}`)
    strongly = !last
    chunks.push(...following)
    at = last ? last.first + last.count : at
  }
  return chunks
}
