import { isDeepStrictEqual } from 'node:util'
import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { Item } from '#functions/store/commit.ts'
import { Unusable } from '../deployment.ts'

/**
 * Puts an item where there is none under its key. One that is there already, and the same, was put by this restore before
 * it was interrupted. `key` is an attribute that every item of the table has.
 * @throws {Unusable} another one is there
 */
export async function putOnce(client: DynamoDBClient, table: string, item: Item, key: string): Promise<void> {
  const there = await put(client, table, item, 'attribute_not_exists(#name)', { '#name': key })
  if (!there || isDeepStrictEqual(comparable(there), comparable(item))) return
  const at = there.streamId?.S ?? there.pk?.S
  throw new Unusable(`Somebody else writes to this stack: of ${at} it has another one than the export.`)
}

/** Puts an item that only ever goes forward, by one of its numbers: one that is as far, or further, stays. */
export async function putForward(client: DynamoDBClient, table: string, item: Item, number: string): Promise<void> {
  const value = item[number] ?? { N: '0' }
  await put(client, table, item, 'attribute_not_exists(#name) or #name < :value', { '#name': number }, value)
}

/** The item that is there, where the condition did not hold. */
async function put(
  client: DynamoDBClient,
  table: string,
  item: Item,
  condition: string,
  names: Record<string, string>,
  value?: Item[string],
): Promise<Item | undefined> {
  try {
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: item,
        ConditionExpression: condition,
        ExpressionAttributeNames: names,
        ...(value ? { ExpressionAttributeValues: { ':value': value } } : {}),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    )
    return undefined
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return error.Item ?? {}
    throw error
  }
}

/** Bytes of whatever class as text, so that what is stored can be compared with what was to be. */
function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, comparable(one)]))
}
