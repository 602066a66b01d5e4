import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { sweepKey } from '#functions/store/log-item.ts'

/** How far the log was swept: every commit before this is sealed, or its stream is parked. */
export interface SweepMark {
  /** `2031-02-06T09`: those of all hours before it. */
  readonly hour: string
  /** Where a sweep had to leave off within the hour: those of it that were recorded before this, too. RFC 3339. */
  readonly before?: string | undefined
  /** The log's size at that time. */
  readonly size: number
}

/** The sweep mark in the log table. */
export class StoredSweepMark {
  readonly #client: DynamoDBClient
  readonly #table: string

  constructor(options: { client: DynamoDBClient; table: string }) {
    this.#client = options.client
    this.#table = options.table
  }

  /** Strongly consistent; undefined as long as no sweep has come to its end. */
  async read(): Promise<SweepMark | undefined> {
    const { Item: item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: sweepKey, ConsistentRead: true }),
    )
    return item && { hour: item.hour?.S ?? '', before: item.before?.S, size: Number(item.size?.N ?? 0) }
  }

  /** Moves it on, never back: whoever has come further stands. */
  async move({ hour, before, size }: SweepMark): Promise<void> {
    const isFurther =
      before === undefined ? '' : ' or (#hour = :hour and (attribute_not_exists(#before) or #before < :before))'
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: {
            ...sweepKey,
            hour: { S: hour },
            ...(before === undefined ? {} : { before: { S: before } }),
            size: { N: String(size) },
          },
          ConditionExpression: `attribute_not_exists(#hour) or #hour < :hour${isFurther}`,
          ExpressionAttributeNames: { '#hour': 'hour', ...(before === undefined ? {} : { '#before': 'before' }) },
          ExpressionAttributeValues: {
            ':hour': { S: hour },
            ...(before === undefined ? {} : { ':before': { S: before } }),
          },
        }),
      ) // all before it is sealed; a crash before this line sweeps it again
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
    }
  }
}
