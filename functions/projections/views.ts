import { setTimeout as delay } from 'node:timers/promises'
import {
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb'
import { each } from '#functions/runtime/each.ts'
import { batchGet } from '#functions/store/batch-get.ts'
import { type Condition, expressionOf } from './condition.ts'
import { currentOf, type EventsAfter } from './current.ts'
import { type Generations, generationsOf } from './generations.ts'
import { type Current, decodeState, type Head, headOf, type Kept, reached } from './kept.ts'
import {
  checkpointKey,
  generationKey,
  type Key,
  keyItem,
  parkedKey,
  parkedPartition,
  partKey,
  stateKey,
} from './keys.ts'
import type { Item } from './row.ts'

/** A stream whose kept state is asked for. */
export interface Wanted {
  readonly streamId: string
  /** Of the fold it is to be kept by. */
  readonly foldVersion: number
  /** Where a row was found: a state from before this position is not written yet, and read again. */
  readonly position?: number
}

/** A head item as it was read. */
export interface KeptHead extends Head {
  readonly key: Key
  readonly body: Uint8Array | undefined
}

/** Which rows of a list. */
export interface Rows {
  readonly generation: number
  /** Without its generation. */
  readonly partition: string
  /** The least sort key to look at, and the greatest. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** Lowest sort key first; else highest. */
  readonly ascending?: boolean | undefined
  /** What each row must meet. */
  readonly conditions?: readonly Condition[]
  /** Sort key of the row after which to begin, be it there or not. */
  readonly after?: string | undefined
  /** How many to find. */
  readonly count: number
  /** How many to look at for them. */
  readonly look: number
}

/** How long one process takes the live generation for granted. The switch to another keeps the old rows for longer. */
const generationMs = 5_000

/** How often a state is read again that is not written yet, or whose parts are gone, and the first wait between. */
const stateReads = 4
const stateWaitMs = 10

/** How many streams are brought up to their rows at once. */
const currentAtOnce = 8

/**
 * Reads what project keeps in the views table. Strongly consistent, but for the count of what is parked: once project's
 * checkpoint has passed an event, a list that is read shows it.
 */
export class Views {
  readonly #client: DynamoDBClient
  readonly #table: string
  readonly #events: EventsAfter | undefined
  #known: { n: number; until: number } | undefined

  /** Without `events`, only states that are kept whole can be read as `current`. */
  constructor(options: { client: DynamoDBClient; table: string; events?: EventsAfter }) {
    this.#client = options.client
    this.#table = options.table
    this.#events = options.events
  }

  /** The generation that is read; 1 before project has run for the first time. */
  async generation(options: { fresh?: boolean } = {}): Promise<number> {
    const now = performance.now()
    if (!options.fresh && this.#known && now < this.#known.until) return this.#known.n
    const n = (await this.generations())?.live.n ?? 1
    this.#known = { n, until: now + generationMs }
    return n
  }

  /** As they stand now; undefined before project has run for the first time. */
  async generations(): Promise<Generations | undefined> {
    const item = await this.#get(generationKey)
    return item && generationsOf(item)
  }

  /** Position of the next event that a generation's rows are to have. */
  async position(generation: number): Promise<number> {
    return Number((await this.#get(checkpointKey(generation)))?.position?.N ?? 0)
  }

  /**
   * How far the rows that are read have come. Whoever reads that generation's rows afterwards never goes back behind
   * what was read before: a generation that was replaced says so.
   */
  async checkpoint(): Promise<{ generation: number; position: number }> {
    const generation = await this.generation()
    const item = await this.#get(checkpointKey(generation))
    if (!item?.closed) return { generation, position: Number(item?.position?.N ?? 0) }
    const next = await this.generation({ fresh: true })
    return { generation: next, position: await this.position(next) }
  }

  /** Whether a stream is parked: its events pass by, and no list shows them. */
  async isParked(generation: number, streamId: string): Promise<boolean> {
    const item = await this.#get(parkedKey(generation, streamId))
    return item !== undefined && item.gone === undefined
  }

  /** Ids of streams that are parked; at most `limit`, as of a second ago at worst. */
  async parked(generation: number, limit = 100): Promise<string[]> {
    const { Items = [] } = await this.#parked(generation, { ProjectionExpression: 'sk', Limit: limit })
    return Items.map(({ sk }) => sk?.S ?? '')
  }

  /** How many streams are parked, counted to 100, and the read units that it took to count them. */
  async countParked(generation: number): Promise<{ count: number; units: number }> {
    const answer = await this.#parked(generation, { Select: 'COUNT', Limit: 100, ReturnConsumedCapacity: 'TOTAL' })
    return { count: answer.Count ?? 0, units: answer.ConsumedCapacity?.CapacityUnits ?? 0 }
  }

  /**
   * Rows of a list, highest sort key first unless they are asked for `ascending`; tombstones are skipped.
   * `next` is the sort key to go on after where `look` was used up; undefined at the end of the list or where `count`
   * was found.
   */
  async rows(asked: Rows): Promise<{ rows: Item[]; next?: string }> {
    const { generation, partition, ascending = false, conditions = [], count, look } = asked
    const range = rangeOf(asked)
    if (!range) return { rows: [] }
    const pk = `${generation}#${partition}`
    const { parts, names, values } = expressionOf(conditions)
    const rows: Item[] = []
    let looked = 0
    let ask = count
    let start = range.after === undefined ? undefined : keyItem({ pk, sk: range.after })
    do {
      const answer = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: ['pk = :pk', ...range.parts].join(' and '),
          FilterExpression: ['attribute_not_exists(gone)', ...parts].join(' and '),
          ...(parts.length > 0 ? { ExpressionAttributeNames: names } : {}),
          ExpressionAttributeValues: { ':pk': { S: pk }, ...range.values, ...values },
          ScanIndexForward: ascending,
          ConsistentRead: true,
          Limit: Math.min(ask, look - looked),
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      )
      rows.push(...(answer.Items ?? []))
      looked += answer.ScannedCount ?? 0
      start = answer.LastEvaluatedKey
      ask *= 4 // few matched: look at more at once
    } while (start && rows.length < count && looked < look)
    return start && rows.length < count ? { rows, next: start.sk?.S ?? '' } : { rows: rows.slice(0, count) }
  }

  /** The latest kept state of a stream in the generation that is read; undefined where none is. */
  async kept(streamId: string, foldVersion: number): Promise<Kept | undefined> {
    return (await this.states(await this.generation(), [{ streamId, foldVersion }])).get(streamId)
  }

  /**
   * Kept states by stream, each with the events that bring it up to what its rows are written of. Where none is kept by
   * this version of the fold, as in a generation of another shape, the stream is read from its first event.
   */
  async current(generation: number, wanted: readonly Wanted[]): Promise<Map<string, Current>> {
    const states = await this.states(generation, wanted)
    const found = new Map<string, Current>()
    const at = new Map(wanted.map(({ streamId, position = -1 }) => [streamId, position]))
    await each(at, currentAtOnce, async ([streamId, position]) => {
      const current = await currentOf(streamId, states.get(streamId), position, this.#events)
      if (current) found.set(streamId, current)
    })
    return found
  }

  /** Kept states by stream. A stream of which none is kept is left out. */
  async states(generation: number, wanted: readonly Wanted[]): Promise<Map<string, Kept>> {
    const found = new Map<string, Kept>()
    const latest = wanted.toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0)) // one key may not be asked for twice
    let missing = [...new Map(latest.map((want) => [want.streamId, want])).values()]
    for (let reads = 0; missing.length > 0 && reads < stateReads; reads++) {
      if (reads > 0) await delay(stateWaitMs * 2 ** (reads - 1))
      const heads = await this.heads(generation, missing)
      const again: Wanted[] = []
      for (const want of missing) {
        const head = heads.get(want.streamId)
        const kept = head && (await this.whole(head))
        if (kept) found.set(want.streamId, kept)
        const isBehind = kept ? reached(kept).position < (want.position ?? 0) : want.position !== undefined
        if (isBehind || (head && !kept)) again.push(want)
      }
      missing = again
    }
    return found
  }

  /** How far the streams' states have come, without the parts of those that are too large for their head item. */
  async heads(generation: number, wanted: readonly Wanted[]): Promise<Map<string, KeptHead>> {
    const keys = wanted.map(({ streamId, foldVersion }) => stateKey(generation, foldVersion, streamId))
    const items = await this.#batch(keys)
    return new Map(
      wanted.flatMap(({ streamId }, index) => {
        const key = keys[index] as Key
        const item = items(key)
        return item ? [[streamId, { key, ...headOf(item) }] as const] : []
      }),
    )
  }

  /** A state with its parts; undefined where one is gone, because a later state has replaced it. */
  async whole({ key, body, ...head }: KeptHead): Promise<Kept | undefined> {
    if (body) return { ...head, json: decodeState([body]) }
    const keys = Array.from({ length: head.parts }, (_, index) => partKey(key, head.version, index))
    const items = await this.#batch(keys)
    const bodies = keys.map((part) => items(part)?.body?.B).filter((part) => part !== undefined)
    return bodies.length === head.parts ? { ...head, json: decodeState(bodies) } : undefined
  }

  async #batch(keys: readonly Key[]): Promise<(key: Key) => Item | undefined> {
    const items = await batchGet(this.#client, this.#table, keys.map(keyItem))
    const byKey = new Map(items.map((item) => [`${item.pk?.S}\n${item.sk?.S}`, item]))
    return ({ pk, sk }) => byKey.get(`${pk}\n${sk}`)
  }

  /** One page, which holds all that is asked for: what is parked no more is deleted. */
  #parked(generation: number, asked: Partial<QueryCommandInput>): Promise<QueryCommandOutput> {
    return this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: parkedPartition(generation) } },
        ...asked,
      }),
    )
  }

  async #get(key: Key): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.#table, Key: keyItem(key), ConsistentRead: true })
    return (await this.#client.send(command)).Item
  }
}

/**
 * The sort keys to look at, as a condition on the key, and where to begin; undefined where there are none. A key to go
 * on after that lies outside of them is not given to DynamoDB, which refuses it.
 */
function rangeOf({ from, to, ascending, after }: Rows) {
  if (from !== undefined && to !== undefined && from > to) return undefined
  const [isBefore, isPast] = [
    from !== undefined && after !== undefined && after < from,
    after !== undefined && to !== undefined && after > to,
  ]
  if (ascending ? isPast : isBefore) return undefined
  const values: Item = {
    ...(from === undefined ? {} : { ':from': { S: from } }),
    ...(to === undefined ? {} : { ':to': { S: to } }),
  }
  const parts = [...(from === undefined ? [] : ['sk >= :from']), ...(to === undefined ? [] : ['sk <= :to'])]
  return {
    parts: parts.length === 2 ? ['sk between :from and :to'] : parts,
    values,
    after: isBefore || isPast ? undefined : after,
  }
}
