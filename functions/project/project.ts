import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { EventsAfter } from '#functions/projections/current.ts'
import type { Filling, Generation, Generations } from '#functions/projections/generations.ts'
import type { Asked, Filled } from '#functions/projections/rebuild.ts'
import { Views } from '#functions/projections/views.ts'
import { log } from '#functions/runtime/log.ts'
import { type Begun, begin, OutOfTime, pull, reserveMs } from '#functions/store/pull.ts'
import { GenerationOfRows, type MarkedLog, type Projected } from './generation.ts'
import { Closed, GenerationCheckpoint } from './generation-checkpoint.ts'
import { GenerationItem } from './generation-item.ts'
import { Removal } from './removal.ts'
import { isWhole, Stretches, stretchLength } from './stretches.ts'
import { ViewsWriter } from './writer.ts'

/** Another version of this code has taken over while this one was at work: it is to be asked again, and goes on. */
export class Superseded extends Error {
  override readonly name = 'Superseded'
  constructor({ live, filling }: Generations, shape: number) {
    super(`Shape ${live.shape} is read and ${filling?.shape ?? 'none'} is filled; this code writes shape ${shape}`)
  }
}

/** There is something to wait for, and no time left to do so: to be asked again. */
export class Unfinished extends Error {
  override readonly name = 'Unfinished'
  constructor(what: string) {
    super(`${what}; the next invocation looks again`)
  }
}

/** How much time an invocation must have left to try one more parked stream, in milliseconds. */
const retryMs = 30_000

/** How long an invocation works at most, in milliseconds: what is left is for the next one. */
const workMs = 600_000

/** How long a doorbell is kept up by rows that are to be removed, in milliseconds. */
const removalMs = 5_000

/** How long old rows stay after a switch: for whoever has begun to read them. Longer than a generation is taken for granted and a request lasts. */
const graceMs = 45_000

/** How long to wait before looking again what another invocation has done, in milliseconds. */
const lookMs = 1_000

/**
 * Sealed events into the rows of every read model: into the generation that is read, from its checkpoint to the head,
 * and into the one that is being filled to replace it.
 */
export class Project {
  readonly #client: DynamoDBClient
  readonly #table: string
  readonly #views: Views
  readonly #log: MarkedLog
  readonly #events: EventsAfter
  readonly #projected: Projected
  readonly #now: () => Date
  readonly #graceMs: number
  readonly #stretch: number
  readonly #item: GenerationItem
  readonly #removal: Removal
  readonly #self = randomUUID()
  #live: { readonly n: number; readonly rows: GenerationOfRows; at?: number } | undefined
  #filled: { readonly n: number; readonly rows: GenerationOfRows; at: number } | undefined
  #retried = false

  constructor(options: {
    client: DynamoDBClient
    viewsTable: string
    log: MarkedLog
    streams: EventsAfter
    projected: Projected
    now?: () => Date
    graceMs?: number
    stretch?: number
  }) {
    this.#client = options.client
    this.#table = options.viewsTable
    this.#views = new Views({ client: options.client, table: options.viewsTable })
    this.#log = options.log
    this.#events = options.streams
    this.#projected = options.projected
    this.#now = options.now ?? (() => new Date())
    this.#graceMs = options.graceMs ?? graceMs
    this.#stretch = options.stretch ?? stretchLength
    this.#item = new GenerationItem({ client: this.#client, table: this.#table, now: this.#now })
    this.#removal = new Removal({ client: this.#client, table: this.#table })
  }

  /**
   * A doorbell: brings the rows that are read up to the head, or where they are of another shape than this code writes,
   * fills a new generation and has it read. In the first run of a process what is parked is tried again: new code may
   * fold it.
   * @returns the position it came to
   * @throws {OutOfTime} {Unfinished} {Superseded} so that it rings again
   */
  run(remainingMs: () => number = () => Number.POSITIVE_INFINITY): Promise<number> {
    return this.#work(within(workMs, remainingMs))
  }

