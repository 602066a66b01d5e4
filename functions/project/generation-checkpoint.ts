import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { checkpointKey, keyItem } from '#functions/projections/keys.ts'
import type { Item } from '#functions/projections/row.ts'
import type { Checkpoint } from '#functions/store/pull.ts'
import { updateOf } from './update.ts'

/** A generation was given up meanwhile: its rows are not to be brought on any more. */
export class Closed extends Error {
  override readonly name = 'Closed'
  readonly generation: number
  constructor(generation: number) {
    super(`Generation ${generation} is closed: another is read instead`)
    this.generation = generation
  }
}

/** How long a filling generation is left to whoever moved its checkpoint last, in milliseconds. */
const heldMs = 60_000

/**
 * How far the log is in a generation's rows. Once closed it moves no more. While a generation is filled it also says
 * who does so, lest two do the same work: a courtesy, on which nothing hangs.
 */
export class GenerationCheckpoint implements Checkpoint {
  readonly #client: DynamoDBClient
  readonly #table: string
  readonly #n: number
  readonly #self: string
  readonly #now: () => Date
  #holding = false

  /** `self`: a name of this process alone. */
  constructor(options: {
    client: DynamoDBClient
    table: string
    generation: number
    self: string
    now: () => Date
  }) {
    this.#self = options.self
    this.#client = options.client
    this.#table = options.table
    this.#n = options.generation
    this.#now = options.now
  }

  /** @throws {Closed} */
  async read(): Promise<number> {
    const Key = keyItem(checkpointKey(this.#n))
    const { Item: item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key, ConsistentRead: true }),
    )
    if (item?.closed) throw new Closed(this.#n)
    return Number(item?.position?.N ?? 0)
  }

  async move(from: number, to: number): Promise<boolean> {
    const stands = from === 0 ? '(#position = :from or attribute_not_exists(#position))' : '#position = :from'
    // Behind it all is done; a crash before this line repeats the batch.
    return this.#update(
      `SET #position = :to${this.#holding ? ', #holder = :self, #heldUntil = :until' : ''}`,
      `${stands} and attribute_not_exists(#closed)`,
      {
        ':from': { N: String(from) },
        ':to': { N: String(to) },
        ...(this.#holding ? { ':self': { S: this.#self }, ':until': this.#seconds(heldMs) } : {}),
      },
    )
  }

  /** Takes the filling upon this process; false while another is at it. */
  async hold(): Promise<boolean> {
    this.#holding = await this.#update(
      'SET #holder = :self, #heldUntil = :until',
      'attribute_not_exists(#heldUntil) or #heldUntil < :now or #holder = :self',
      { ':self': { S: this.#self }, ':until': this.#seconds(heldMs), ':now': this.#seconds(0) },
    )
    return this.#holding
  }

  /** Leaves it to others. */
  async release(): Promise<void> {
    if (this.#holding)
      await this.#update('REMOVE #holder, #heldUntil', '#holder = :self', { ':self': { S: this.#self } })
    this.#holding = false
  }

  async #update(change: string, condition: string, values: Item): Promise<boolean> {
    const update = updateOf(this.#table, checkpointKey(this.#n), change, condition, values)
    try {
      await this.#client.send(new UpdateItemCommand(update))
      return true
    } catch (error) {
      // Somebody else did, or this very call did, and its answer was lost and the SDK asked again.
      if (error instanceof ConditionalCheckFailedException) return false
      throw error
    }
  }

  #seconds(laterMs: number) {
    return { N: String(Math.floor((this.#now().getTime() + laterMs) / 1_000)) }
  }
}
