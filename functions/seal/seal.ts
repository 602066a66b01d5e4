import { setTimeout as delay } from 'node:timers/promises'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { logError } from '#functions/runtime/log.ts'
import { batchGet } from '#functions/store/batch-get.ts'
import {
  checkpointKey,
  checkpointOf,
  type Head,
  headKey,
  headOf,
  type Identity,
  identityKey,
  identityOf,
  markKey,
  markOf,
  type SignedCheckpoint,
} from '#functions/store/log-item.ts'
import type { Run } from '#functions/store/runs.ts'
import { Ahead } from './ahead.ts'
import { batchOf } from './batch.ts'
import { decide } from './decision.ts'
import { nameable } from './nameable.ts'
import { ParkedStreams } from './parked.ts'
import type { Signing } from './signing.ts'
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
 * Gives the appended events of streams their positions in the log, and signs what it then is. It reads the events itself,
 * above each stream's mark, so it does not matter in which order, how often, or by whom a stream is named, nor how many
 * do this at once.
 */
export class Seal {
  readonly #client: DynamoDBClient
  readonly #events: string
  readonly #log: string
  readonly #parked: ParkedStreams
  readonly #signing: Signing
  readonly #now: () => Date

  constructor(options: { client: DynamoDBClient; events: string; log: string; signing: Signing; now?: () => Date }) {
    this.#client = options.client
    this.#events = options.events
    this.#log = options.log
    this.#parked = new ParkedStreams({ client: options.client, table: options.log })
    this.#signing = options.signing
    this.#now = options.now ?? (() => new Date())
  }

  /**
   * Seals what the streams hold, and signs the head, whoever decided it. Answers how many events it sealed, and which
   * streams it parked. `taken`: of a stream, the version up to which it is most likely sealed; it is read from there at
   * once, and again where that was wrong.
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
      this.#standing(first, true),
      Ahead.read(this.#client, this.#events, new Map([...taken].filter(([streamId]) => first.includes(streamId)))),
    ])
    let [read, ahead]: [Standing | undefined, Ahead | undefined] = begun
    const heads = [begun[0].head]
    const sign = () => this.#signing.sign({ ...begun[0], heads })
    const parked = new Set<string>()
    let sealed = 0
    let lost = 0
    while (pending.size > 0) {
      const { head, marks, runs } = read ?? (await this.#standing([...pending].slice(0, streamsAtOnce)))
      const unsealed = await this.#unsealed(marks, (streamId, mark) => ahead?.take(streamId, mark, known.get(streamId)))
      if (!read) heads.push(head)
      read = undefined
      ahead = undefined

      for (const { streamId, poison } of unsealed) {
        if (!poison || parked.has(streamId)) continue
        logError('seal', 'stream parked', { streamId, ...poison })
        await this.#parked.park(known.get(streamId), { streamId, ...poison }, this.#now().toISOString())
        parked.add(streamId)
      }

      const batch = batchOf(unsealed)
      const sealedAt = this.#now().toISOString()
      const decided =
        batch.leaves.length > 0
          ? await decide(this.#client, this.#log, { head, batch, runs, sealedAt }) // the decision: all or nothing
          : head
      if (!decided) {
        if (++lost === maxLost) {
          await sign() // what others decided: they may be too busy for it
          throw new Remaining([...pending])
        }
        const most = Math.min(waitMs.most, waitMs.least * 2 ** lost)
        await delay(waitMs.least + Math.random() * (most - waitMs.least))
        continue
      }
      lost = 0
      heads.push(decided)
      sealed += batch.leaves.length

      for (const streamId of batch.drained) {
        pending.delete(streamId)
        const before = known.get(streamId)
        if (before?.open && !parked.has(streamId)) await this.#parked.clear(before)
      }
    }
    await sign() // repeatable; recovery after a crash runs this very line
    return { sealed, parked: [...parked] }
  }

  /** Signs the head as it stands, if the checkpoint is behind it; begins the log where nobody has. */
  async sign(): Promise<void> {
    const standing = await this.#standing([], true)
    await this.#signing.sign({ ...standing, heads: [standing.head] })
  }

  /**
   * The head, and the marks of streams, in one call that is no snapshot: whichever was read first and has moved since, the
   * decision, which names the head and every mark as they were read, is refused. `signed`: also what is signed, and by whom.
   */
  async #standing(streamIds: readonly string[], signed = false): Promise<Standing> {
    const keys = [headKey, ...(signed ? [identityKey, checkpointKey] : []), ...streamIds.map(markKey)]
    const items = new Map((await batchGet(this.#client, this.#log, keys)).map((item) => [item.pk?.S, item]))
    const [identity, checkpoint] = [items.get(identityKey.pk?.S), items.get(checkpointKey.pk?.S)]
    const marks = new Map(streamIds.map((streamId) => [streamId, items.get(markKey(streamId).pk?.S)]))
    const markOn = (streamId: string) => {
      const item = marks.get(streamId)
      return item && markOf(item)
    }
    return {
      head: headOf(items.get(headKey.pk?.S)),
      identity: identity && identityOf(identity),
      checkpoint: checkpoint && checkpointOf(checkpoint),
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
}

/** The head, and the mark of each stream that is looked at; 0 where nothing of it is sealed. */
interface Standing {
  readonly head: Head
  readonly identity: Identity | undefined
  readonly checkpoint: SignedCheckpoint | undefined
  readonly marks: ReadonlyMap<string, number>
  /** Where the latest of its sealed events are. */
  readonly runs: ReadonlyMap<string, readonly Run[]>
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
