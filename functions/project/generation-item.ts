import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { type Generation, type Generations, generationsOf } from '#functions/projections/generations.ts'
import { checkpointKey, generationKey, type Key, keyItem } from '#functions/projections/keys.ts'
import type { Item } from '#functions/projections/row.ts'
import { updateOf } from './update.ts'

/** How long a closed checkpoint keeps late invocations out: longer than any can live, in seconds. */
const closedSeconds = 7 * 24 * 3_600

/** The item that says which generation is read and which is filled. Project alone writes it. */
export class GenerationItem {
  readonly #client: DynamoDBClient
  readonly #table: string
  readonly #now: () => Date

  constructor(options: { client: DynamoDBClient; table: string; now: () => Date }) {
    this.#client = options.client
    this.#table = options.table
    this.#now = options.now
  }

  /** As it stands; the very first time generation 1 begins, in this shape. */
  async read(shape: number): Promise<Generations> {
    const item = await this.#get(keyItem(generationKey))
    if (item) return generationsOf(item)
    await this.#unless(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: { ...keyItem(generationKey), live: { M: generation({ n: 1, shape }) } },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      ),
    )
    return this.read(shape)
  }

  /**
   * Begins to fill a new generation, in place of one that other code was filling, if any. False where the item has
   * changed since it was read.
   */
  begin({ live, filling }: Generations, shape: number, head: number): Promise<boolean> {
    const next = { n: Math.max(live.n, filling?.n ?? 0) + 1, shape }
    const stands = filling ? '#filling.#n = :filling' : 'attribute_not_exists(#filling)'
    return this.#write([
      this.#update(
        generationKey,
        `SET #filling = :next${filling ? ', #retired = :now' : ''}`,
        `#live.#n = :live and ${stands}`,
        {
          ':next': { M: { ...generation(next), head: { N: String(head) } } },
          ':live': { N: String(live.n) },
          ...(filling ? { ':filling': { N: String(filling.n) }, ':now': { S: this.#now().toISOString() } } : {}),
        },
      ),
      ...(filling ? [this.#close(filling.n)] : []),
    ])
  }

  /**
   * The switch: from here on the filled generation is read. Only where the other has not come further than it, and
   * moves no more afterwards: so no reader ever goes back. False where anything has moved since it was read.
   */
  async switch({ live, filling }: Generations): Promise<boolean> {
    if (!filling) return false
    const [from, to] = await Promise.all([this.#checkpoint(live.n), this.#checkpoint(filling.n)])
    if (from.closed || to.closed || from.position > to.position) return false
    return this.#write([
      this.#update(
        generationKey,
        'SET #live = :next, #retired = :now REMOVE #filling',
        '#live.#n = :live and #filling.#n = :filling',
        {
          ':next': { M: generation(filling) },
          ':live': { N: String(live.n) },
          ':filling': { N: String(filling.n) },
          ':now': { S: this.#now().toISOString() },
        },
      ),
      this.#close(live.n, from.position),
    ]) // the decision: all or nothing
  }

  /** Says that the rows of all that was given up by then are removed. */
  async removed(retired: string): Promise<void> {
    await this.#write([
      this.#update(generationKey, 'REMOVE #retired', '#retired = :retired', { ':retired': { S: retired } }),
    ])
  }

  async #checkpoint(n: number): Promise<{ position: number; closed: boolean }> {
    const item = await this.#get(keyItem(checkpointKey(n)))
    return { position: Number(item?.position?.N ?? 0), closed: item?.closed !== undefined }
  }

  /** Closes a checkpoint, if it still stands at `position`; without one wherever it stands. */
  #close(n: number, position?: number): TransactWriteItem {
    const stands =
      position === 0 ? '(attribute_not_exists(#position) or #position = :position)' : '#position = :position'
    return this.#update(
      checkpointKey(n),
      'SET #closed = :true, #expiresAt = :expiresAt REMOVE #holder, #heldUntil',
      `attribute_not_exists(#closed)${position === undefined ? '' : ` and ${stands}`}`,
      {
        ':true': { BOOL: true },
        ':expiresAt': { N: String(Math.floor(this.#now().getTime() / 1_000) + closedSeconds) },
        ...(position === undefined ? {} : { ':position': { N: String(position) } }),
      },
    )
  }

  #update(key: Key, change: string, condition: string, values: Item): TransactWriteItem {
    return { Update: updateOf(this.#table, key, change, condition, values) }
  }

  /** False where a condition does not hold, or others are writing the same items. */
  async #write(items: TransactWriteItem[]): Promise<boolean> {
    return this.#unless(() => this.#client.send(new TransactWriteItemsCommand({ TransactItems: items })))
  }

  async #unless(send: () => Promise<unknown>): Promise<boolean> {
    try {
      await send()
      return true
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false
      const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : []
      if (reasons.some(({ Code = '' }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict'))
        return false
      throw error
    }
  }

  async #get(Key: Item): Promise<Item | undefined> {
    return (await this.#client.send(new GetItemCommand({ TableName: this.#table, Key, ConsistentRead: true }))).Item
  }
}

const generation = ({ n, shape }: Generation): Item => ({ n: { N: String(n) }, shape: { N: String(shape) } })
