import { type DynamoDBClient, GetItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import type { Item } from '#functions/store/commit.ts'

/** In how many parts a table is read side by side. */
const segments = 4

/** Reads tables whole with no right but to read them, and counts what it costs. */
export class Reading {
  readonly #client: DynamoDBClient
  /** Read units so far. */
  units = 0

  constructor(client: DynamoDBClient) {
    this.#client = client
  }

  /**
   * Hands on every item of a table, page by page, in no order, as of a second ago at worst. Pages are handed on one at a
   * time: what is done with them needs no care for others.
   */
  async scan(table: string, page: (items: readonly Item[]) => void): Promise<void> {
    await Promise.all(
      Array.from({ length: segments }, async (_, Segment) => {
        let start: Item | undefined
        do {
          const { Items, LastEvaluatedKey, ConsumedCapacity } = await this.#client.send(
            new ScanCommand({
              TableName: table,
              Segment,
              TotalSegments: segments,
              ReturnConsumedCapacity: 'TOTAL',
              ...(start ? { ExclusiveStartKey: start } : {}),
            }),
          )
          this.units += ConsumedCapacity?.CapacityUnits ?? 0
          page(Items ?? [])
          start = LastEvaluatedKey
        } while (start)
      }),
    )
  }

  /** One item, strongly consistent. */
  async get(table: string, key: Item): Promise<Item | undefined> {
    const { Item: item, ConsumedCapacity } = await this.#client.send(
      new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' }),
    )
    this.units += ConsumedCapacity?.CapacityUnits ?? 0
    return item
  }

  /** All items that share a partition, in order, strongly consistent. `name`: of its key's attribute. */
  async partition(table: string, name: string, value: string): Promise<Item[]> {
    const items: Item[] = []
    let start: Item | undefined
    do {
      const { Items, LastEvaluatedKey, ConsumedCapacity } = await this.#client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: `${name} = :value`,
          ExpressionAttributeValues: { ':value': { S: value } },
          ConsistentRead: true,
          ReturnConsumedCapacity: 'TOTAL',
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      )
      this.units += ConsumedCapacity?.CapacityUnits ?? 0
      items.push(...(Items ?? []))
      start = LastEvaluatedKey
    } while (start)
    return items
  }
}
