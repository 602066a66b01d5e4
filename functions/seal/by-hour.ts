import { type DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import type { Item } from '#functions/store/commit.ts'

/** A commit, as much of it as the index by hour has. */
export interface Indexed {
  readonly streamId: string
  /** Of its first event. */
  readonly version: number
  /** When it was recorded: RFC 3339, UTC, milliseconds. */
  readonly time: string
}

/** Its name, as the template has it. */
const index = 'by-hour'

/** How many commits are read at once: a page is done with in seconds, whatever has become of it. */
const pageCommits = 4_000

/** `2031-02-06T09`, the hour in which an instant is. */
export const hourOf = (instant: Date): string => instant.toISOString().slice(0, 13)

export const nextHour = (hour: string): string => hourOf(new Date(Date.parse(`${hour}:00:00.000Z`) + 3_600_000))

const isHour = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d$/.test(text) && hourOf(new Date(`${text}:00Z`)) === text

/**
 * The commits on record by the hour in which they were recorded, whether they are sealed or not. The index lags behind
 * the table by seconds at most, and holds keys alone: a read unit goes over some eighty commits.
 */
export class ByHour {
  readonly #client: DynamoDBClient
  readonly #table: string

  /** `table`: of the events. */
  constructor(options: { client: DynamoDBClient; table: string }) {
    this.#client = options.client
    this.#table = options.table
  }

  /** Commits of an hour, in the order of their times, page by page: those from `from` on, if given, to `until`, both with. */
  async *pages(hour: string, from: string | undefined, until: string): AsyncGenerator<readonly Indexed[]> {
    let start: Item | undefined
    do {
      const { Items = [], LastEvaluatedKey } = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: index,
          KeyConditionExpression: `recordedHour = :hour and #time ${from === undefined ? '<= :until' : 'between :from and :until'}`,
          ExpressionAttributeNames: { '#time': 'time' },
          ExpressionAttributeValues: {
            ':hour': { S: hour },
            ':until': { S: until },
            ...(from === undefined ? {} : { ':from': { S: from } }),
          },
          Limit: pageCommits,
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      )
      start = LastEvaluatedKey
      if (Items.length > 0) yield Items.map(indexedOf)
    } while (start)
  }

  /**
   * The first hour of which there is a commit; undefined where there is none. For once in the life of a table: it goes
   * over the whole index, a read unit for some eighty commits.
   */
  async firstHour(): Promise<string | undefined> {
    let first: string | undefined
    let start: Item | undefined
    do {
      const { Items = [], LastEvaluatedKey } = await this.#client.send(
        new ScanCommand({
          TableName: this.#table,
          IndexName: index,
          ProjectionExpression: 'recordedHour',
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      )
      for (const { recordedHour } of Items) {
        const hour = recordedHour?.S ?? ''
        if (isHour(hour) && (first === undefined || hour < first)) first = hour // what is no hour was put by hand
      }
      start = LastEvaluatedKey
    } while (start)
    return first
  }
}

const indexedOf = ({ streamId, version, time }: Item): Indexed => ({
  streamId: streamId?.S ?? '',
  version: Number(version?.N),
  time: time?.S ?? '',
})
