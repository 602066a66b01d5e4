import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { encodeState, type Head, headItem } from '#functions/projections/kept.ts'
import { type Key, keyItem, parkedKey, partKey, rowKey, stateKey } from '#functions/projections/keys.ts'
import { attributesOf, type Item, type Row } from '#functions/projections/row.ts'
import { updateOf } from './update.ts'

/** How long a tombstone keeps late writes out: longer than any invocation can live. */
const tombstoneSeconds = 7 * 24 * 3_600

/** How long the parts of a state that was replaced are left for whoever has just read its head. */
const partSeconds = 3_600

/** The longest message of an error that is kept with a parked stream, in characters. */
const maxErrorLength = 160

/** Where a stream stands that cannot be folded. */
export interface Parked {
  readonly streamId: string
  /** Of its last sealed event that is known of. */
  readonly version: number
  readonly position: number
  readonly error: unknown
}

/**
 * Writes one generation of the views. A row, a tombstone or a state only replaces one of a lower position, so every
 * write can be repeated, and a late one does nothing: a condition that fails means that it, or more, is done already.
 */
export class ViewsWriter {
  readonly #client: DynamoDBClient
  readonly #table: string
  readonly #generation: number
  readonly #now: () => Date
  #rows = 0

  constructor(options: { client: DynamoDBClient; table: string; generation: number; now: () => Date }) {
    this.#client = options.client
    this.#table = options.table
    this.#generation = options.generation
    this.#now = options.now
  }

  /** How many rows and tombstones it has sent. */
  get rows(): number {
    return this.#rows
  }

  put(row: Row, position: number): Promise<void> {
    this.#rows++
    return this.#replace({ ...keyItem(rowKey(this.#generation, row)), ...attributesOf(row) }, position)
  }

  /** Leaves a tombstone, lest a late write bring the row back. */
  remove(row: Key, position: number): Promise<void> {
    this.#rows++
    return this.#replace(
      {
        ...keyItem(rowKey(this.#generation, row)),
        gone: { BOOL: true },
        expiresAt: this.#seconds(tombstoneSeconds),
      },
      position,
    )
  }

  /**
   * Keeps a stream's state in place of `before`. To be called last: a kept state says that all its rows are written. Of a
   * state that `withholds` what was in the one before, that one's parts go at once; whoever has just read its head reads
   * that again.
   */
  async keep(
    streamId: string,
    foldVersion: number,
    state: { readonly version: number; readonly json: string; readonly withholds?: boolean },
    position: number,
    before: Head | undefined,
  ): Promise<Head> {
    const key = stateKey(this.#generation, foldVersion, streamId)
    const encoded = encodeState(state.json)
    const parts = 'parts' in encoded ? encoded.parts : []
    const head: Head = { version: state.version, position, parts: parts.length, since: [] }
    for (const [index, body] of parts.entries()) {
      await this.#putOnce({ ...keyItem(partKey(key, state.version, index)), body: { B: body } })
    }
    const body = 'body' in encoded ? encoded.body : undefined
    await this.#replace({ ...keyItem(key), ...headItem(head, body) }, position) // the stream has come to this version
    // A crash here leaves parts until their generation is removed.
    if (before) await (state.withholds ? this.#removeParts(key, before) : this.#expireParts(key, before))
    return head
  }

  /**
   * Says that a stream has come further than its kept state: to the last of these positions, one for each event. To be
   * called last, as `keep`.
   */
  async reach(streamId: string, foldVersion: number, kept: Head, positions: readonly number[]): Promise<Head> {
    const head: Head = { ...kept, since: [...kept.since, ...positions] }
    const key = keyItem(stateKey(this.#generation, foldVersion, streamId))
    await this.#replace({ ...key, ...headItem(head) }, positions.at(-1) ?? kept.position)
    return head
  }

  /** Parks a stream, or counts one more try. The first failure's time stays. */
  async park({ streamId, version, position, error }: Parked): Promise<void> {
    await done(() =>
      this.#update(
        parkedKey(this.#generation, streamId),
        'SET #generation = :generation, #version = :version, #position = :position, #error = :error, ' +
          '#since = if_not_exists(#since, :now), #tries = if_not_exists(#tries, :none) + :one',
        'attribute_not_exists(#version) or #version <= :version',
        {
          ':generation': { N: String(this.#generation) },
          ':version': { N: String(version) },
          ':position': { N: String(position) },
          ':error': { S: String(error).slice(0, maxErrorLength) },
          ':now': { S: this.#now().toISOString() },
          ':none': { N: '0' },
          ':one': { N: '1' },
        },
      ),
    )
  }

  /** Clears a parked stream that has come to `version`, unless it was parked at a later one meanwhile. */
  async unpark(streamId: string, version: number): Promise<void> {
    await done(() =>
      this.#client.send(
        new DeleteItemCommand({
          TableName: this.#table,
          Key: keyItem(parkedKey(this.#generation, streamId)),
          ConditionExpression: 'attribute_not_exists(#pk) or #version <= :version',
          ExpressionAttributeNames: { '#pk': 'pk', '#version': 'version' },
          ExpressionAttributeValues: { ':version': { N: String(version) } },
        }),
      ),
    )
  }

  async #expireParts(key: Key, { version, parts }: Head): Promise<void> {
    for (let index = 0; index < parts; index++) {
      await done(() =>
        this.#update(partKey(key, version, index), 'SET #expiresAt = :expiresAt', 'attribute_exists(#pk)', {
          ':expiresAt': this.#seconds(partSeconds),
        }),
      )
    }
  }

  async #removeParts(key: Key, { version, parts }: Head): Promise<void> {
    for (let index = 0; index < parts; index++) {
      const part = keyItem(partKey(key, version, index))
      await this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key: part }))
    }
  }

  async #replace(item: Item, position: number): Promise<void> {
    await done(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: { ...item, position: { N: String(position) } },
          ConditionExpression: 'attribute_not_exists(#pk) or #position < :position',
          ExpressionAttributeNames: { '#pk': 'pk', '#position': 'position' },
          ExpressionAttributeValues: { ':position': { N: String(position) } },
        }),
      ),
    )
  }

  async #putOnce(item: Item): Promise<void> {
    await done(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: item,
          ConditionExpression: 'attribute_not_exists(#pk)',
          ExpressionAttributeNames: { '#pk': 'pk' },
        }),
      ),
    )
  }

  async #update(key: Key, change: string, condition: string, values: Item): Promise<void> {
    await this.#client.send(new UpdateItemCommand(updateOf(this.#table, key, change, condition, values)))
  }

  #seconds(later: number) {
    return { N: String(Math.floor(this.#now().getTime() / 1_000) + later) }
  }
}

/** Sends a conditional write; that its condition fails means that it is done already. */
async function done(send: () => Promise<unknown>): Promise<void> {
  try {
    await send()
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}
