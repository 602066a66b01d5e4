import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb'
import type { Item } from '#functions/store/commit.ts'
import { parkedKey, parkedPartition } from '#functions/store/log-item.ts'

/** A stream that cannot be sealed beyond a commit of it. The log goes on without it until that commit is put right. */
export interface Parked {
  readonly streamId: string
  /** Of the first event that is not sealed. */
  readonly version: number
  readonly error: string
  /** When it was first found: RFC 3339. */
  readonly since: string
  /** How often it was found. */
  readonly tries: number
  /** False once the stream was sealed to its end: kept as a trace, and because no role deletes here. */
  readonly open: boolean
}

/** The parked streams in the log table. */
export class ParkedStreams {
  readonly #client: DynamoDBClient
  readonly #table: string

  constructor(options: { client: DynamoDBClient; table: string }) {
    this.#client = options.client
    this.#table = options.table
  }

  /** All of them, also those that are open no longer, by stream; strongly consistent. */
  async all(): Promise<Map<string, Parked>> {
    const parked = new Map<string, Parked>()
    let from: Item | undefined
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'pk = :parked',
          ExpressionAttributeValues: { ':parked': { S: parkedPartition } },
          ConsistentRead: true,
          ...(from ? { ExclusiveStartKey: from } : {}),
        }),
      )
      for (const item of page.Items ?? []) parked.set(item.sk?.S ?? '', parkedOf(item))
      from = page.LastEvaluatedKey
    } while (from)
    return parked
  }

  /** Parks a stream, or counts one more try. */
  async park(before: Parked | undefined, found: Pick<Parked, 'streamId' | 'version' | 'error'>, now: string) {
    const goesOn = before?.open && before.version === found.version
    await this.#replace(before, {
      ...found,
      since: goesOn ? before.since : now,
      tries: (before?.tries ?? 0) + 1,
      open: true,
    })
  }

  /** Marks a parked stream as sealed to its end, unless somebody has found it wanting again since it was read. */
  async clear(before: Parked): Promise<void> {
    await this.#replace(before, { ...before, open: false })
  }

  /** On the condition that it still is as it was read: `tries` grows with every find. A lost race has been told already. */
  async #replace(before: Parked | undefined, after: Parked): Promise<void> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: parkedItem(after),
          ...(before
            ? {
                ConditionExpression: 'version = :version and tries = :tries',
                ExpressionAttributeValues: {
                  ':version': { N: String(before.version) },
                  ':tries': { N: String(before.tries) },
                },
              }
            : { ConditionExpression: 'attribute_not_exists(pk)' }),
        }),
      )
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
    }
  }
}

const parkedItem = (parked: Parked): Item => ({
  ...parkedKey(parked.streamId),
  version: { N: String(parked.version) },
  error: { S: parked.error },
  since: { S: parked.since },
  tries: { N: String(parked.tries) },
  open: { BOOL: parked.open },
})

const parkedOf = (item: Item): Parked => ({
  streamId: item.sk?.S ?? '',
  version: Number(item.version?.N),
  error: item.error?.S ?? '',
  since: item.since?.S ?? '',
  tries: Number(item.tries?.N),
  open: item.open?.BOOL ?? false,
})
