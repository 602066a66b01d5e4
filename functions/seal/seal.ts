import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type DynamoDBClient, type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { grow } from '#events/log/grow.ts'
import { logError } from '#functions/runtime/log.ts'
import { batchGet } from '#functions/store/batch-get.ts'
import {
  chunkItem,
  type Head,
  headItem,
  headKey,
  headOf,
  markItem,
  markKey,
  markOf,
} from '#functions/store/log-item.ts'
import { type Run, withRun } from '#functions/store/runs.ts'
import { Ahead } from './ahead.ts'
import { type Batch, batchOf } from './batch.ts'
import { lostRace } from './lost-race.ts'
import { nameable } from './nameable.ts'
import { ParkedStreams } from './parked.ts'
import { readUnsealed, type Unsealed } from './unsealed.ts'

/**
 * How often in a row a race for the head may be lost, and the waits in between: jitter within bounds that double. Whoever
 * lost once lost to somebody who has just finished; only a crowd has to be spread.
 */
const maxLost = 15
const waitMs = { least: 5, most: 200 }

/** How many streams are looked at in one round, and at most sealed in one transaction. */
const streamsAtOnce = 64

/** Commits of these streams are left unsealed: whoever rang has to ring again. */
export class Remaining extends Error {
  override readonly name = 'Remaining'
  readonly streamIds: readonly string[]
  constructor(streamIds: readonly string[]) {
    super(`${streamIds.length} streams are not sealed to their end after ${maxLost} lost races`)
    this.streamIds = streamIds
  }
}

/**
 * Gives the appended events of streams their positions in the log. It reads the events itself, above each stream's
 * mark, so it does not matter in which order, how often, or by whom a stream is named, nor how many do this at once.
 */
export class Seal {
  readonly #client: DynamoDBClient
  readonly #events: string
  readonly #log: string
  readonly #parked: ParkedStreams
  readonly #now: () => Date

  constructor(options: { client: DynamoDBClient; events: string; log: string; now?: () => Date }) {
    this.#client = options.client
    this.#events = options.events
    this.#log = options.log
    this.#parked = new ParkedStreams({ client: options.client, table: options.log })
    this.#now = options.now ?? (() => new Date())
  }

