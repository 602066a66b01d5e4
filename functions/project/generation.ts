import { type CloudEvent, type SealedEvent, versionOf } from '#events/envelope.ts'
import { logKeysStream } from '#events/log-keys/kind.ts'
import { parseStream, type StreamKind } from '#events/streams.ts'
import { isWithholding } from '#events/withheld.ts'
import type { EventsAfter } from '#functions/projections/current.ts'
import type { Foldable } from '#functions/projections/kept.ts'
import type { ReadModel } from '#functions/projections/row.ts'
import type { Views } from '#functions/projections/views.ts'
import { each } from '#functions/runtime/each.ts'
import { describe, logError } from '#functions/runtime/log.ts'
import { UnreadableCommit } from '#functions/store/commit.ts'
import type { SealedLog } from '#functions/store/pull.ts'
import { advance, nowhere, type Outcome, type Point } from './advance.ts'
import type { Changes } from './difference.ts'
import type { Base } from './memory.ts'
import { type Read, States, Unfoldable } from './states.ts'
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

/** What is made of the log. */
export interface Projected {
  readonly kinds: Readonly<Record<StreamKind, Foldable>>
  readonly models: readonly ReadModel[]
  /** Of the rows and states: raised whenever they change. */
  readonly shape: number
}

/** How many streams are written at once, and how many rows of each. */
const streamsAtOnce = 8
const rowsAtOnce = 16

/** A state that is too large for its head item is written when the stream passes a multiple of this. */
const keptEvery = 100

/**
 * Brings one generation of rows on. A stream's rows are written as of its last event in a batch, and then its state;
 * each only replaces what is of a lower position. So a crash, a repeat or a second invocation changes nothing.
 */
export class GenerationOfRows {
  readonly states: States
  readonly #writer: ViewsWriter
  readonly #log: MarkedLog
  readonly #events: EventsAfter
  readonly #projected: Projected

  constructor(options: {
    n: number
    views: Views
    writer: ViewsWriter
    log: MarkedLog
    events: EventsAfter
    projected: Projected
  }) {
    this.#writer = options.writer
    this.#log = options.log
    this.#events = options.events
    this.#projected = options.projected
    const { n, views, events, projected } = options
    this.states = new States({ n, views, events, kinds: projected.kinds })
  }

  /** How many rows and tombstones it has sent. */
  get written(): number {
    return this.#writer.rows
  }

  /**
   * Takes events of the log, in order; answers when all that they change is written. With `ends`, no row is written
   * that only a state between the batch's first and last has had: allowed where whoever else takes any of these events
   * takes all of them at once.
   */
  async apply(events: readonly SealedEvent[], { ends = false } = {}): Promise<void> {
    // What the log tells of its own keys is in no row.
    const ours = events.filter(({ subject }) => subject !== logKeysStream)
    const byStream = Map.groupBy(ours, ({ subject }) => subject)
    const begun = new Set([...byStream].filter(([, [first]]) => first && versionOf(first) === 1).map(([id]) => id))
    const read = await this.states.read([...byStream.keys()], begun)
    await each(byStream, streamsAtOnce, ([streamId, its]) => this.#stream(streamId, its, read, ends))
  }

  /** Tries a parked stream again: clears it where it can be folded up to its sealed mark, counts one more try otherwise. */
  async retry(streamId: string): Promise<void> {
    await this.#catchUp(streamId, await this.states.read([streamId]))
  }

  /** One stream's events of the batch, as far as they are new to it. */
  async #stream(streamId: string, events: readonly SealedEvent[], read: Read, ends: boolean): Promise<void> {
    const last = events.at(-1)
    if (!last) return
    const base = await this.#base(streamId, read)
    if ('error' in base) return this.#park({ streamId, version: versionOf(last), position: last.position, ...base })
    const fresh = events.filter((event) => versionOf(event) > base.folded.version)
    const [first] = fresh
    if (!first) return this.states.hold(streamId, base) // done already
    if (versionOf(first) > base.folded.version + 1) return this.#catchUp(streamId, async () => base)
    const outcome = await this.#advance(streamId, base, fresh, ends)
    if ('to' in outcome) return this.#write(streamId, base, outcome, fresh)
    if (outcome.done > 0) {
      // What goes before the one that threw is shown all the same. The state may be half changed: it is read again.
      await this.#stream(streamId, fresh.slice(0, outcome.done), await this.#anew(streamId, base), ends)
    }
    const { error } = outcome
    await this.#park({ streamId, version: versionOf(last), position: last.position, error })
  }

