import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { sameBytes } from '#events/log/base.ts'
import { formatCheckpoint, parseCheckpoint } from '#events/log/checkpoint.ts'
import { formatNote, parseNote, parseVkey } from '#events/log/note.ts'
import { edgeFrom, edgeTiles } from '#events/log/proof.ts'
import { rootOf } from '#events/log/tree.ts'
import { describe, log, logError } from '#functions/runtime/log.ts'
import { checkpointItem, type Head, type Identity, type SignedCheckpoint } from '#functions/store/log-item.ts'
import { LogStore } from '#functions/store/log-store.ts'
import { genesis } from './genesis.ts'
import { type LogKeys, NotSigned, Signers } from './signer.ts'

/** What was read of the log, and what was decided since: all that signing needs to know. */
export interface Signable {
  /** The head that is committed, by whomever, and before it others of the same log, as they were read or decided. */
  readonly heads: readonly Head[]
  /** As they were read before; undefined where there was none. */
  readonly identity: Identity | undefined
  readonly checkpoint: SignedCheckpoint | undefined
}

/** Signs heads of the log, with the keys that its identity names. Only what is committed comes here. */
export class Signing {
  readonly #client: DynamoDBClient
  readonly #table: string
  readonly #origin: string
  readonly #signers: Signers
  readonly #store: LogStore
  readonly #signed: () => Promise<void>
  readonly #now: () => Date
  #told = false

  /** `origin`: what a log is called that has no name yet. `keys`: asked for with the first signature. `signed`: called after each. */
  constructor(options: {
    client: DynamoDBClient
    table: string
    origin: string
    keys: () => Promise<LogKeys>
    signed?: () => Promise<void>
    now?: () => Date
  }) {
    this.#client = options.client
    this.#table = options.table
    this.#origin = options.origin
    this.#signers = new Signers(options.keys)
    this.#store = new LogStore(options)
    this.#signed = options.signed ?? (async () => undefined)
    this.#now = options.now ?? (() => new Date())
  }

  get signers(): Signers {
    return this.#signers
  }

  /**
   * Signs the head, if the checkpoint is behind it; begins the log where nobody has. May be repeated: a smaller late one
   * loses. Where it may not be signed, as when the key is gone, that is logged as an error: sealing does not wait for it.
   * What passes is thrown, for it to be tried again.
   */
  async sign(signable: Signable): Promise<void> {
    const head = latest(signable)
    const { checkpoint } = signable
    if (signable.identity && checkpoint?.size === head.size && isOf(checkpoint, head)) return
    try {
      const identity = signable.identity ?? (await this.#begin(head))
      this.#compare(identity)
      if (await this.#follows(signable)) await this.#put(identity, head)
    } catch (error) {
      if (!(error instanceof NotSigned)) throw error
      logError('seal', 'the log cannot be signed', { size: head.size, ...describe(error) })
    }
  }

  /** Signs the head anew, at whatever size: with other keys than before. */
  async again(identity: Identity, signable: Signable): Promise<void> {
    if (await this.#follows(signable, true)) await this.#put(identity, latest(signable), true)
  }

  #begin(head: Head): Promise<Identity> {
    const options = { client: this.#client, table: this.#table, origin: this.#origin }
    return genesis({ ...options, signers: this.#signers, now: this.#now }, head)
  }

  /** A log keeps the name that it began with. */
  #compare({ origin }: Identity): void {
    if (origin === this.#origin || this.#told) return
    this.#told = true
    log('seal', 'another origin is ignored', { origin, ignored: this.#origin })
  }

  /**
   * Whether the head is to be signed: it goes on from what was signed last, as far as that is known to be the last. False
   * where somebody has signed as much already.
   * @throws {NotSigned} it does not: the tables were set back, or changed, and to sign a fork is the one unforgivable act
   */
  async #follows({ heads, checkpoint: first }: Signable, again = false): Promise<boolean> {
    const head = latest({ heads })
    if (!first) return true
    const known = (size: number) => heads.find((one) => one.size === size)
    // Another sealer may have signed since: most likely a head that is known here.
    const checkpoint = known(first.size) ? first : ((await this.#store.checkpoint()) ?? first)
    const { size } = checkpoint
    const before = known(size) ?? (await this.#treeOf(size, head))
    if (!before || !isOf(checkpoint, before)) {
      throw new NotSigned(`The head of ${head.size} events does not go on from the checkpoint of ${size}`)
    }
    return size < head.size || again
  }

  /** What is known of the tree of a size: the head, if it is there by now, or its root made from the tiles. */
  async #treeOf(size: number, head: Head): Promise<Pick<Head, 'size' | 'root'> | undefined> {
    const now = size > head.size ? await this.#store.head() : head
    if (now.size === size) return now
    if (now.size < size) return undefined
    return { size, root: rootOf({ edge: edgeFrom(size, await this.#store.tiles(edgeTiles(size))) }) }
  }

  async #put(identity: Identity, head: Head, again = false): Promise<void> {
    const text = formatCheckpoint({ origin: identity.origin, size: head.size, root: head.root })
    const signatures = await Promise.all(
      (await this.#signers.of(identity)).map(async (signer) => {
        const { name, keyId } = parseVkey(signer.vkey)
        return { name, keyId, bytes: await signer.sign(new TextEncoder().encode(text)) }
      }),
    )
    const note = formatNote({ text, signatures })
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: checkpointItem({ size: head.size, note, signedAt: this.#now().toISOString() }),
          ConditionExpression: `attribute_not_exists(pk) or #size ${again ? '<=' : '<'} :size`,
          ExpressionAttributeNames: { '#size': 'size' },
          ExpressionAttributeValues: { ':size': { N: String(head.size) } },
        }),
      ) // repeatable; recovery after a crash runs this very line
      await this.#signed()
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error // as much is signed already
    }
  }
}

const latest = ({ heads }: Pick<Signable, 'heads'>): Head =>
  heads.reduce((one, other) => (other.size > one.size ? other : one))

const isOf = ({ size, note }: SignedCheckpoint, head: Pick<Head, 'size' | 'root'>): boolean =>
  size === head.size && sameBytes(parseCheckpoint(parseNote(note).text).root, head.root)
