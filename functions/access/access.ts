import { type AttributeValue, type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { idOf, type KeyItem, verify } from './key.ts'
import { isScope } from './scopes.ts'

/** How long a key that was found is not looked up again, and so the longest that a revoked one still opens. */
export const keptMs = 30_000
/** How many keys are kept at once: far more than a desk has, far less than would hurt. */
const keptKeys = 1000

/** The keys that open the API, in the `access` table. */
export class Access {
  readonly #client: DynamoDBClient
  readonly #table: string
  readonly #now: () => number
  readonly #kept = new Map<string, { item: KeyItem; until: number }>()

  constructor(options: { client: DynamoDBClient; table: string; now?: () => number }) {
    this.#client = options.client
    this.#table = options.table
    this.#now = options.now ?? Date.now
  }

  /**
   * What is on record of a key as a caller sent it; undefined when it is not one of ours, or was revoked.
   * Only found keys are kept: a key works from the moment it is made, and strangers' guesses take no memory.
   */
  async find(key: string): Promise<KeyItem | undefined> {
    const id = idOf(key)
    if (!id) return undefined
    const item = this.#remembered(id) ?? (await this.#read(id))
    return item && verify(key, item) && item.revokedAt === undefined ? item : undefined
  }

  /** Keeps a new key. Throws when its id is taken, which 80 random bits make a fault and not a chance. */
  async put(item: KeyItem): Promise<void> {
    await this.#client.send(
      new PutItemCommand({
        TableName: this.#table,
        Item: {
          pk: { S: pkOf(item.id) },
          hash: { S: item.hash },
          name: { S: item.name },
          slug: { S: item.slug },
          scopes: { L: item.scopes.map((scope) => ({ S: scope })) },
          createdAt: { S: item.createdAt },
          ...(item.revokedAt === undefined ? {} : { revokedAt: { S: item.revokedAt } }),
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    )
  }

  #remembered(id: string): KeyItem | undefined {
    const kept = this.#kept.get(id)
    if (kept && kept.until > this.#now()) return kept.item
    this.#kept.delete(id)
    return undefined
  }

  async #read(id: string): Promise<KeyItem | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: { pk: { S: pkOf(id) } }, ConsistentRead: true }),
    )
    if (!Item) return undefined
    const item = fromItem(id, Item)
    if (this.#kept.size >= keptKeys) this.#kept.clear()
    this.#kept.set(id, { item, until: this.#now() + keptMs })
    return item
  }
}

export const pkOf = (id: string) => `key#${id}`

/** @throws {Error} the item is not one of ours */
export function fromItem(id: string, item: Record<string, AttributeValue>): KeyItem {
  const text = (name: string) => {
    const value = item[name]?.S
    if (value === undefined) throw new Error(`The access item ${pkOf(id)} has no ${name}`)
    return value
  }
  return {
    id,
    hash: text('hash'),
    name: text('name'),
    slug: text('slug'),
    scopes: (item.scopes?.L ?? []).map((scope) => scope.S ?? '').filter(isScope),
    createdAt: text('createdAt'),
    ...(item.revokedAt?.S === undefined ? {} : { revokedAt: item.revokedAt.S }),
  }
}
