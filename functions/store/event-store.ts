import { setTimeout as delay } from 'node:timers/promises'
import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { type CloudEvent, type DomainEvent, formatType, parseType } from '#events/envelope.ts'
import { jcs } from '#events/jcs.ts'
import { dataHash } from '#events/log/entry.ts'
import { InvalidInput } from '#events/refusal.ts'
import { batchGet } from './batch-get.ts'
import { type Commit, fromItem, lastVersion, toItem } from './commit.ts'
import { commitAtOrBelow, commitPages } from './commit-query.ts'

/** A stream as it was read, whole. Made by `load` alone: `append` builds on what is known to be there. */
export interface Loaded {
  readonly streamId: string
  /** Of the last event; 0 for a stream without events. */
  readonly version: number
  /** Of the last event; empty for a stream without events. */
  readonly time: string
  readonly commits: readonly Commit[]
}

/** What a commit says of the command that gave it. */
export interface CommandMeta {
  /** `k-…` or `r-…`: see command-id.ts. */
  readonly commandid: string
  readonly commandhash: string
  /** Slug of the key's name. */
  readonly recordedBy: string
  /** Salt of the command's event number `index`: 16 random bytes in base64url, the same whenever it is asked for. */
  salt(index: number): string
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

/** The most that one event takes, in bytes of its JCS, and all events of a commit together. */
export const maxEventBytes = 60_000
export const maxCommitBytes = 300_000

/** How often a stream with a hole in it is read again, and the wait before the first time, doubled each time. */
const holeReads = 4
const holeWaitMs = 20

/** Streams of events, kept for good: one item per commit, keyed by stream and version of its first event. */
export class EventStore {
  readonly #client: DynamoDBClient
  readonly #table: string
  readonly #source: string
  readonly #now: () => Date

  constructor(options: { client: DynamoDBClient; table: string; source: string; now?: () => Date }) {
    this.#client = options.client
    this.#table = options.table
    this.#source = options.source
    this.#now = options.now ?? (() => new Date())
  }

  /** Reads a stream, strongly consistent and to the end. Throws when versions stay missing in it, or cannot be read. */
  async load(streamId: string): Promise<Loaded> {
    const commits = await this.#contiguous(streamId, 0)
    const last = commits.at(-1)
    return { streamId, version: last ? lastVersion(last) : 0, time: last?.time ?? '', commits }
  }

  /**
   * The events after `version`, strongly consistent, as commits. Where `version` is inside a commit, the first one is
   * that commit's rest.
   */
  async after(streamId: string, version: number): Promise<Commit[]> {
    const holder = version > 0 ? await commitAtOrBelow(this.#client, this.#table, streamId, version) : undefined
    if (!holder) return this.#contiguous(streamId, version)
    const commit = fromItem(holder)
    const rest = commit.events.slice(version + 1 - commit.version)
    const later = await this.#contiguous(streamId, Math.max(version, lastVersion(commit)))
    return rest.length > 0 ? [{ ...commit, version: version + 1, events: rest }, ...later] : later
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
    const commit = this.#commit(loaded, events, shapes, meta)
    const item = toItem(commit)
    refuseTooLarge(commit)
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
      throw new VersionConflict(loaded.streamId, loaded.version)
    }
  }

  /** Which of the streams are on record: those that have a first commit. */
  async firstCommits(streamIds: Iterable<string>): Promise<Set<string>> {
    const keys = [...new Set(streamIds)].map((streamId) => ({ streamId: { S: streamId }, version: { N: '1' } }))
    const items = await batchGet(this.#client, this.#table, keys, 'streamId')
    return new Set(items.map(({ streamId }) => streamId?.S ?? ''))
  }

  #commit(
    loaded: Loaded,
    events: readonly DomainEvent[],
    shapes: Readonly<Record<string, number>>,
    meta: CommandMeta,
  ): Commit {
    let time = this.#now().toISOString()
    if (time < loaded.time) time = loaded.time
    return {
      streamId: loaded.streamId,
      version: loaded.version + 1,
      time,
      recordedHour: time.slice(0, 13),
      commandid: meta.commandid,
      commandhash: meta.commandhash,
      events: events.map(({ type, data }, index): CloudEvent => {
        const shape = shapes[type]
        if (shape === undefined) throw new Error(`No shape is known of ${type}`)
        const canonical = jcs(data)
        const datasalt = meta.salt(index)
        return {
          specversion: '1.0',
          id: `${loaded.streamId}/${loaded.version + 1 + index}`,
          source: this.#source,
          type: formatType(type, shape),
          subject: loaded.streamId,
          time,
          datacontenttype: 'application/json',
          dataschema: `${this.#source}:schemas:${type}:v${shape}`,
          recordedby: meta.recordedBy,
          commandid: meta.commandid,
          datasalt,
          datahash: dataHash(datasalt, canonical),
          data: JSON.parse(canonical),
        }
      }),
    }
  }

  /** A Query is no snapshot, so a page may miss what an earlier page's writer had not written yet: a hole is read again. */
  async #contiguous(streamId: string, after: number): Promise<Commit[]> {
    for (let reads = 1; ; reads++) {
      const commits: Commit[] = []
      for await (const { items } of commitPages(this.#client, this.#table, streamId, after)) {
        commits.push(...items.map(fromItem))
      }
      const hole = holeIn(commits, after)
      if (hole === undefined) return commits
      if (reads === holeReads) throw new Error(`Stream ${streamId} has no version ${hole}, and later ones`)
      await delay(holeWaitMs * 2 ** (reads - 1))
    }
  }
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

function refuseTooLarge(commit: Commit): void {
  const sizes = commit.events.map((event) => Buffer.byteLength(jcs(event)))
  const large = sizes.findIndex((size) => size > maxEventBytes)
  if (large >= 0) {
    const name = parseType(commit.events[large]?.type ?? '')?.name
    throw new InvalidInput([
      { pointer: '#', detail: `${name} would have ${sizes[large]} bytes; an event has at most ${maxEventBytes}` },
    ])
  }
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (total > maxCommitBytes) {
    throw new InvalidInput([
      { pointer: '#', detail: `All events together would have ${total} bytes; at most ${maxCommitBytes}` },
    ])
  }
}
