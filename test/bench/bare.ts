import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import type { Item } from '#functions/store/commit.ts'

/** What the floor is made of: the SDK's own calls, and nothing around them. */
export const bare = (client: DynamoDBClient, table: string) => ({
  /** A put on the condition that its key is free. */
  put: (item: Item, key = 'streamId') =>
    client.send(
      new PutItemCommand({ TableName: table, Item: item, ConditionExpression: `attribute_not_exists(${key})` }),
    ),

  /** A strongly consistent Query of one partition, followed to its end. */
  async query(partition: string, key = 'streamId'): Promise<Item[]> {
    const items: Item[] = []
    let from: Item | undefined
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: `${key} = :partition`,
          ExpressionAttributeValues: { ':partition': { S: partition } },
          ConsistentRead: true,
          ...(from ? { ExclusiveStartKey: from } : {}),
        }),
      )
      items.push(...(page.Items ?? []))
      from = page.LastEvaluatedKey
    } while (from)
    return items
  },
})
