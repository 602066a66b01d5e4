import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import type { SealedEvent } from '#events/envelope.ts'
import type { Chunk } from '#events/log/grow.ts'
import type { TileHashes } from '#events/log/proof.ts'
import type { TileAt } from '#events/log/tile.ts'
import { batchGet } from './batch-get.ts'
import { queryChunks, type Side, unbroken } from './chunk-query.ts'
import type { Item } from './commit.ts'
import {
  checkpointKey,
  checkpointOf,
  eventsOf,
  type Head,
  headKey,
  headOf,
  type Identity,
  identityKey,
  identityOf,
  type Mark,
  markKey,
  markOf,
  parkedPartition,
  type SignedCheckpoint,
} from './log-item.ts'
import type { LogTiles } from './log-tiles.ts'
import type { SealedLog } from './pull.ts'
import { type Cosigned, cosignedKey, cosignedOf, witnessedKey } from './witness-item.ts'

/** How many chunks are read of what may not be wanted: a step that keeps up with the sealer finds one. */
const peekedChunks = 4

/** Reads the log. Only the seal step writes it. */
export class LogStore implements SealedLog {
  readonly #client: DynamoDBClient
  readonly #table: string
  /** Of the largest checkpoint that was read: what was signed stays signed. */
  #signed = 0
  #tiles: Promise<LogTiles> | undefined

  constructor(options: { client: DynamoDBClient; table: string }) {
    this.#client = options.client
    this.#table = options.table
  }

