import { setTimeout as delay } from 'node:timers/promises'
import { BatchWriteItemCommand, type DynamoDBClient, ScanCommand, type WriteRequest } from '@aws-sdk/client-dynamodb'
import type { Generations } from '#functions/projections/generations.ts'
import type { Item } from '#functions/projections/row.ts'
import { each } from '#functions/runtime/each.ts'

/** How many parts the table is read in side by side, items in a page of each, and batches of deletes at once. */
const segments = 4
const pageItems = 2_000
const batchesAtOnce = 4
/** The most that one BatchWriteItem takes. */
const keysAtOnce = 25
const maxTries = 10

/**
 * Removes what is left of generations that were given up: all that is neither read nor filled. It may be broken off and
 * done again at any point. In this process it goes on where it was; in another what is gone is gone, and the rest is
 * found anew. Checkpoints stay: they keep late invocations out, and expire.
 */
export class Removal {
  readonly #client: DynamoDBClient
  readonly #table: string
  #of = ''
  #left: { readonly segment: number; start?: Item | undefined }[] = []

  constructor(options: { client: DynamoDBClient; table: string }) {
    this.#client = options.client
    this.#table = options.table
  }

  /** Goes on until all is removed, or the time is up after at least one page; whether all is. */
  async run(generations: Generations, isTimeUp: () => boolean): Promise<boolean> {
    const { retired = '' } = generations
    if (this.#of !== retired) this.#left = Array.from({ length: segments }, (_, segment) => ({ segment }))
    this.#of = retired
    do {
      await each([...this.#left], segments, (part) => this.#page(part, deadIn(generations)))
    } while (this.#left.length > 0 && !isTimeUp())
    if (this.#left.length > 0) return false
    this.#of = ''
    return true
  }

  /**
   * Removes what is dead in a page, and has the next one begin after the last row that stays. Not after one that was
   * removed, here or by somebody else: DynamoDB goes on from there, and the embedded engine ends a segment's scan.
   */
  async #page(part: { readonly segment: number; start?: Item | undefined }, isDead: (pk: string) => boolean) {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new ScanCommand({
        TableName: this.#table,
        Segment: part.segment,
        TotalSegments: segments,
        ProjectionExpression: 'pk, sk',
        Limit: pageItems,
        ...(part.start ? { ExclusiveStartKey: part.start } : {}),
      }),
    )
    const dead = Items.filter(({ pk }) => isDead(pk?.S ?? ''))
    const batches = Array.from({ length: Math.ceil(dead.length / keysAtOnce) }, (_, index) =>
      dead.slice(index * keysAtOnce, (index + 1) * keysAtOnce),
    )
    await each(batches, batchesAtOnce, (keys) => this.#delete(keys))
    if (!LastEvaluatedKey) this.#left = this.#left.filter((other) => other !== part)
    else part.start = Items.findLast(({ pk }) => !isDead(pk?.S ?? '')) ?? part.start
  }

  async #delete(keys: readonly Item[]): Promise<void> {
    let left: WriteRequest[] = keys.map((Key) => ({ DeleteRequest: { Key } }))
    for (let tries = 1; left.length > 0; tries++) {
      if (tries > maxTries) throw new Error(`DynamoDB left ${left.length} items of ${this.#table} where they were`)
      if (tries > 1) await delay(Math.random() * Math.min(2_000, 20 * 2 ** tries))
      const { UnprocessedItems } = await this.#client.send(
        new BatchWriteItemCommand({ RequestItems: { [this.#table]: left } }),
      )
      left = UnprocessedItems?.[this.#table] ?? []
    }
  }
}

/** Which partitions go: those of generations up to the newest known, but for those in use. A later one is not touched. */
function deadIn({ live, filling }: Generations): (pk: string) => boolean {
  const used = [live.n, ...(filling ? [filling.n] : [])]
  const newest = Math.max(...used)
  return (pk) => {
    const [, n = '', rest] = /^(\d+)#(.*)$/s.exec(pk) ?? []
    return n !== '' && rest !== 'checkpoint' && Number(n) <= newest && !used.includes(Number(n))
  }
}
