import { versionOf } from '#events/envelope.ts'
import { foldOnto, nothing } from '#events/fold.ts'
import { parseStream, type StreamKind } from '#events/streams.ts'
import type { EventsAfter } from '#functions/projections/current.ts'
import { type Foldable, foldedOf, type Kept, reached } from '#functions/projections/kept.ts'
import type { KeptHead, Views } from '#functions/projections/views.ts'
import { nowhere } from './advance.ts'
import { type Base, Memory } from './memory.ts'

/** A stream was folded so far by other code, and cannot be by this. */
export class Unfoldable extends Error {
  override readonly name = 'Unfoldable'
  constructor(streamId: string, options: { cause: unknown }) {
    super(`${streamId} cannot be folded up to what its rows are written of: ${options.cause}`, options)
  }
}

/** What was read of the batch's streams, for each to go on from. */
export type Read = (streamId: string) => Promise<Base>

/**
 * Where the streams of one generation stand, from the views table or from memory. Large states are held in memory from
 * one run to the next, and used where their head item says that nobody has gone further. In a generation that is being
 * filled all are held, and used without being asked for: see `trust`.
 */
export class States {
  readonly #n: number
  readonly #views: Views
  readonly #events: EventsAfter
  readonly #kinds: Readonly<Record<StreamKind, Foldable>>
  readonly #memory = new Memory()
  #trusted = false

  constructor(options: {
    n: number
    views: Views
    events: EventsAfter
    kinds: Readonly<Record<StreamKind, Foldable>>
  }) {
    this.#n = options.n
    this.#views = options.views
    this.#events = options.events
    this.#kinds = options.kinds
  }

  /**
   * Uses what is in memory unasked. What is in it was written, so a difference that begins there leaves nothing out;
   * where somebody else has gone further, his writes are of a higher position, and ours do nothing.
   */
  trust(): void {
    this.#trusted = true
  }

  /** Forgets what is in memory: somebody else has gone on with the generation meanwhile. */
  forget(): void {
    this.#memory.clear()
  }

  /** Holds a stream that is written, for its next events. */
  hold(streamId: string, base: Base): void {
    if (this.#trusted || (base.kept && base.kept.parts > 0)) this.#memory.put(streamId, base)
  }

  /**
   * Reads where streams stand that a batch goes on with. Of those in `begun` the batch has the first event: they go on
   * from nothing, for what was written of them before, if anything, is written again or outdone.
   */
  async read(streamIds: readonly string[], begun: ReadonlySet<string> = new Set()): Promise<Read> {
    const held = new Map(
      streamIds.flatMap((streamId) => {
        const base = this.#memory.take(streamId)
        return base ? [[streamId, base] as const] : []
      }),
    )
    const asked = streamIds.filter((streamId) => !begun.has(streamId) && !(this.#trusted && held.has(streamId)))
    const heads = await this.#views.heads(this.#n, asked.map(this.#wanted))
    return async (streamId) => {
      const base = held.get(streamId)
      if (base && this.#trusted) return base
      if (begun.has(streamId)) return this.#nothing(streamId)
      const head = heads.get(streamId)
      if (base && head && reached(head).version === base.folded.version) return base
      return this.#whole(streamId, head)
    }
  }

  /** Version of the fold that a stream's state is kept by; 0 for a stream of no known kind, of which none is ever kept. */
  foldVersion(streamId: string): number {
    return this.#kindOf(streamId)?.fold.version ?? 0
  }

  readonly #wanted = (streamId: string) => ({ streamId, foldVersion: this.foldVersion(streamId) })

  async #whole(streamId: string, head: KeptHead | undefined): Promise<Base> {
    const kept = head && ((await this.#views.whole(head)) ?? (await this.#again(streamId)))
    const kind = this.#kindOf(streamId)
    if (!kept || !kind) return this.#nothing(streamId)
    const { json, ...rest } = kept
    const since = await this.#since(streamId, kept)
    try {
      const folded = foldOnto(kind.fold, kind.upcast, foldedOf<unknown>({ json }), since)
      return { folded, position: reached(kept).position, kept: rest, size: json.length }
    } catch (cause) {
      throw new Unfoldable(streamId, { cause })
    }
  }

  /** The parts have gone with a state that was replaced just now. */
  async #again(streamId: string): Promise<Kept | undefined> {
    return (await this.#views.states(this.#n, [this.#wanted(streamId)])).get(streamId)
  }

  /** The events between a state and what its head item says is written. */
  async #since(streamId: string, kept: Kept) {
    if (kept.since.length === 0) return []
    const until = reached(kept).version
    const commits = await this.#events.after(streamId, kept.version)
    const events = commits.flatMap((commit) => commit.events).filter((event) => versionOf(event) <= until)
    if (events.length < kept.since.length) {
      throw new Unfoldable(streamId, { cause: new Error(`Its events end before version ${until}`) })
    }
    return events
  }

  #nothing(streamId: string): Base {
    const kind = this.#kindOf(streamId)
    const folded = kind ? nothing(kind.fold) : { version: 0, time: '', commands: [], state: undefined }
    return { folded, position: nowhere, kept: undefined, size: 0 }
  }

  #kindOf(streamId: string): Foldable | undefined {
    const kind = parseStream(streamId)?.kind
    return kind && this.#kinds[kind]
  }
}