  /** The head, strongly consistent. */
  async head(): Promise<Head> {
    return headOf(await this.#get(headKey))
  }

  /** Who keeps the log, strongly consistent; undefined before its genesis. */
  async identity(): Promise<Identity | undefined> {
    const item = await this.#get(identityKey)
    return item && identityOf(item)
  }

  /** The latest signed head, undefined as long as nothing is signed. Strongly consistent unless told otherwise. */
  async checkpoint(strongly = true): Promise<SignedCheckpoint | undefined> {
    const item = await this.#get(checkpointKey, strongly)
    if (!item) return undefined
    const checkpoint = checkpointOf(item)
    this.#signed = Math.max(this.#signed, checkpoint.size)
    return checkpoint
  }

  /** What these witnesses have cosigned last; those that were never asked are missing. */
  async cosigned(names: readonly string[]): Promise<Cosigned[]> {
    return (await batchGet(this.#client, this.#table, names.map(cosignedKey))).map(cosignedOf)
  }

  /** The latest checkpoint that all witnesses have cosigned, its note with all their lines. */
  async witnessed(): Promise<SignedCheckpoint | undefined> {
    const item = await this.#get(witnessedKey)
    return item && checkpointOf(item)
  }

  /** Whether the first `size` events are signed. Reads nothing where that is known from before. */
  async isSigned(size: number): Promise<boolean> {
    return size <= this.#signed || size <= ((await this.checkpoint())?.size ?? 0)
  }

  /**
   * Tiles of the tree, read at least as wide as they are asked for: see log-tiles.ts. Throws when one is not there: ask
   * for what is signed.
   */
  async tiles(asked: readonly TileAt[]): Promise<TileHashes> {
    return (await this.#loadTiles()).tiles(asked)
  }

  /** The first `width` entries of bundle `n`, as they are served. Throws when they are not there. */
  async entries(n: number, width: number): Promise<Uint8Array> {
    return (await this.#loadTiles()).entries(n, width)
  }

  /** How far a stream is sealed, strongly consistent; undefined as long as none of its events is. */
  async mark(streamId: string): Promise<Mark | undefined> {
    const item = await this.#get(markKey(streamId))
    return item && markOf(item)
  }

  /**
   * Sealed events from a position below the head on, in order and without gaps: as many as one page of their chunks
   * holds, at least one, at most to the next multiple of 256. The next read begins after the last of them. `enough`: how
   * many are wanted; chunks that are not needed for as many are not read.
   * Throws when the position is not there, however strongly it is asked for.
   */
  async read(from: number, enough?: number): Promise<SealedEvent[]> {
    for (const strongly of [false, true]) {
      const chunks = await this.#chunksAt(from, strongly, enough)
      if (chunks.length > 0) {
        return chunks.flatMap(eventsOf).filter(({ position }) => position >= from)
      }
    }
    throw new Error(`The log has no event at position ${from}`)
  }

  /**
   * Sealed events from a position on that chunks begin at, be it below the head or not: a few, in order and without gaps,
   * or none where they do not show. Costs one eventually consistent Query of four chunks at most: half a read unit where
   * there are none.
   */
  async peek(from: number): Promise<SealedEvent[]> {
    const chunks = await this.#query(from, '>=', false, peekedChunks)
    return chunks[0]?.first === from ? unbroken(chunks).flatMap(eventsOf) : []
  }

  /** When the first event was recorded of the chunk that holds a position below the head: RFC 3339. */
  async timeAt(position: number): Promise<string> {
    const [chunk] = await this.#query(position, '<=', true)
    const [first] = chunk ? eventsOf(chunk) : []
    if (!first) throw new Error(`The log has no event at position ${position}`)
    return first.time
  }

  /**
   * A page of the log for a reader: events after `after` (exclusive; absent: from the first one), at most `limit`,
   * up to the signed size, so that all that is read can be proved; up to the head as long as nothing is signed. `next`
   * is what to give as `after` next time, null at the end.
   */
  async sealedPage(after: number | undefined, limit: number): Promise<{ events: SealedEvent[]; next: number | null }> {
    const { size } = (await this.checkpoint()) ?? (await this.head())
    const from = after === undefined ? 0 : after + 1
    const end = Math.min(size, from + limit)
    const events: SealedEvent[] = []
    for (let at = from; at < end; at = from + events.length) {
      events.push(...(await this.read(at, end - at)).slice(0, end - at))
    }
    return { events, next: end < size ? end - 1 : null }
  }

  /** How many streams are parked by the seal step, counted to 100, and the read units that it took to count them. */
  async parked(): Promise<{ count: number; units: number }> {
    let [count, units] = [0, 0]
    let start: Item | undefined
    do {
      const answer = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          Select: 'COUNT',
          KeyConditionExpression: 'pk = :parked',
          FilterExpression: '#open = :true',
          ExpressionAttributeNames: { '#open': 'open' },
          ExpressionAttributeValues: { ':parked': { S: parkedPartition }, ':true': { BOOL: true } },
          Limit: 100,
          ReturnConsumedCapacity: 'TOTAL',
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      )
      count += answer.Count ?? 0
      units += answer.ConsumedCapacity?.CapacityUnits ?? 0
      start = answer.LastEvaluatedKey
    } while (start && count < 100)
    return { count: Math.min(count, 100), units }
  }

  /** Chunks that follow one another from the one that holds `from`; none where that one does not show yet. */
  async #chunksAt(from: number, strongly: boolean, limit?: number): Promise<readonly Chunk[]> {
    // Consumers stop where chunks end, so `from` nearly always begins one. Each has one event at least.
    let chunks = await this.#query(from, '>=', strongly, limit)
    if (chunks[0]?.first !== from) chunks = [...(await this.#query(from, '<', strongly)), ...chunks]
    const [first] = chunks
    if (!first || first.first > from || first.first + first.count <= from) return []
    return unbroken(chunks)
  }

  #query(from: number, side: Side, strongly: boolean, limit?: number): Promise<Chunk[]> {
    return queryChunks(this.#client, this.#table, from, { side, strongly, ...(limit === undefined ? {} : { limit }) })
  }

  async #get(key: Item, strongly = true): Promise<Item | undefined> {
    const { Item: item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: key, ConsistentRead: strongly }),
    )
    return item
  }

  /** Loaded for those who ask for tiles: few do, and they keep them together. */
  #loadTiles(): Promise<LogTiles> {
    this.#tiles ??= import('./log-tiles.ts').then(
      (code) => new code.LogTiles({ client: this.#client, table: this.#table }),
    )
    return this.#tiles
  }
}