  /** A stream that began from nothing does so once more, another is read. */
  #anew(streamId: string, { position }: Base): Promise<Read> {
    return this.states.read([streamId], new Set(position === nowhere ? [streamId] : []))
  }

  /**
   * Brings a stream whose state is behind the log to its sealed mark, by the events table: it was parked, or its state
   * was kept by another version of its fold. All of it or nothing, as there is but one position to write it at.
   */
  async #catchUp(streamId: string, read: Read): Promise<void> {
    const mark = await this.#log.mark(streamId)
    if (!mark) throw new Error(`The log holds events of ${streamId}, and no mark of it`)
    const base = await this.#base(streamId, read)
    if ('error' in base) return this.#park({ streamId, ...mark, ...base })
    if (base.folded.version < mark.version) {
      const missing = await this.#missing(streamId, base.folded.version, mark)
      if ('error' in missing) return this.#park({ streamId, ...mark, ...missing })
      const outcome = await this.#advance(streamId, base, missing)
      if ('error' in outcome) return this.#park({ streamId, ...mark, error: outcome.error })
      await this.#write(streamId, base, outcome, missing)
    }
    await this.#writer.unpark(streamId, mark.version)
  }

  /** Where a stream stands, or why it cannot be folded so far. */
  async #base(streamId: string, read: Read): Promise<Base | { readonly error: unknown }> {
    try {
      return await read(streamId)
    } catch (error) {
      if (error instanceof UnreadableCommit || error instanceof Unfoldable) return { error }
      throw error
    }
  }

  /** Sealed events after a version. Of each but the last the position is not known; their rows are written at the last's. */
  async #missing(streamId: string, after: number, mark: Mark) {
    try {
      const commits = await this.#events.after(streamId, after)
      const events = commits.flatMap((commit): readonly CloudEvent[] => commit.events)
      const sealed = events.filter((event) => versionOf(event) <= mark.version)
      if (sealed.length === mark.version - after) return sealed.map((event) => ({ ...event, position: mark.position }))
      return { error: new Error(`Its events end before version ${mark.version}`) }
    } catch (error) {
      if (error instanceof UnreadableCommit) return { error }
      throw error
    }
  }

  async #advance(streamId: string, from: Point, events: readonly SealedEvent[], ends = false): Promise<Outcome> {
    const kind = parseStream(streamId)?.kind
    if (!kind) return { done: 0, error: new Error('A stream of no known kind') }
    const models = this.#projected.models.filter((model) => model.kind === kind)
    const whole = events.some(isWithholding) ? await this.#whole(streamId) : []
    if ('error' in whole) return { done: 0, error: whole.error }
    return advance(this.#projected.kinds[kind], models, streamId, from, events, { ends, whole })
  }

  /** A stream from its first event on. */
  async #whole(streamId: string): Promise<readonly CloudEvent[] | { readonly error: unknown }> {
    try {
      return (await this.#events.after(streamId, 0)).flatMap((commit) => commit.events)
    } catch (error) {
      if (error instanceof UnreadableCommit) return { error }
      throw error
    }
  }

  /** Writes rows, then what vouches for them. */
  async #write(
    streamId: string,
    { kept: before, size }: Base,
    { to, changes }: { to: Point; changes: Changes },
    events: readonly SealedEvent[],
  ): Promise<void> {
    const { folded, position } = to
    await each(changes.puts, rowsAtOnce, (row) => this.#writer.put(row, position))
    await each(changes.gone, rowsAtOnce, (key) => this.#writer.remove(key, position))
    const foldVersion = this.states.foldVersion(streamId)
    // A state that has what is withheld by now is gone on from by nobody: another takes its place at once.
    const withholds = events.some(isWithholding)
    if (
      !withholds &&
      before &&
      before.parts > 0 &&
      Math.floor(folded.version / keptEvery) === Math.floor(before.version / keptEvery)
    ) {
      const positions = events.map((event) => event.position)
      const kept = await this.#writer.reach(streamId, foldVersion, before, positions)
      this.states.hold(streamId, { ...to, kept, size })
    } else {
      const json = JSON.stringify(folded)
      const state = { version: folded.version, json, withholds }
      const kept = await this.#writer.keep(streamId, foldVersion, state, position, before)
      this.states.hold(streamId, { ...to, kept, size: json.length })
    }
  }

  async #park(parked: Parked): Promise<void> {
    const { streamId, version, position, error } = parked
    logError('project', 'stream parked', { streamId, version, position, ...describe(error) })
    await this.#writer.park(parked)
  }
}