  /**
   * Fills a new generation of all rows, or goes on with one, has it read, and removes the old one, for as long as there
   * is time. @throws {Superseded}
   */
  async fill(asked: Asked, remainingMs: () => number = () => Number.POSITIVE_INFINITY): Promise<Filled> {
    const ms = asked.seconds === undefined ? workMs : Math.min(workMs, asked.seconds * 1_000 + reserveMs)
    const before = this.#filled?.rows.written ?? 0
    const n = this.#filled?.n
    let done = true
    try {
      await this.#work(within(ms, remainingMs), asked)
    } catch (error) {
      if (!(error instanceof OutOfTime || error instanceof Unfinished)) throw error
      done = false
    }
    const written = this.#filled?.rows.written ?? 0
    return { done, ...(await this.#standing()), rows: this.#filled?.n === n ? written - before : written }
  }

  /** Does what there is to do, and looks again after each thing that is done: others may be at work as well. */
  async #work(leftMs: () => number, asked?: Asked): Promise<number> {
    for (let isFirst = true; ; isFirst = false) {
      const [found, begun] = await Promise.all([
        this.#item.read(this.#projected.shape),
        isFirst ? this.#begin() : undefined,
      ])
      try {
        const position = this.#isOurs(found.live) ? await this.#bringOn(found.live.n, leftMs, begun) : undefined
        if (this.#isOurs(found.filling)) {
          if (await this.#fillUp(found, found.filling, leftMs)) continue
          if (asked || position === undefined) {
            await wait(lookMs, leftMs, 'Another invocation fills the rows')
            continue
          }
        } else if (isFirst && (position === undefined || wants(asked, found))) {
          await this.#item.begin(found, this.#projected.shape, (await this.#log.head()).size)
          continue
        }
        if (position === undefined) throw new Superseded(found, this.#projected.shape)
        await this.#tidy(found, leftMs, asked !== undefined)
        return position
      } catch (error) {
        if (!(error instanceof Closed)) throw error
      }
    }
  }

  /** What bringing on most likely begins with, while it is not known yet which generation is read. */
  async #begin(): Promise<BegunOn | undefined> {
    if (this.#live?.at === undefined) return undefined
    const { n, at } = this.#live
    const begun = await begin({ log: this.#log, checkpoint: this.#checkpoint(n) }, at).catch(() => undefined) // asked again
    return begun && { n, begun }
  }

  /** Brings the rows that are read up to the head. */
  async #bringOn(n: number, leftMs: () => number, begun?: BegunOn): Promise<number> {
    if (this.#live?.n !== n) this.#live = { n, rows: this.#rows(n) }
    const live = this.#live
    const { rows } = live
    const parked = this.#retried ? [] : await this.#views.parked(n) // before anything is parked in this very run
    const position = await pull({
      log: this.#log,
      checkpoint: this.#checkpoint(n),
      begun: begun?.n === n ? begun.begun : undefined,
      apply: (events) => rows.apply(events),
      remainingMs: leftMs,
    })
    live.at = position
    this.#retried ||= await retry(parked, rows, leftMs)
    return position
  }

  /** Fills a generation up to the head and has it read. False where somebody else is at it. */
  async #fillUp(found: Generations, { n, head }: Filling, leftMs: () => number): Promise<boolean> {
    const checkpoint = this.#checkpoint(n)
    if (!(await checkpoint.hold())) return false
    if (this.#filled?.n !== n) this.#filled = { n, rows: this.#rows(n), at: 0 }
    const filled = this.#filled
    filled.rows.states.trust()
    try {
      await pull({
        log: new Stretches(this.#log, this.#stretch),
        checkpoint,
        remainingMs: leftMs,
        apply: async (events) => {
          if (this.#isOurs(found.live)) await this.#bringOn(found.live.n, leftMs) // whoever reads comes first
          const first = events[0]?.position ?? 0
          if (first > filled.at) filled.rows.states.forget() // somebody else has gone on with it
          await filled.rows.apply(events, { ends: isWhole(events, this.#stretch, head) })
          filled.at = first + events.length
        },
      })
      if (await this.#item.switch(found)) log('project', 'another generation is read', { generation: n })
      return true
    } finally {
      await checkpoint.release()
    }
  }

  /** Removes the rows of what was given up, once nobody can be reading them. */
  async #tidy(found: Generations, leftMs: () => number, isPatient: boolean): Promise<void> {
    if (found.retired === undefined) return
    const since = () => this.#now().getTime() - Date.parse(found.retired ?? '')
    while (since() < this.#graceMs) {
      if (!isPatient) return
      await wait(Math.min(lookMs, this.#graceMs - since()), leftMs, 'Old rows may still be read')
    }
    const timeMs = isPatient ? leftMs : within(removalMs + reserveMs, leftMs)
    if (await this.#removal.run(found, () => timeMs() < reserveMs)) await this.#item.removed(found.retired)
    else if (isPatient) throw new Unfinished('Old rows are still to be removed')
  }

  async #standing(): Promise<Omit<Filled, 'done' | 'rows'>> {
    const { live, filling, retired } = await this.#item.read(this.#projected.shape)
    const generation = filling?.n ?? live.n
    const [position, { size }] = await Promise.all([this.#views.position(generation), this.#log.head()])
    return { stage: filling ? 'filling' : retired ? 'removing' : 'done', generation, position, head: size }
  }

  /** Whether this code may write it: rows of two shapes are never mixed in one generation. */
  #isOurs<Of extends Generation>(generation: Of | undefined): generation is Of {
    return generation?.shape === this.#projected.shape
  }

  #checkpoint(generation: number): GenerationCheckpoint {
    const [client, table, self, now] = [this.#client, this.#table, this.#self, this.#now]
    return new GenerationCheckpoint({ client, table, generation, self, now })
  }

  #rows(n: number): GenerationOfRows {
    return new GenerationOfRows({
      n,
      views: this.#views,
      writer: new ViewsWriter({ client: this.#client, table: this.#table, generation: n, now: this.#now }),
      log: this.#log,
      events: this.#events,
      projected: this.#projected,
    })
  }
}

/** What bringing on a generation begins with. */
interface BegunOn {
  readonly n: number
  readonly begun: Begun
}

/** Whether rows of our own shape are to be rebuilt: not while what an earlier rebuild has left is still to be removed. */
const wants = (asked: Asked | undefined, { retired }: Generations): boolean =>
  asked !== undefined && !asked.ifNeeded && asked.generation === undefined && retired === undefined

/** Tries parked streams again. Answers whether there was time for all of them. */
async function retry(parked: readonly string[], rows: GenerationOfRows, leftMs: () => number): Promise<boolean> {
  for (const streamId of parked) {
    if (leftMs() < retryMs) return false
    await rows.retry(streamId)
  }
  return true
}

/** So much time from now on, and no more than there is. */
function within(ms: number, leftMs: () => number): () => number {
  const end = performance.now() + ms
  return () => Math.min(end - performance.now(), leftMs())
}

/** @throws {Unfinished} where there is no time for it */
async function wait(ms: number, leftMs: () => number, what: string): Promise<void> {
  if (leftMs() < reserveMs) throw new Unfinished(what)
  await delay(ms)
}