  /**
   * Seals what the streams hold. Answers how many events it sealed, and which streams it parked. `taken`: of a stream, the
   * version up to which it is most likely sealed; it is read from there at once, and again where that was wrong.
   * @throws {Remaining} others were faster, again and again
   */
  async run(
    streamIds: Iterable<string>,
    taken: ReadonlyMap<string, number> = new Map(),
  ): Promise<{ sealed: number; parked: string[] }> {
    const pending = new Set([...streamIds].filter(nameable))
    const first = [...pending].slice(0, streamsAtOnce)
    // Before any stream is read: whoever parks one later knows something newer than we do, and is not overruled.
    const [known, ...begun] = await Promise.all([
      this.#parked.all(),
      this.#standing(first),
      Ahead.read(this.#client, this.#events, new Map([...taken].filter(([streamId]) => first.includes(streamId)))),
    ])
    let [read, ahead]: [Standing | undefined, Ahead | undefined] = begun
    const parked = new Set<string>()
    let sealed = 0
    let lost = 0
    while (pending.size > 0) {
      const { head, marks, runs } = read ?? (await this.#standing([...pending].slice(0, streamsAtOnce)))
      const unsealed = await this.#unsealed(marks, (streamId, mark) => ahead?.take(streamId, mark, known.get(streamId)))
      read = undefined
      ahead = undefined

      for (const { streamId, poison } of unsealed) {
        if (!poison || parked.has(streamId)) continue
        logError('seal', 'stream parked', { streamId, ...poison })
        await this.#parked.park(known.get(streamId), { streamId, ...poison }, this.#now().toISOString())
        parked.add(streamId)
      }

      const batch = batchOf(unsealed)
      if (batch.leaves.length > 0 && !(await this.#decide(head, runs, batch))) {
        if (++lost === maxLost) throw new Remaining([...pending])
        const most = Math.min(waitMs.most, waitMs.least * 2 ** lost)
        await delay(waitMs.least + Math.random() * (most - waitMs.least))
        continue
      }
      lost = 0
      sealed += batch.leaves.length

      for (const streamId of batch.drained) {
        pending.delete(streamId)
        const before = known.get(streamId)
        if (before?.open && !parked.has(streamId)) await this.#parked.clear(before)
      }
    }
    return { sealed, parked: [...parked] }
  }

  /**
   * The head, and the marks of streams, in one call that is no snapshot: whichever was read first and has moved since, the
   * decision, which names the head and every mark as they were read, is refused.
   */
  async #standing(streamIds: readonly string[]): Promise<Standing> {
    const items = await batchGet(this.#client, this.#log, [headKey, ...streamIds.map(markKey)])
    const head = headOf(items.find(({ pk }) => pk?.S === headKey.pk?.S))
    const marks = new Map(items.map((item) => [item.pk?.S, markOf(item)]))
    const markOn = (streamId: string) => marks.get(markKey(streamId).pk?.S)
    return {
      head,
      marks: new Map(streamIds.map((streamId) => [streamId, markOn(streamId)?.version ?? 0])),
      runs: new Map(streamIds.map((streamId) => [streamId, markOn(streamId)?.runs ?? []])),
    }
  }

  async #unsealed(
    marks: Standing['marks'],
    read: (streamId: string, mark: number) => Unsealed | undefined,
  ): Promise<(Unsealed & { mark: number })[]> {
    const found = await Promise.all(
      [...marks].map(async ([streamId, mark]) => ({
        ...(read(streamId, mark) ?? (await readUnsealed(this.#client, this.#events, streamId, mark))),
        mark,
      })),
    )
    // By when they were recorded, so that the log's order is close to that of the clocks whoever rings first.
    return found.sort((a, b) => compare(a.since, b.since) || compare(a.streamId, b.streamId))
  }

  /**
   * Decides the positions of a batch: all of it on the head as it was read, or nothing. False when somebody else
   * sealed first, or nobody answered: head and marks, read again, tell what is true.
   */
  async #decide(head: Head, runs: Standing['runs'], batch: Batch): Promise<boolean> {
    const grown = grow(head, batch.leaves)
    const token = randomUUID()
    const put = (Item: NonNullable<TransactWriteItem['Put']>['Item'], condition: Condition): TransactWriteItem => ({
      Put: { TableName: this.#log, Item, ...condition },
    })
    const items = [
      ...grown.chunks.map((chunk) => put(chunkItem(chunk), absent)),
      ...batch.marks.map(({ streamId, from, version, count }) => {
        const sealed = { position: head.size + count - (version - from), count: version - from }
        const mark = { version, position: head.size + count - 1, runs: withRun(runs.get(streamId) ?? [], sealed) }
        return put(markItem(streamId, mark), from === 0 ? absent : was('version', from))
      }),
      put(
        headItem({ ...grown, sealedAt: this.#now().toISOString() }, token),
        head.size === 0 ? absent : was('size', head.size),
      ),
    ]
    const decision = new TransactWriteItemsCommand({ TransactItems: items, ClientRequestToken: token })
    try {
      await this.#client.send(decision) // all or nothing; sent again under the same token, it is the same decision
      return true
    } catch (error) {
      if (!lostRace(error)) throw error
      return false
    }
  }
}

/** The head, and the mark of each stream that is looked at; 0 where nothing of it is sealed. */
interface Standing {
  readonly head: Head
  readonly marks: ReadonlyMap<string, number>
  /** Where the latest of its sealed events are. */
  readonly runs: ReadonlyMap<string, readonly Run[]>
}

type Condition = Pick<
  NonNullable<TransactWriteItem['Put']>,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
> & { ConditionExpression: string }

const absent: Condition = { ConditionExpression: 'attribute_not_exists(pk)' }
const was = (name: string, value: number): Condition => ({
  ConditionExpression: '#was = :was',
  ExpressionAttributeNames: { '#was': name },
  ExpressionAttributeValues: { ':was': { N: String(value) } },
})

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
