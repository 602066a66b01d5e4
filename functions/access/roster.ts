import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  paginateScan,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { fromItem, pkOf } from './access.ts'
import type { KeyItem } from './key.ts'

/** What is on record of a key, but for the hash: nobody needs to see that. */
export type ListedKey = Omit<KeyItem, 'hash'>

/**
 * All keys there are, for whoever keeps them: reads the table whole and marks a key as revoked, with the caller's own
 * rights. No function may do either.
 */
export class Roster {
  readonly #client: DynamoDBClient
  readonly #table: string

  constructor(options: { client: DynamoDBClient; table: string }) {
    this.#client = options.client
    this.#table = options.table
  }

  /** Every key, the oldest first, also those that were revoked; not their hashes. */
  async list(): Promise<ListedKey[]> {
    const keys: ListedKey[] = []
    const input = {
      TableName: this.#table,
      FilterExpression: 'begins_with(pk, :key)',
      ProjectionExpression: 'pk, #name, slug, scopes, createdAt, revokedAt',
      ExpressionAttributeNames: { '#name': 'name' },
      ExpressionAttributeValues: { ':key': { S: pkOf('') } },
      ConsistentRead: true,
    }
    for await (const { Items = [] } of paginateScan({ client: this.#client }, input)) {
      for (const item of Items) keys.push(shown(item.pk?.S?.slice(pkOf('').length) ?? '', item))
    }
    const place = ({ createdAt, id }: ListedKey) => `${createdAt} ${id}`
    return keys.toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
  }

  /**
   * Marks a key as revoked: within half a minute it opens nothing any more (see `keptMs`). One that is revoked stays
   * as it is, and says since when. Undefined where there is no key of this id.
   */
  async revoke(id: string, now: Date): Promise<ListedKey | undefined> {
    try {
      const { Attributes = {} } = await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: { pk: { S: pkOf(id) } },
          UpdateExpression: 'SET revokedAt = if_not_exists(revokedAt, :now)',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':now': { S: now.toISOString() } },
          ReturnValues: 'ALL_NEW',
        }),
      )
      return shown(id, Attributes)
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined
      throw error
    }
  }
}

function shown(id: string, item: Record<string, AttributeValue>): ListedKey {
  const { hash: _, ...key } = fromItem(id, { ...item, hash: { S: '' } })
  return key
}
