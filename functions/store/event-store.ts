import { setTimeout as delay } from 'node:timers/promises'
import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { DomainEvent } from '#events/envelope.ts'
import { batchGet } from './batch-get.ts'
import { type Commit, fromItem, lastVersion } from './commit.ts'
import { commitAtOrBelow, commitPages, type Page } from './commit-query.ts'
import type { KeptState } from './kept-states.ts'
import { type CommandMeta, newCommit } from './new-commit.ts'

/** A stream as it was read, to its end. Made by `load` alone: `append` builds on what is known to be there. */
export interface Loaded {
  readonly streamId: string
  /** Of the last event; 0 for a stream without events. */
  readonly version: number
  /** Of the last event; empty for a stream without events. */
  readonly time: string
  /** The state that the commits go on from; absent where they are the whole stream. */
  readonly kept?: KeptState
  /** Those after the kept state; the first one may be the rest of a commit that the state ends in. */
  readonly commits: readonly Commit[]
}

/** A stream is not at the version that a write builds on: somebody else wrote in between. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict'
  readonly streamId: string
  readonly expected: number
  /** Undefined where all that is known is that the next version was taken. */
  readonly actual: number | undefined
  constructor(streamId: string, expected: number, actual?: number) {
    super(`Stream ${streamId} is not at version ${expected}`)
    this.streamId = streamId
    this.expected = expected
    this.actual = actual
  }
}

/** How often a stream with a hole in it is read again, and the wait before the first time, doubled each time. */
const holeReads = 4
const holeWaitMs = 20

/** How many commits are read of a stream before its kept state is asked for. */
const shortStream = 500
/** How many streams are known by name: to be long, so that their kept state is asked for at once, or to be on record. */
const rememberedStreams = 10_000

/** Streams of events, kept for good: one item per commit, keyed by stream and version of its first event. */
export class EventStore {
  readonly #client: DynamoDBClient
  readonly #table: string
  readonly #source: string
  readonly #now: () => Date
  readonly #short: number
  readonly #long = new Set<string>()
  readonly #recorded = new Set<string>()

  /** A stream of more than `short` commits is long: it is read from its kept state on. */
  constructor(options: { client: DynamoDBClient; table: string; source: string; now?: () => Date; short?: number }) {
    this.#client = options.client
    this.#table = options.table
    this.#source = options.source
    this.#now = options.now ?? (() => new Date())
    this.#short = options.short ?? shortStream
  }

