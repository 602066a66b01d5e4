import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { parseVkey, type VerifierKey } from '#events/log/note.ts'
import { consistencyProof, consistencyTiles } from '#events/log/proof.ts'
import { describe, logError } from '#functions/runtime/log.ts'
import type { Item } from '#functions/store/commit.ts'
import type { SignedCheckpoint } from '#functions/store/log-item.ts'
import { LogStore } from '#functions/store/log-store.ts'
import { type Cosigned, cosignedItem, witnessedItem } from '#functions/store/witness-item.ts'
import { addCheckpoint, Unwitnessed } from './add-checkpoint.ts'

export interface Witness {
  readonly key: VerifierKey
  /** What its paths begin with, without a slash at the end. */
  readonly url: string
}

/** Of `<vkey> <url>, …`. Throws, naming it, for a key that is none of a witness. */
export function witnessesOf(said: string): Witness[] {
  return said.split(',').map((one) => {
    const [vkey = '', url = ''] = one.trim().split(' ')
    const key = parseVkey(vkey)
    if (key.algorithm !== 4) throw new Error(`"${vkey}" is no key of a witness: those cosign with a time`)
    return { key, url: url.replace(/\/$/, '') }
  })
}

/** How often a witness that has another size is asked again. */
const maxAsked = 3

/** Sends checkpoints to witnesses, and keeps what they cosign. One that is slow or away holds up nobody, not even another. */
export class Witnesses {
  readonly #client: DynamoDBClient
  readonly #table: string
  readonly #witnesses: readonly Witness[]
  readonly #store: LogStore
  readonly #now: () => Date

  constructor(options: { client: DynamoDBClient; table: string; witnesses: readonly Witness[]; now?: () => Date }) {
    this.#client = options.client
    this.#table = options.table
    this.#witnesses = options.witnesses
    this.#store = new LogStore(options)
    this.#now = options.now ?? (() => new Date())
  }

  /** Has the latest checkpoint cosigned by all. Answers its size, and how many have. */
  async ask(): Promise<{ size: number; cosigned: number }> {
    const checkpoint = await this.#store.checkpoint()
    if (!checkpoint) return { size: 0, cosigned: 0 }
    const names = this.#witnesses.map(({ key }) => key.name)
    const before = await this.#store.cosigned(names)
    const answers = await Promise.all(
      this.#witnesses.map(async (witness) => {
        const known = before.find(({ name }) => name === witness.key.name)
        return this.#one(witness, known, checkpoint)
      }),
    )
    const cosigned = answers.filter((one) => one?.size === checkpoint.size && one.lines !== '')
    if (cosigned.length === this.#witnesses.length) {
      const note = checkpoint.note + cosigned.map((one) => one?.lines).join('')
      await this.#put(witnessedItem({ ...checkpoint, note }), checkpoint.size)
    }
    return { size: checkpoint.size, cosigned: cosigned.length }
  }

  async #one({ key, url }: Witness, known: Cosigned | undefined, checkpoint: SignedCheckpoint) {
    if (known?.size === checkpoint.size && known.lines !== '') return known
    const at = this.#now().toISOString()
    try {
      const lines = await this.#cosign(key, url, known?.size ?? 0, checkpoint)
      if (lines === undefined) return known // somebody else has brought it further meanwhile
      const cosigned = { name: key.name, size: checkpoint.size, lines, at }
      await this.#put(cosignedItem(cosigned), checkpoint.size)
      return cosigned
    } catch (error) {
      if (!(error instanceof Unwitnessed)) throw error
      const before = known ?? { name: key.name, size: 0, lines: '', at }
      const failed = { ...before, error: error.message, since: known?.error ? (known.since ?? at) : at }
      logError('witness', 'not cosigned', { witness: key.name, size: checkpoint.size, ...describe(error) })
      await this.#put(cosignedItem(failed), before.size)
      return failed
    }
  }

  /** Its lines; undefined where it has cosigned a later checkpoint of ours. @throws {Unwitnessed} */
  async #cosign(key: VerifierKey, url: string, from: number, { size, note }: SignedCheckpoint) {
    let old = Math.min(from, size)
    for (let asked = 0; asked < maxAsked; asked++) {
      // Of the tree that is signed: as wide as it is, whatever was sealed since.
      const proof = consistencyProof(old, size, await this.#store.tiles(consistencyTiles(old, size)))
      const answer = await addCheckpoint(url, key, { old, proof, note })
      if ('lines' in answer) return answer.lines
      if (answer.size > size) {
        if (((await this.#store.checkpoint())?.size ?? 0) >= answer.size) return undefined
        throw new Unwitnessed(`It has seen ${answer.size} events of this log, which has ${size}: one of them is a fork`)
      }
      old = answer.size
    }
    throw new Unwitnessed('It says another size each time')
  }

  /** Unless a larger one is there. */
  async #put(item: Item, size: number): Promise<void> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: item,
          ConditionExpression: 'attribute_not_exists(pk) or #size <= :size',
          ExpressionAttributeNames: { '#size': 'size' },
          ExpressionAttributeValues: { ':size': { N: String(size) } },
        }),
      )
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
    }
  }
}
