import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { checkpointKey } from '#functions/projections/keys.ts'
import { Views } from '#functions/projections/views.ts'
import { StoredCheckpoint } from '#functions/store/checkpoint.ts'
import { pull } from '#functions/store/pull.ts'
import { GenerationOfRows, type MarkedLog, type Projected, type Streams } from './generation.ts'
import { ViewsWriter } from './writer.ts'

/** The rows in the table are of another shape than this code writes: they are to be rebuilt, not mixed. */
export class OtherShape extends Error {
  override readonly name = 'OtherShape'
  readonly found: number
  readonly own: number
  constructor(found: number, own: number) {
    super(`The views hold rows of shape ${found}; this code writes shape ${own}`)
    this.found = found
    this.own = own
  }
}

/** How much time an invocation must have left to try one more parked stream, in milliseconds. */
const retryMs = 30_000

/** Sealed events into the rows of every read model: into the generation that is read, from its checkpoint to the head. */
export class Project {
  readonly #client: DynamoDBClient
  readonly #table: string
  readonly #views: Views
  readonly #log: MarkedLog
  readonly #streams: Streams
  readonly #projected: Projected
  readonly #now: () => Date
  #retried = false

  constructor(options: {
    client: DynamoDBClient
    viewsTable: string
    log: MarkedLog
    streams: Streams
    projected: Projected
    now?: () => Date
  }) {
    this.#client = options.client
    this.#table = options.viewsTable
    this.#views = new Views({ client: options.client, table: options.viewsTable })
    this.#log = options.log
    this.#streams = options.streams
    this.#projected = options.projected
    this.#now = options.now ?? (() => new Date())
  }

  /**
   * Projects up to the head, and in the first run of a process tries again what is parked: new code may fold it.
   * @returns the position it came to
   * @throws {OutOfTime} {OtherShape}
   */
  async run(remainingMs: () => number = () => Number.POSITIVE_INFINITY): Promise<number> {
    const n = await this.#live()
    const rows = this.#rows(n)
    const parked = this.#retried ? [] : await this.#views.parked(n) // before anything is parked in this very run
    const position = await pull({
      log: this.#log,
      checkpoint: new StoredCheckpoint({ client: this.#client, table: this.#table, key: checkpointKey(n) }),
      apply: (events) => rows.apply(events),
      remainingMs,
    })
    this.#retried ||= await retry(parked, rows, remainingMs)
    return position
  }

  /** The generation that is read; the very first run begins it. */
  async #live(): Promise<number> {
    const { shape } = this.#projected
    const live = await this.#views.live()
    if (!live) {
      await this.#writer(1).begin({ n: 1, shape })
      return this.#live()
    }
    if (live.shape !== shape) throw new OtherShape(live.shape, shape)
    return live.n
  }

  #rows(n: number): GenerationOfRows {
    return new GenerationOfRows({
      n,
      views: this.#views,
      writer: this.#writer(n),
      log: this.#log,
      streams: this.#streams,
      projected: this.#projected,
    })
  }

  #writer(generation: number): ViewsWriter {
    return new ViewsWriter({ client: this.#client, table: this.#table, generation, now: this.#now })
  }
}

/** Tries parked streams again. Answers whether there was time for all of them. */
async function retry(parked: readonly string[], rows: GenerationOfRows, remainingMs: () => number): Promise<boolean> {
  for (const streamId of parked) {
    if (remainingMs() < retryMs) return false
    await rows.retry(streamId)
  }
  return true
}
