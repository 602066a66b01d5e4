import { type CloudEvent, type SealedEvent, versionOf } from '#events/envelope.ts'
import { parseStream, type StreamKind } from '#events/streams.ts'
import type { Kept } from '#functions/projections/kept.ts'
import type { ReadModel } from '#functions/projections/row.ts'
import type { Views } from '#functions/projections/views.ts'
import { describe, logError } from '#functions/runtime/log.ts'
import { UnreadableCommit } from '#functions/store/commit.ts'
import type { SealedLog } from '#functions/store/pull.ts'
import { type Advanced, advance, type Foldable, type Outcome } from './advance.ts'
import { each } from './each.ts'
import type { Parked, ViewsWriter } from './writer.ts'

/** Version and position of a stream's last sealed event. */
export interface Mark {
  readonly version: number
  readonly position: number
}

/** The log, and how far each stream is sealed in it. */
export interface MarkedLog extends SealedLog {
  /** Read strongly; undefined as long as none of its events is sealed. */
  mark(streamId: string): Promise<Mark | undefined>
}

/** Where a stream's events can be read, to catch up one that is behind. */
export interface Streams {
  /** Those after a version, in order, read strongly. */
  after(streamId: string, version: number): Promise<readonly { readonly events: readonly CloudEvent[] }[]>
}

/** What is made of the log. */
export interface Projected {
  readonly kinds: Readonly<Record<StreamKind, Foldable>>
  readonly models: readonly ReadModel[]
  /** Of the rows and states: raised whenever they change. */
  readonly shape: number
}

/** How many streams are written at once, and how many rows of each. */
const streamsAtOnce = 8
const rowsAtOnce = 8

/**
 * Brings one generation of rows on. A stream's rows are written as of its last event in a batch, and then its state;
 * each only replaces what is of a lower position. So a crash, a repeat or a second invocation changes nothing.
 */
export class GenerationOfRows {
  readonly #n: number
  readonly #views: Views
  readonly #writer: ViewsWriter
  readonly #log: MarkedLog
  readonly #streams: Streams
  readonly #projected: Projected

  constructor(options: {
    n: number
    views: Views
    writer: ViewsWriter
    log: MarkedLog
    streams: Streams
    projected: Projected
  }) {
    this.#n = options.n
    this.#views = options.views
    this.#writer = options.writer
    this.#log = options.log
    this.#streams = options.streams
    this.#projected = options.projected
  }

  /** Takes events of the log, in order; answers when all that they change is written. */
  async apply(events: readonly SealedEvent[]): Promise<void> {
    const byStream = Map.groupBy(events, ({ subject }) => subject)
    const kept = await this.#kept([...byStream.keys()])
    await each(byStream, streamsAtOnce, ([streamId, its]) => this.#stream(streamId, its, kept.get(streamId)))
  }

  /** Tries a parked stream again: clears it where it can be folded up to its sealed mark, counts one more try otherwise. */
  async retry(streamId: string): Promise<void> {
    await this.#catchUp(streamId, (await this.#kept([streamId])).get(streamId))
  }

  /** One stream's events of the batch, as far as they are new to it. */
  async #stream(streamId: string, events: readonly SealedEvent[], kept: Kept | undefined): Promise<void> {
    const version = kept?.version ?? 0
    const fresh = events.filter((event) => versionOf(event) > version)
    const [first] = fresh
    const last = fresh.at(-1)
    if (!first || !last) return // done already
    if (versionOf(first) > version + 1) return this.#catchUp(streamId, kept)
    const { advanced, failure } = this.#advance(streamId, kept, fresh)
    const reached = fresh[(advanced?.folded ?? 0) - 1]
    if (advanced && reached) await this.#write(streamId, advanced, reached.position, kept)
    if (failure) await this.#park({ streamId, version: versionOf(last), position: last.position, ...failure })
  }

  /**
   * Brings a stream whose state is behind the log to its sealed mark, by the events table: it was parked, or its state
   * was kept by another version of its fold. All of it or nothing, as there is but one position to write it at.
   */
  async #catchUp(streamId: string, kept: Kept | undefined): Promise<void> {
    const mark = await this.#log.mark(streamId)
    if (!mark) throw new Error(`The log holds events of ${streamId}, and no mark of it`)
    if (!kept || kept.version < mark.version) {
      const { advanced, failure } = await this.#missing(streamId, kept, mark)
      if (failure || advanced?.version !== mark.version) {
        const error = failure?.error ?? new Error(`Its events end before version ${mark.version}`)
        return this.#park({ streamId, ...mark, error })
      }
      await this.#write(streamId, advanced, mark.position, kept)
    }
    await this.#writer.unpark(streamId, mark.version)
  }

  async #missing(streamId: string, kept: Kept | undefined, mark: Mark): Promise<Outcome> {
    try {
      const commits = await this.#streams.after(streamId, kept?.version ?? 0)
      const sealed = commits.flatMap(({ events }) => events).filter((event) => versionOf(event) <= mark.version)
      const { position } = mark // of each event but the last it is not known; the rows are written at the mark's
      return this.#advance(
        streamId,
        kept,
        sealed.map((event) => ({ ...event, position })),
      )
    } catch (error) {
      if (error instanceof UnreadableCommit) return { failure: { error } }
      throw error
    }
  }

  #advance(streamId: string, kept: Kept | undefined, events: readonly SealedEvent[]): Outcome {
    const kind = parseStream(streamId)?.kind
    if (!kind) return { failure: { error: new Error('A stream of no known kind') } }
    const models = this.#projected.models.filter((model) => model.kind === kind)
    return advance(this.#projected.kinds[kind], models, streamId, kept, events)
  }

  async #write(streamId: string, { changes, ...state }: Advanced, position: number, before: Kept | undefined) {
    await each(changes.puts, rowsAtOnce, (row) => this.#writer.put(row, position))
    await each(changes.gone, rowsAtOnce, (key) => this.#writer.remove(key, position))
    await this.#writer.keep(streamId, this.#foldVersion(streamId), state, position, before) // vouches for the rows
  }

  async #park(parked: Parked): Promise<void> {
    const { streamId, version, position, error } = parked
    logError('project', 'stream parked', { streamId, version, position, ...describe(error) })
    await this.#writer.park(parked)
  }

  #kept(streamIds: readonly string[]): Promise<Map<string, Kept>> {
    return this.#views.states(
      this.#n,
      streamIds.map((streamId) => ({ streamId, foldVersion: this.#foldVersion(streamId) })),
    )
  }

  /** 0 for a stream of no known kind, of which no state is ever kept. */
  #foldVersion(streamId: string): number {
    const kind = parseStream(streamId)?.kind
    return kind ? this.#projected.kinds[kind].fold.version : 0
  }
}
