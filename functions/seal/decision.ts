import { randomUUID } from 'node:crypto'
import { type DynamoDBClient, type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { type Grown, grow } from '#events/log/grow.ts'
import { begunTiles, WrongTile } from '#events/log/grown-tiles.ts'
import { chunkItem, type Head, headItem, markItem, tileItem } from '#functions/store/log-item.ts'
import { type Run, withRun } from '#functions/store/runs.ts'
import type { Batch } from './batch.ts'
import { readBegun } from './begun.ts'
import { completeTiles, wider } from './complete-tiles.ts'
import { lostRace } from './lost-race.ts'

/** What a decision is made from: the head as it was read, a batch, and of its streams where their latest events are. */
interface Undecided {
  readonly head: Head
  readonly batch: Batch
  readonly runs: ReadonlyMap<string, readonly Run[]>
  /** RFC 3339. */
  readonly sealedAt: string
}

/**
 * Decides the positions of a batch: all of it on the head as it was read, or nothing. Answers the head that it now is;
 * undefined when somebody else sealed first, or nobody answered: head and marks, read again, tell what is true.
 */
export async function decide(client: DynamoDBClient, table: string, given: Undecided): Promise<Head | undefined> {
  const { head, batch, runs, sealedAt } = given
  const grown = await grownBy(client, table, head, batch)
  const decided = { ...grown, sealedAt }
  const token = randomUUID()
  const put = (Item: Put['Item'], condition: Condition): TransactWriteItem => ({
    Put: { TableName: table, Item, ...condition },
  })
  const items = [
    ...grown.chunks.map((chunk) => put(chunkItem(chunk), absent)),
    ...grown.tiles.map((tile) => put(tileItem(tile), wider(tile))),
    ...batch.marks.map(({ streamId, from, version, count }) => {
      const sealed = { position: head.size + count - (version - from), count: version - from }
      const mark = { version, position: head.size + count - 1, runs: withRun(runs.get(streamId) ?? [], sealed) }
      return put(markItem(streamId, mark), from === 0 ? absent : was('version', from))
    }),
    put(headItem(decided, token), head.size === 0 ? absentOr(was('size', 0)) : was('size', head.size)),
  ]
  const decision = new TransactWriteItemsCommand({ TransactItems: items, ClientRequestToken: token })
  try {
    await client.send(decision) // all or nothing; sent again under the same token, it is the same decision
    return decided
  } catch (error) {
    if (!lostRace(error)) throw error
    return undefined
  }
}

/** The tree with the batch in it. Tiles that it goes on with are read where one is completed, and only then. */
async function grownBy(client: DynamoDBClient, table: string, head: Head, { leaves }: Batch): Promise<Grown> {
  const wanted = begunTiles(head.size, head.size + leaves.length)
  if (wanted.length === 0) return grow(head, leaves)
  // As they show, at half the price; as they are; and as they are once those are there that nobody has stored.
  for (const strongly of [false, true]) {
    try {
      return grow(head, leaves, await readBegun(client, table, wanted, strongly))
    } catch (error) {
      if (!(error instanceof WrongTile)) throw error
    }
  }
  await completeTiles(client, table, head)
  return grow(head, leaves, await readBegun(client, table, wanted, true))
}

type Put = NonNullable<TransactWriteItem['Put']>
type Condition = Pick<Put, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> & { ConditionExpression: string }

const absent: Condition = { ConditionExpression: 'attribute_not_exists(pk)' }
const was = (name: string, value: number): Condition => ({
  ConditionExpression: '#was = :was',
  ExpressionAttributeNames: { '#was': name },
  ExpressionAttributeValues: { ':was': { N: String(value) } },
})
/** As of a log that has a head before it has an event. */
const absentOr = (condition: Condition): Condition => ({
  ...condition,
  ConditionExpression: `${absent.ConditionExpression} or ${condition.ConditionExpression}`,
})
