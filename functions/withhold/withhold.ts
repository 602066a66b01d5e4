import {
  type DynamoDBClient,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { type CloudEvent, versionOf } from '#events/envelope.ts'
import { parseStream, slugPattern } from '#events/streams.ts'
import { isWithholding, withholdingOf } from '#events/withheld.ts'
import { EventStore } from '#functions/store/event-store.ts'
import { chunkPartition, positionKey } from '#functions/store/log-item.ts'
import { LogStore } from '#functions/store/log-store.ts'
import { positionsOf } from '#functions/store/positions.ts'
import { inChunk, inCommit, type Place } from './place.ts'

/** The event whose payload is to go. */
export interface Which {
  readonly streamId: string
  readonly version: number
}

/** What is no more. */
export interface Removed {
  /** `<streamId>/<version>` */
  readonly eventId: string
  /** Positions in the log of that event, and of what withholds it. */
  readonly position: number
  readonly withheld: number
  /** Whether this very call removed it; false where it was gone already. */
  readonly removed: boolean
}

/** There is nothing in the log by which this payload may go: yet, or at all. */
export class NotWithheld extends Error {
  override readonly name = 'NotWithheld'
}

/** How often it is tried where somebody else wrote at the same time: another call of this very step. */
const maxTries = 5

/**
 * Removes the payload, and its salt, of an event that is withheld: out of its commit and out of its chunk in the log,
 * both or neither. What remains is its entry, so that the log proves as before, and the position of the event that says
 * why. Nothing else in the product changes what was written, and this is in a stack only where it is asked for.
 */
export class Withhold {
  readonly #client: DynamoDBClient
  readonly #tables: { readonly events: string; readonly log: string }
  readonly #store: EventStore
  readonly #log: LogStore

  constructor({ client, ...tables }: { client: DynamoDBClient; events: string; log: string }) {
    this.#client = client
    this.#tables = tables
    this.#store = new EventStore({ client, table: tables.events, source: '' }) // only read: nothing is recorded here
    this.#log = new LogStore({ client, table: tables.log })
  }

  /**
   * Repeatable: what is gone stays gone.
   * @throws {NotWithheld} no event that withholds it is sealed, and signed once the log is
   */
  async run({ streamId, version }: Which): Promise<Removed> {
    const stream = parseStream(String(streamId))
    if (!stream || !slugPattern.test(stream.id)) throw new NotWithheld(`${JSON.stringify(streamId)} is no stream`)
    const { position, withheld } = await this.#positions({ streamId, version })
    const eventId = `${streamId}/${version}`
    for (let tries = 1; ; tries++) {
      const places = await this.#places({ streamId, version }, eventId, position)
      const held = places.filter((place) => place.isHeld(withheld))
      if (held.length === 0) return { eventId, position, withheld, removed: false }
      try {
        const TransactItems = held.map((place) => ({ Update: place.removal(withheld) }))
        await this.#client.send(new TransactWriteItemsCommand({ TransactItems })) // both or neither; gone for good
        return { eventId, position, withheld, removed: true }
      } catch (error) {
        if (!(error instanceof TransactionCanceledException) || tries === maxTries) throw error
      }
    }
  }

  /** Where the event is in the log, and what withholds it. */
  async #positions({ streamId, version }: Which): Promise<{ position: number; withheld: number }> {
    const eventId = `${streamId}/${version}`
    const commits = version >= 1 ? await this.#store.after(streamId, version - 1) : []
    const events = commits.flatMap((commit) => commit.events)
    const event = events.find((one) => versionOf(one) === version)
    if (!event) throw new NotWithheld(`There is no event ${eventId}`)
    const by = events.find((one) => isWithholding(one) && withholdingOf(one).data.version === version)
    if (!by) throw new NotWithheld(`No event says that ${eventId} is withheld`)
    const both: readonly CloudEvent[] = [event, by]
    const positions = await positionsOf(this.#log, streamId, both, () => true)
    const [position, withheld] = both.map((one) => positions.get(versionOf(one)))
    if (position === undefined || withheld === undefined) throw new NotWithheld(`${by.id} is not sealed yet`)
    const checkpoint = await this.#log.checkpoint()
    if (checkpoint && checkpoint.size <= withheld) throw new NotWithheld(`${by.id} is sealed, and not signed yet`)
    return { position, withheld }
  }

  /** The commit and the chunk that hold the event. Throws where one of them holds another event in its place. */
  async #places({ streamId, version }: Which, eventId: string, position: number): Promise<readonly Place[]> {
    const { events, log } = this.#tables
    const commit = await this.#last(
      events,
      'streamId = :pk and version <= :sk',
      { S: streamId },
      { N: String(version) },
    )
    const [pk, sk] = [chunkPartition(position), positionKey(position)]
    const chunk = await this.#last(log, 'pk = :pk and sk <= :sk', { S: pk }, { S: sk })
    return [inCommit(events, commit, eventId, version), inChunk(log, chunk, eventId, position)]
  }

  async #last(table: string, condition: string, pk: { S: string }, sk: { S: string } | { N: string }) {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: condition,
        ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: 1,
      }),
    )
    return Items[0] ?? {}
  }
}
