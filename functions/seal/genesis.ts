import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { emptyTree, rootOf } from '#events/log/tree.ts'
import { log } from '#functions/runtime/log.ts'
import type { Item } from '#functions/store/commit.ts'
import { type Head, headItem, type Identity, identityItem, identityKey, identityOf } from '#functions/store/log-item.ts'
import { completeTiles } from './complete-tiles.ts'
import type { Signers } from './signer.ts'

/** The number of a log's first key. */
const firstKey = 1

export interface GenesisOptions {
  readonly client: DynamoDBClient
  readonly table: string
  /** The name that the log is to have for good. */
  readonly origin: string
  readonly signers: Signers
  readonly now: () => Date
}

/**
 * Begins the log that readers trust: its key, its head, its tiles, and last who keeps it, which vouches for all of these.
 * Each step may be repeated, and however many do this at once, all arrive at the same.
 * @throws {NotSigned} the parameter store refuses
 */
export async function genesis({ client, table, origin, signers, now }: GenesisOptions, head: Head): Promise<Identity> {
  const { vkey } = await signers.make(origin, firstKey)
  const empty: Head = { ...emptyTree, root: rootOf(emptyTree), sealedAt: '' }
  if (head.size === 0) await putNew(client, table, headItem(empty, 'genesis'))
  await completeTiles(client, table, head)
  const createdAt = now().toISOString()
  const identity = { origin, vkeys: [vkey], parameters: [firstKey], since: [createdAt], createdAt }
  if (await putNew(client, table, identityItem(identity))) log('seal', 'log begun', { origin, vkey })
  const get = new GetItemCommand({ TableName: table, Key: identityKey, ConsistentRead: true })
  return identityOf((await client.send(get)).Item ?? {})
}

/** False where there was one. */
async function putNew(client: DynamoDBClient, table: string, item: Item): Promise<boolean> {
  try {
    await client.send(
      new PutItemCommand({ TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' }),
    )
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}
