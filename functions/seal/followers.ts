import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { generationsOf } from '#functions/projections/generations.ts'
import { generationKey, type Key, keyItem, checkpointKey as rowsCheckpointKey } from '#functions/projections/keys.ts'
import { batchGet } from '#functions/store/batch-get.ts'
import { publishCheckpoint } from '#functions/store/checkpoint.ts'
import type { Item } from '#functions/store/commit.ts'
import { checkpointKey, checkpointOf, type Head, headKey, headOf } from '#functions/store/log-item.ts'

/** How far those have come who follow the head: each is a size of the log, all of which they have. */
export interface Standing {
  readonly head: Head
  readonly signed: number
  readonly published: number
  /** Into the rows that are read. */
  readonly projected: number
}

/** Sees how far behind the head its followers are, and rings for them. */
export class Followers {
  readonly #client: DynamoDBClient
  readonly #log: string
  readonly #views: string

  /** `log` and `views` are tables. */
  constructor(options: { client: DynamoDBClient; log: string; views: string }) {
    this.#client = options.client
    this.#log = options.log
    this.#views = options.views
  }

  /** Costs five read units, whatever there is. The head is read first: who is at it is behind nothing. */
  async standing(): Promise<Standing> {
    const head = headOf(await this.#head())
    const [[signed], published, projected] = await Promise.all([
      batchGet(this.#client, this.#log, [checkpointKey]),
      publishCheckpoint({ client: this.#client, table: this.#log }).read(),
      this.#projected(),
    ])
    return { head, signed: signed ? checkpointOf(signed).size : 0, published, projected }
  }

  /**
   * Rings as a head that has moved does, for whoever follows the log: the item is written as it is, with the time in
   * `rungAt`, which is all that differs and which nobody reads. Where it has moved meanwhile, that has rung.
   */
  async ring(now: Date): Promise<void> {
    const head = await this.#head()
    if (!head) return
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#log,
          Item: { ...head, rungAt: { S: now.toISOString() } },
          ConditionExpression: '#size = :size', // of one size there is one head
          ExpressionAttributeNames: { '#size': 'size' },
          ExpressionAttributeValues: { ':size': head.size ?? { N: '0' } },
        }),
      )
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
    }
  }

  async #head(): Promise<Item | undefined> {
    return (await this.#client.send(new GetItemCommand({ TableName: this.#log, Key: headKey, ConsistentRead: true })))
      .Item
  }

  async #projected(): Promise<number> {
    const generations = await this.#view(generationKey)
    if (!generations) return 0
    return Number((await this.#view(rowsCheckpointKey(generationsOf(generations).live.n)))?.position?.N ?? 0)
  }

  async #view(key: Key): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.#views, Key: keyItem(key), ConsistentRead: true })
    return (await this.#client.send(command)).Item
  }
}
