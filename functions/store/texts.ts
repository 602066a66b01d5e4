import { promisify } from 'node:util'
import { brotliCompress, brotliDecompress, constants } from 'node:zlib'
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb'

const compress = promisify(brotliCompress)
const decompress = promisify(brotliDecompress)

/** How long a text is served from memory, and how much of them: a deletion is to be felt within a minute. */
const keptMs = 60_000
const keptCharacters = 8_000_000

/**
 * Texts of documents, by document and revision (SHA-256 of the text in lowercase hex). They are somebody's copyright:
 * nowhere else, and deletable. A deleted one leaves `{ deletedAt, by }`, which keeps it from coming back.
 */
export class Texts {
  readonly #client: DynamoDBClient
  readonly #table: string
  readonly #now: () => number
  readonly #kept = new Map<string, { text: string; until: number }>()

  constructor(options: { client: DynamoDBClient; table: string; now?: () => number }) {
    this.#client = options.client
    this.#table = options.table
    this.#now = options.now ?? Date.now
  }

  /** Keeps a text, before any event speaks of it: a crash leaves litter, never a lie. Nothing happens if it was there, or was deleted. */
  async put(documentId: string, sha256: string, text: string): Promise<void> {
    const compressed = await compress(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
    await this.#putUnless('documentId', documentId, sha256, { text: { B: compressed } })
  }

  /**
   * Takes the texts of these revisions away, held or not, and whatever else is kept of the document: a put whose event
   * never came. What is left of each keeps it out from now on. Repeated, it changes nothing.
   */
  async remove(documentId: string, revisions: readonly string[], by: string): Promise<void> {
    const deletedAt = new Date(this.#now()).toISOString()
    for (const sha256 of new Set([...revisions, ...(await this.#hashes(documentId))])) {
      await this.#putUnless('deletedAt', documentId, sha256, { deletedAt: { S: deletedAt }, by: { S: by } })
      this.#kept.delete(`${documentId}/${sha256}`)
    }
  }

  /** The text; undefined where it was never sent, or was deleted. At most 60 s old. */
  async get(documentId: string, sha256: string): Promise<string | undefined> {
    const key = `${documentId}/${sha256}`
    const kept = this.#kept.get(key)
    if (kept && kept.until > this.#now()) return kept.text
    this.#kept.delete(key)
    const { Item: item } = await this.#client.send(
      new GetItemCommand({
        TableName: this.#table,
        Key: { documentId: { S: documentId }, sha256: { S: sha256 } },
        ConsistentRead: true,
      }),
    )
    if (!item?.text?.B) return undefined
    const text = (await decompress(item.text.B)).toString('utf8')
    this.#keep(key, text)
    return text
  }

  /** Whether the text is there: what reads say as `textHeld`. At most 60 s old. */
  async held(documentId: string, sha256: string): Promise<boolean> {
    const kept = this.#kept.get(`${documentId}/${sha256}`)
    if (kept && kept.until > this.#now()) return true
    const { Item: item } = await this.#client.send(
      new GetItemCommand({
        TableName: this.#table,
        Key: { documentId: { S: documentId }, sha256: { S: sha256 } },
        ProjectionExpression: 'documentId, deletedAt',
        ConsistentRead: true, // whoever has just sent it is told so
      }),
    )
    return item !== undefined && item.deletedAt === undefined
  }

  /** Puts what is kept of a revision, unless there is something that has the attribute. */
  async #putUnless(attribute: string, documentId: string, sha256: string, item: Record<string, AttributeValue>) {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: { documentId: { S: documentId }, sha256: { S: sha256 }, ...item },
          ConditionExpression: `attribute_not_exists(${attribute})`,
        }),
      )
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
    }
  }

  /** Of which revisions anything is kept. */
  async #hashes(documentId: string): Promise<string[]> {
    const hashes: string[] = []
    let from: Record<string, AttributeValue> | undefined
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'documentId = :document',
          ExpressionAttributeValues: { ':document': { S: documentId } },
          ProjectionExpression: 'sha256',
          ConsistentRead: true,
          ...(from ? { ExclusiveStartKey: from } : {}),
        }),
      )
      for (const { sha256 } of page.Items ?? []) hashes.push(sha256?.S ?? '')
      from = page.LastEvaluatedKey
    } while (from)
    return hashes
  }

  #keep(key: string, text: string): void {
    this.#kept.set(key, { text, until: this.#now() + keptMs })
    let characters = 0
    // The newest ones, as many as fit.
    for (const [name, kept] of [...this.#kept].reverse()) {
      characters += kept.text.length
      if (characters > keptCharacters) this.#kept.delete(name)
    }
  }
}
