import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { log, logError } from '#functions/runtime/log.ts'
import { batchGet } from '#functions/store/batch-get.ts'
import { markKey } from '#functions/store/log-item.ts'
import { ByHour, hourOf, type Indexed, nextHour } from './by-hour.ts'
import { Followers, type Standing } from './followers.ts'
import { nameable } from './nameable.ts'
import { ParkedStreams } from './parked.ts'
import type { Seal } from './seal.ts'
import { StoredSweepMark, type SweepMark } from './sweep-mark.ts'

/** What was recorded later than so long ago is not looked at, in milliseconds: it may still be on its way. */
const settledMs = 10 * 60_000

/** Milliseconds kept back for a page of commits that is under way when the time runs out. */
const reserveMs = 60_000

/** Of how many streams a sweep remembers how far they are sealed. */
const rememberedStreams = 100_000

/** What one sweep did. */
export interface Swept {
  /** Commits that it went over, and how many streams among them were behind. */
  readonly commits: number
  readonly behind: number
  /** Events that it sealed. */
  readonly sealed: number
  /** Streams that cannot be sealed to their end. */
  readonly parked: number
  /** How many events of the log each follower lacks. */
  readonly unsigned: number
  readonly unpublished: number
  readonly unprojected: number
}

/** The time was up before the sweep had come to its end; what it did stays done. Thrown so that it is called again. */
export class SweepUnfinished extends Error {
  override readonly name = 'SweepUnfinished'
  constructor({ hour, before }: Place) {
    super(`Out of time at ${before ?? hour}; the next sweep goes on from there`)
  }
}

/**
 * Finds what the stream has lost and seals it: goes over the commits that were recorded since the last sweep, by their
 * hours, and compares them with the marks of their streams. Tries again what is parked, and rings for those followers
 * of the log that are behind its head. Any number of sweeps and sealers may be at work at once.
 *
 * With nothing recorded it costs half a read unit for each hour and some ten more, so 22 for a day, and a write unit.
 * With commits, for each thousand of them 13 read units and half a unit for each stream.
 */
export class Sweep {
  readonly #client: DynamoDBClient
  readonly #log: string
  readonly #seal: Seal
  readonly #byHour: ByHour
  readonly #mark: StoredSweepMark
  readonly #parked: ParkedStreams
  readonly #followers: Followers
  readonly #now: () => Date

  constructor(options: {
    client: DynamoDBClient
    events: string
    log: string
    views: string
    seal: Seal
    now?: () => Date
  }) {
    const { client, events, log, views, seal } = options
    this.#client = client
    this.#log = log
    this.#seal = seal
    this.#byHour = new ByHour({ client, table: events })
    this.#mark = new StoredSweepMark({ client, table: log })
    this.#parked = new ParkedStreams({ client, table: log })
    this.#followers = new Followers({ client, log, views })
    this.#now = options.now ?? (() => new Date())
  }

