import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb'
import type { Item } from './commit.ts'

/** Some items of a stream, in order, and whether others follow. */
export interface Page {
  readonly items: readonly Item[]
  readonly more: boolean
}

/**
 * The items of a stream whose key is above a version, in order, strongly consistent, page by page: a page has at most
 * 1 MB, and at most `limit` items, and the last one comes with `more: false`. Read to the end, or it is a prefix.
 */
export async function* commitPages(
  client: DynamoDBClient,
  table: string,
  streamId: string,
  after: number,
  limit?: number,
): AsyncGenerator<Page> {
  let from: Item | undefined
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'streamId = :stream and version > :after',
        ExpressionAttributeValues: { ':stream': { S: streamId }, ':after': { N: String(after) } },
        ConsistentRead: true,
        ...(limit === undefined ? {} : { Limit: limit }),
        ...(from ? { ExclusiveStartKey: from } : {}),
      }),
    )
    from = page.LastEvaluatedKey
    yield { items: page.Items ?? [], more: from !== undefined }
  } while (from)
}

/** The one commit whose key is at or below a version and nearest to it, strongly consistent. */
export async function commitAtOrBelow(
  client: DynamoDBClient,
  table: string,
  streamId: string,
  version: number,
): Promise<Item | undefined> {
  const { Items } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'streamId = :stream and version <= :version',
      ExpressionAttributeValues: { ':stream': { S: streamId }, ':version': { N: String(version) } },
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: 1,
    }),
  )
  return Items?.[0]
}
