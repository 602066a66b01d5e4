import { setTimeout as delay } from 'node:timers/promises'
import type { Invocation } from './instance.ts'
import type { Mapping } from './stack.ts'
import { type StreamRecord, shardCount } from './streams.ts'

export interface ReaderOptions {
  readonly mapping: Mapping
  /** Of each shard, the last record that is done with; undefined when the mapping is new. */
  readonly delivered: readonly bigint[] | undefined
  /** The end of the stream as it is now, where the engine says: there a mapping begins that reads from `LATEST`. */
  readonly end: bigint | undefined
  readonly invoke: (payload: string) => Promise<Invocation>
  /** Keeps how far each shard is, through a kill. */
  readonly save: (delivered: readonly bigint[]) => void
  readonly log: (line: string) => void
}

interface Shard {
  readonly queue: StreamRecord[]
  /** Up to here, all is done with. */
  done: bigint
  running: Promise<void> | undefined
}

/** An invocation's event holds no more than this. */
const maximumBytes = 6_000_000
const firstWaitMs = 100
const longestWaitMs = 30_000

/**
 * An event source mapping: reads a stream to a function, each shard in order, at least once. A function that fails
 * holds its shard, and its shard alone.
 */
export class Reader {
  readonly #options: ReaderOptions
  readonly #shards: readonly Shard[]
  readonly #stopped = new AbortController()
  #kicked = new AbortController()
  #position = 0n

  constructor(options: ReaderOptions) {
    this.#options = options
    const { mapping, delivered, end } = options
    const start = mapping.fromStart ? 0n : (end ?? 0n)
    this.#shards = Array.from({ length: shardCount }, (_, index) => {
      const kept = delivered?.[index] ?? start
      // A checkpoint past the end is of a table that was made anew.
      return { queue: [], done: end !== undefined && kept > end ? end : kept, running: undefined }
    })
    if (delivered === undefined) this.#save()
  }

  /** The stream must be read from after this. */
  get after(): bigint {
    let first = this.#shards[0]?.done ?? 0n
    for (const { done } of this.#shards) if (done < first) first = done
    return first
  }

  /** Takes records that were read in order, up to and with `position`. */
  take(records: readonly StreamRecord[], position: bigint): void {
    this.#position = position
    for (const record of records) {
      const shard = this.#shards[record.shard] as Shard
      if (record.sequence > shard.done && this.#wants(record)) shard.queue.push(record)
    }
    for (const shard of this.#shards) {
      if (shard.queue.length > 0) shard.running ??= this.#run(shard)
      else if (!shard.running) this.#upToDate(shard)
    }
  }

  get idle(): boolean {
    return this.#shards.every(({ queue }) => queue.length === 0)
  }

  /** Tries at once what waits to be tried again: the code may have been mended. */
  kick(): void {
    this.#kicked.abort()
    this.#kicked = new AbortController()
  }

  /** Ends after the invocations that are under way. What is not delivered is delivered after the next start. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await Promise.all(this.#shards.map(({ running }) => running))
    this.#save()
  }

  #wants({ event }: StreamRecord): boolean {
    const { filters } = this.#options.mapping
    return filters.length === 0 || filters.some((filter) => filter.matches(event))
  }

  async #run(shard: Shard): Promise<void> {
    const { batchSize, windowMs } = this.#options.mapping
    while (shard.queue.length > 0 && !this.#stopped.signal.aborted) {
      if (windowMs > 0 && shard.queue.length < batchSize) await this.#sleep(windowMs, this.#stopped.signal)
      const batch = fitting(shard.queue.slice(0, batchSize))
      if (!(await this.#deliver(shard, batch))) return
      this.#doneWith(shard, batch)
    }
    if (shard.queue.length === 0) this.#upToDate(shard)
    shard.running = undefined // here and not later: what is dealt next must find nobody at work
  }

  /** A shard that has nothing waiting is as far as the stream was read. */
  #upToDate(shard: Shard): void {
    if (this.#position > shard.done) shard.done = this.#position
  }

  /** Until the function has taken the batch, or the mapping's own limits give it up. False when stopped before. */
  async #deliver(shard: Shard, batch: readonly StreamRecord[]): Promise<boolean> {
    const { maximumRetries, bisect } = this.#options.mapping
    let pending = batch
    for (let tries = 0; ; tries++) {
      if (this.#stopped.signal.aborted) return false
      pending = pending.filter((record) => !this.#isTooOld(record))
      if (pending.length === 0) return true
      const result = await this.#options.invoke(
        `{"Records":[${pending.map(({ event }) => JSON.stringify(event)).join(',')}]}`,
      )
      const failed = this.#firstFailed(result, pending)
      if (failed === undefined) return true
      if (failed > 0) {
        this.#doneWith(shard, pending.slice(0, failed))
        pending = pending.slice(failed)
      }
      if (maximumRetries >= 0 && tries >= maximumRetries) {
        this.#options.log(`${pending.length} records are given up after ${tries} retries`)
        return true
      }
      if (bisect && 'error' in result && pending.length > 1) {
        const half = Math.ceil(pending.length / 2)
        return (await this.#deliver(shard, pending.slice(0, half))) && this.#deliver(shard, pending.slice(half))
      }
      const wait = Math.min(firstWaitMs * 2 ** Math.min(tries, 20), longestWaitMs)
      await this.#sleep(wait, AbortSignal.any([this.#stopped.signal, this.#kicked.signal]))
    }
  }

  /** The first record that the function has not taken; undefined when it took all. */
  #firstFailed(result: Invocation, batch: readonly StreamRecord[]): number | undefined {
    if ('error' in result) return 0
    if (!this.#options.mapping.reportsFailures) return undefined
    const answer = JSON.parse(result.payload) as { batchItemFailures?: { itemIdentifier?: string }[] } | null
    const failures = answer?.batchItemFailures ?? []
    if (failures.length === 0) return undefined
    const places = failures.map(({ itemIdentifier }) =>
      batch.findIndex(({ sequence }) => String(sequence) === itemIdentifier),
    )
    return Math.max(0, Math.min(...places)) // an identifier that is none of the batch's fails the whole of it
  }

  #isTooOld({ createdAt, sequence }: StreamRecord): boolean {
    const { maximumAgeMs } = this.#options.mapping
    if (maximumAgeMs < 0 || Date.now() - createdAt <= maximumAgeMs) return false
    this.#options.log(`Record ${sequence} is given up: it is older than ${maximumAgeMs / 1000} s`)
    return true
  }

  #doneWith(shard: Shard, records: readonly StreamRecord[]): void {
    const last = records.at(-1)?.sequence
    if (last === undefined || last <= shard.done) return
    shard.done = last
    while (shard.queue[0] && shard.queue[0].sequence <= last) shard.queue.shift()
    this.#save()
  }

  #save(): void {
    this.#options.save(this.#shards.map(({ done }) => done))
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    await delay(ms, undefined, { signal }).catch(() => undefined)
  }
}

/** As many from the front as an invocation may carry, one at least. */
function fitting(records: readonly StreamRecord[]): readonly StreamRecord[] {
  let bytes = 0
  const end = records.findIndex(({ event }, index) => {
    bytes += JSON.stringify(event).length
    return index > 0 && bytes > maximumBytes
  })
  return end < 0 ? records : records.slice(0, end)
}