  /** `remainingMs`: until this is ended from outside. @throws {SweepUnfinished} */
  async run(remainingMs: () => number = () => Number.POSITIVE_INFINITY): Promise<Swept> {
    const now = this.#now()
    const until = new Date(now.getTime() - settledMs)
    const [mark, parked] = await Promise.all([this.#mark.read(), this.#parked.all()])
    const found = new Found()

    const open = [...parked.values()].filter((one) => one.open)
    await this.#bringUp(
      open.map(({ streamId }) => streamId),
      found,
    )

    let at: Place = mark ?? { hour: await this.#beginning(until) }
    try {
      for await (at of this.#hours(at, until, found)) {
        if (remainingMs() < reserveMs) throw new SweepUnfinished(at)
      }
    } catch (error) {
      await this.#move(mark, at, mark?.size ?? 0)
      throw error
    }
    // Where the last sealer could not sign, or nobody has begun the log. What passes is thrown once all else is done.
    const failure = await this.#seal.sign().then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    const standing = await this.#followers.standing()
    await this.#move(mark, at, standing.head.size)
    const { sealedAt, size } = standing.head
    const swept = await this.#tell(standing, sealedAt > until.toISOString() ? (mark?.size ?? 0) : size, found, now)
    if (failure) throw failure.error
    return swept
  }

  /** Goes over what was recorded from a place on until then; gives each place up to which all is done. */
  async *#hours({ hour, before }: Place, until: Date, found: Found): AsyncGenerator<Place> {
    const last = hourOf(until)
    for (let [at, from] = [hour, before]; at <= last; ) {
      for await (const page of this.#byHour.pages(at, from, until.toISOString())) {
        await this.#page(page, found)
        yield { hour: at, before: page.at(-1)?.time }
      }
      if (at === last) return // it is not over
      ;[at, from] = [nextHour(at), undefined]
      yield { hour: at }
    }
  }

  /** Seals those streams of a page of commits whose marks are behind. */
  async #page(page: readonly Indexed[], found: Found): Promise<void> {
    const versions = new Map<string, number>()
    for (const { streamId, version } of page) {
      if (nameable(streamId) && version > (versions.get(streamId) ?? 0)) versions.set(streamId, version)
    }
    const asked = [...versions].filter(([streamId, version]) => version > (found.sealedTo.get(streamId) ?? 0))
    // A mark of a moment ago will do: it only grows, and the sealer reads it anew.
    const items = await batchGet(
      this.#client,
      this.#log,
      asked.map(([streamId]) => markKey(streamId)),
      { strongly: false },
    )
    const marks = new Map(items.map(({ pk, version }) => [pk?.S, Number(version?.N)]))
    const behind = asked.filter(([streamId, version]) => version > (marks.get(markKey(streamId).pk?.S) ?? 0))
    found.commits += page.length
    found.behind += behind.length
    await this.#bringUp(
      behind.map(([streamId]) => streamId),
      found,
    )
    if (found.sealedTo.size > rememberedStreams) found.sealedTo.clear()
    for (const [streamId, version] of asked) found.sealedTo.set(streamId, version)
  }

  /** Seals streams to their end, or parks them. */
  async #bringUp(streamIds: readonly string[], found: Found): Promise<void> {
    if (streamIds.length === 0) return
    const { sealed, parked } = await this.#seal.run(streamIds)
    found.sealed += sealed
    for (const streamId of parked) found.parked.add(streamId)
  }

  /** Where the first sweep of all begins: where the first commit is. Before `until`, where there is none yet. */
  async #beginning(until: Date): Promise<string> {
    const [first, last] = [await this.#byHour.firstHour(), hourOf(until)]
    return first !== undefined && first < last ? first : last
  }

  async #move(mark: SweepMark | undefined, at: Place, size: number): Promise<void> {
    if (mark?.hour !== at.hour || mark.before !== at.before) await this.#mark.move({ ...at, size })
  }

  /**
   * Rings where a follower is behind, and says so where it lacks what was there long ago, `old` events: a follower that
   * is dead says nothing itself.
   */
  async #tell(standing: Standing, old: number, found: Found, now: Date): Promise<Swept> {
    const { head, signed, published, projected } = standing
    if (Math.min(published, projected) < head.size) await this.#followers.ring(now)
    const swept = {
      commits: found.commits,
      behind: found.behind,
      sealed: found.sealed,
      parked: found.parked.size,
      unsigned: Math.max(0, head.size - signed),
      unpublished: Math.max(0, head.size - published),
      unprojected: Math.max(0, head.size - projected),
    }
    log('seal', 'swept', swept)
    if (Math.min(signed, published, projected) < old)
      logError('seal', 'left behind', { signed, published, projected, old })
    return swept
  }
}

type Place = Pick<SweepMark, 'hour' | 'before'>

/** What a sweep has found so far. */
class Found {
  commits = 0
  behind = 0
  sealed = 0
  readonly parked = new Set<string>()
  /** Versions to which streams are known to be sealed, as far as they can be. */
  readonly sealedTo = new Map<string, number>()
}
