import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { Checkpoint } from './pull.ts'

/** A consumer's checkpoint, kept as the `position` of one item whose key has the parts `pk` and `sk`. */
export class StoredCheckpoint implements Checkpoint {
  readonly #client: DynamoDBClient
  readonly #item: { TableName: string; Key: { pk: { S: string }; sk: { S: string } } }

  constructor(options: { client: DynamoDBClient; table: string; key: { readonly pk: string; readonly sk: string } }) {
    this.#client = options.client
    this.#item = { TableName: options.table, Key: { pk: { S: options.key.pk }, sk: { S: options.key.sk } } }
  }

  read(): Promise<number> {
    return this.#get(true)
  }

  /** As it stood a moment ago, for those who only tell of it: half of what it costs to read it strongly. */
  seen(): Promise<number> {
    return this.#get(false)
  }

  async #get(strongly: boolean): Promise<number> {
    const { Item } = await this.#client.send(new GetItemCommand({ ...this.#item, ConsistentRead: strongly }))
    return Number(Item?.position?.N ?? 0)
  }

  async move(from: number, to: number): Promise<boolean> {
    try {
      await this.#client.send(
        new UpdateItemCommand({
          ...this.#item,
          UpdateExpression: 'SET #position = :to',
          ConditionExpression: `#position = :from${from === 0 ? ' or attribute_not_exists(#position)' : ''}`,
          ExpressionAttributeNames: { '#position': 'position' },
          ExpressionAttributeValues: { ':from': { N: String(from) }, ':to': { N: String(to) } },
        }),
      ) // behind it all is done; a crash before this line repeats the batch
      return true
    } catch (error) {
      // Somebody else moved it, or this very call did, and its answer was lost and the SDK asked again.
      if (error instanceof ConditionalCheckFailedException) return false
      throw error
    }
  }
}

/** How far the publish step has come. It alone moves it. */
export const publishCheckpoint = (options: { client: DynamoDBClient; table: string }): StoredCheckpoint =>
  new StoredCheckpoint({ ...options, key: { pk: 'consumer#publish', sk: '0' } })