  /**
   * Reads a stream, strongly consistent and to the end; a long one from its kept state on, where `kept` gives one that
   * the events bear out. Throws when versions stay missing in it, or cannot be read.
   */
  async load(streamId: string, kept?: () => Promise<KeptState | undefined>): Promise<Loaded> {
    if (!kept) return loaded(streamId, await this.#contiguous(streamId, 0))
    const start = this.#long.has(streamId) ? undefined : await this.#start(streamId)
    if (!start || start.more) {
      remember(this.#long, streamId)
      const state = await kept()
      const isAhead = state && state.version > Number(start?.items.at(-1)?.version?.N ?? 0)
      const following = isAhead ? await this.#from(streamId, state) : undefined
      if (following) return following
    }
    return loaded(streamId, await this.#contiguous(streamId, 0, { start }))
  }

  /**
   * The events after `version`, strongly consistent, as commits. Where `version` is inside a commit, the first one is
   * that commit's rest.
   */
  async after(streamId: string, version: number): Promise<Commit[]> {
    const holder = version > 0 ? await this.#holder(streamId, version) : undefined
    return holder ? this.#following(holder, version) : this.#contiguous(streamId, version)
  }

  /**
   * A stream's commits from its beginning, strongly consistent, until one is enough, and no more than a page further;
   * `atOnce` says how many a page has at most.
   */
  async until(streamId: string, enough: (commit: Commit) => boolean, atOnce?: number): Promise<Commit[]> {
    return this.#contiguous(streamId, 0, { enough, atOnce })
  }

  /** The commit that holds a version of a stream, strongly consistent; undefined where none does. */
  async holding(streamId: string, version: number): Promise<Commit | undefined> {
    const commit = await this.#holder(streamId, version)
    return commit && lastVersion(commit) >= version ? commit : undefined
  }

  /**
   * Appends the events of one command to a stream as it was loaded: one put, on the condition that its key is free.
   * Done also when the answer of that very put was lost and the SDK sent it again.
   * @throws {VersionConflict} somebody else wrote in between
   * @throws {InvalidInput} an event or the commit is too large
   */
  async append(
    loaded: Loaded,
    events: readonly DomainEvent[],
    shapes: Readonly<Record<string, number>>,
    meta: CommandMeta,
  ): Promise<Commit> {
    const { streamId, version } = loaded
    let time = this.#now().toISOString()
    if (time < loaded.time) time = loaded.time
    const at = { streamId, version: version + 1, time, source: this.#source }
    const { commit, item } = newCommit(at, events, shapes, meta)
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: item,
          ConditionExpression: 'attribute_not_exists(streamId)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ) // the decision: recorded for good, or not at all
      return commit
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
      const stored = error.Item && fromItem(error.Item)
      if (stored && isOwn(stored, meta)) return stored
      throw new VersionConflict(streamId, version)
    }
  }

  /**
   * Which of the streams are on record: those that have a first commit. Nothing on record is ever deleted, so one that
   * was found is not looked for again.
   */
  async firstCommits(streamIds: Iterable<string>): Promise<Set<string>> {
    const asked = new Set(streamIds)
    const unknown = [...asked].filter((streamId) => !this.#recorded.has(streamId))
    const keys = unknown.map((streamId) => ({ streamId: { S: streamId }, version: { N: '1' } }))
    const found = await batchGet(this.#client, this.#table, keys, { projection: 'streamId' })
    const recorded = new Set([...asked].filter((streamId) => this.#recorded.has(streamId)))
    for (const { streamId } of found) recorded.add(streamId?.S ?? '')
    for (const streamId of recorded) remember(this.#recorded, streamId)
    return recorded
  }

  /** The stream from a kept state on; undefined where no event is on record at which that state could have been kept. */
  async #from(streamId: string, kept: KeptState): Promise<Loaded | undefined> {
    const holder = await this.holding(streamId, kept.version)
    if (!holder) return undefined
    const commits = await this.#following(holder, kept.version)
    return { ...loaded(streamId, commits, holder), kept }
  }

  /** The commits after a version, given the one at or below it. */
  async #following(holder: Commit, version: number): Promise<Commit[]> {
    const rest = holder.events.slice(version + 1 - holder.version)
    const later = await this.#contiguous(holder.streamId, Math.max(version, lastVersion(holder)))
    return rest.length > 0 ? [{ ...holder, version: version + 1, events: rest }, ...later] : later
  }

  async #holder(streamId: string, version: number): Promise<Commit | undefined> {
    const item = await commitAtOrBelow(this.#client, this.#table, streamId, version)
    return item && fromItem(item)
  }

  /** The beginning of a stream, and whether it goes on. */
  async #start(streamId: string): Promise<Page> {
    for await (const page of commitPages(this.#client, this.#table, streamId, 0, this.#short)) return page
    throw new Error(`Nothing was answered of ${streamId}, not even that it is empty`)
  }

  /**
   * The commits above a version, of which the first page may have been read. A Query is no snapshot, so a page may miss
   * what an earlier page's writer had not written yet: a hole is read again.
   */
  async #contiguous(
    streamId: string,
    after: number,
    { start, enough = () => false, atOnce }: Reading = {},
  ): Promise<Commit[]> {
    let read: Page = start ?? { items: [], more: true }
    for (let reads = 1; ; reads++) {
      const commits = read.items.map(fromItem)
      const from = commits.at(-1)?.version ?? after
      const pages = read.more ? commitPages(this.#client, this.#table, streamId, from, atOnce) : []
      for await (const { items } of pages) {
        commits.push(...items.map(fromItem))
        if (commits.some(enough)) break
      }
      const hole = holeIn(commits, after)
      if (hole === undefined) return commits
      if (reads === holeReads) throw new Error(`Stream ${streamId} has no version ${hole}, and later ones`)
      await delay(holeWaitMs * 2 ** (reads - 1))
      read = { items: [], more: true }
    }
  }
}

function remember(streams: Set<string>, streamId: string): void {
  if (streams.size >= rememberedStreams) streams.clear()
  streams.add(streamId)
}

/** How a stream is read that is not read whole from nothing. */
interface Reading {
  /** The first page, where it was read already. */
  readonly start?: Page | undefined
  readonly enough?: (commit: Commit) => boolean
  readonly atOnce?: number | undefined
}

const loaded = (streamId: string, commits: readonly Commit[], before?: Commit): Loaded => {
  const last = commits.at(-1) ?? before
  return { streamId, version: last ? lastVersion(last) : 0, time: last?.time ?? '', commits }
}

/** The first version that is missing between commits, or undefined. */
function holeIn(commits: readonly Commit[], after: number): number | undefined {
  let next = after + 1
  for (const commit of commits) {
    if (commit.version !== next) return next
    next = lastVersion(commit) + 1
  }
  return undefined
}

/** Whether a commit is what this very call put. Another sending of the same command draws other salts. */
export const isOwn = (commit: Commit, meta: CommandMeta): boolean =>
  commit.commandid === meta.commandid && commit.events[0]?.datasalt === meta.salt(0)
