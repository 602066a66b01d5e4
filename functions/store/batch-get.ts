import { setTimeout as delay } from 'node:timers/promises'
import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Item } from './commit.ts'

/** The most that one BatchGetItem takes. */
const keysAtOnce = 100
const maxTries = 8

/**
 * Reads items by key, strongly consistent unless told otherwise, as many as there are: those that are absent are missing
 * from the answer, and nothing else is. What DynamoDB leaves unprocessed is asked for again; throws where it never answers.
 */
export async function batchGet(
  client: DynamoDBClient,
  table: string,
  keys: readonly Item[],
  { projection, strongly = true }: { readonly projection?: string; readonly strongly?: boolean } = {},
): Promise<Item[]> {
  const items: Item[] = []
  for (let at = 0; at < keys.length; at += keysAtOnce) {
    let left: Item[] = keys.slice(at, at + keysAtOnce)
    for (let tries = 1; left.length > 0; tries++) {
      if (tries > maxTries) throw new Error(`DynamoDB left ${left.length} keys of ${table} unread, ${maxTries} times`)
      if (tries > 1) await delay(Math.random() * Math.min(1_000, 20 * 2 ** tries))
      const answer = await client.send(
        new BatchGetItemCommand({
          RequestItems: {
            [table]: {
              Keys: left,
              ConsistentRead: strongly,
              ...(projection ? { ProjectionExpression: projection } : {}),
            },
          },
        }),
      )
      items.push(...(answer.Responses?.[table] ?? []))
      left = answer.UnprocessedKeys?.[table]?.Keys ?? []
    }
  }
  return items
}
