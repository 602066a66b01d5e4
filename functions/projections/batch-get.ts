import { setTimeout as delay } from 'node:timers/promises'
import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Item } from './row.ts'

/** DynamoDB's limit to one BatchGetItem. */
const keysAtOnce = 100

/** How often keys may come back unprocessed without any of them answered, and the first wait after that. */
const maxIdle = 8
const idleMs = 20

/** The items that there are of these keys, strongly consistent, in no order: any number, all of them answered for. */
export async function batchGet(client: DynamoDBClient, table: string, keys: readonly Item[]): Promise<Item[]> {
  const chunks = Array.from({ length: Math.ceil(keys.length / keysAtOnce) }, (_, index) =>
    keys.slice(index * keysAtOnce, (index + 1) * keysAtOnce),
  )
  return (await Promise.all(chunks.map((chunk) => answered(client, table, chunk)))).flat()
}

async function answered(client: DynamoDBClient, table: string, keys: Item[]): Promise<Item[]> {
  const items: Item[] = []
  let open = keys
  let idle = 0
  while (open.length > 0) {
    const answer = await client.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: open, ConsistentRead: true } } }),
    )
    items.push(...(answer.Responses?.[table] ?? []))
    const left = answer.UnprocessedKeys?.[table]?.Keys ?? []
    idle = left.length < open.length ? 0 : idle + 1 // an answer holds 16 MB at most; none at all means throttled
    if (idle > maxIdle) throw new Error(`DynamoDB left ${left.length} keys unread, however often it was asked`)
    if (idle > 0) await delay(Math.random() * idleMs * 2 ** idle)
    open = left
  }
  return items
}
