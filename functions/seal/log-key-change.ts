import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { parseType } from '#events/envelope.ts'
import { parseVkey } from '#events/log/note.ts'
import { type LogKeyAdded, logKeysStream } from '#events/log-keys/kind.ts'
import { log } from '#functions/runtime/log.ts'
import { type Identity, identityItem } from '#functions/store/log-item.ts'
import { LogStore } from '#functions/store/log-store.ts'
import type { Signing } from './signing.ts'

/** What whoever rotates the log's key asks for; each may be asked again. */
export type LogKeyCommand =
  | { readonly logKey: 'list' }
  /** Make the next key. It signs nothing yet. */
  | { readonly logKey: 'add' }
  /** Sign with it too, now that the log says so. */
  | { readonly logKey: 'use'; readonly vkey: string }
  /** Sign with it no longer; `now`: however short a time readers have had to learn of the newer one. */
  | { readonly logKey: 'retire'; readonly keyId: string; readonly now?: boolean }

/** The keys that the log is signed with, newest first; `vkey` is the one that was asked about. */
export interface LogKeysTold {
  readonly keys: readonly { readonly vkey: string; readonly since: string }[]
  readonly vkey?: string
}

/** Readers who pin the old key are to have seen the new one by then. */
const daysBeside = 90

/** Changes the keys that a log is signed with: always by a step that can be taken again. */
export class LogKeyChange {
  readonly #client: DynamoDBClient
  readonly #table: string
  readonly #signing: Signing
  readonly #store: LogStore
  readonly #now: () => Date

  constructor(options: { client: DynamoDBClient; table: string; signing: Signing; now?: () => Date }) {
    this.#client = options.client
    this.#table = options.table
    this.#signing = options.signing
    this.#store = new LogStore(options)
    this.#now = options.now ?? (() => new Date())
  }

  /** Throws, in words for the operator, where what is asked for may not be. */
  async run(command: LogKeyCommand): Promise<LogKeysTold> {
    const identity = await this.#store.identity()
    if (!identity) throw new Error('The log has no key yet: the first event, or the daily sweep, gives it one')
    switch (command.logKey) {
      case 'list':
        return told(identity)
      case 'add':
        return told(identity, await this.#next(identity))
      case 'use':
        return told(await this.#use(identity, command.vkey), command.vkey)
      case 'retire':
        return told(await this.#retire(identity, command.keyId, command.now ?? false))
    }
  }

  /** The key after the newest one: made, or the one that was made and is not used yet. */
  async #next({ origin, parameters }: Identity): Promise<string> {
    return (await this.#signing.signers.make(origin, Math.max(...parameters) + 1)).vkey
  }

  async #use(identity: Identity, vkey: string): Promise<Identity> {
    if (identity.vkeys.includes(vkey)) return identity
    if ((await this.#next(identity)) !== vkey) throw new Error('That is not the key that was made last')
    if (!(await this.#isSealed(vkey))) throw new Error('The log does not say yet that this key is to sign it')
    return this.#replace(identity, {
      vkeys: [vkey, ...identity.vkeys],
      parameters: [Math.max(...identity.parameters) + 1, ...identity.parameters],
      since: [this.#now().toISOString(), ...identity.since],
    })
  }

  /** By the log itself: the last event of the stream that tells of keys. */
  async #isSealed(vkey: string): Promise<boolean> {
    const mark = await this.#store.mark(logKeysStream)
    const [event] = mark ? await this.#store.read(mark.position) : []
    const isAdded = event?.subject === logKeysStream && parseType(event.type)?.name === 'LogKeyAdded'
    return isAdded && (event.data as LogKeyAdded).vkey === vkey
  }

  async #retire(identity: Identity, keyId: string, now: boolean): Promise<Identity> {
    const at = identity.vkeys.findIndex((vkey) => parseVkey(vkey).keyId === keyId)
    if (at < 0) return identity // retired already, or never there: it signs nothing
    const newer = identity.since[at - 1]
    if (newer === undefined) throw new Error('The newest key stays: add another one first')
    const days = (this.#now().getTime() - Date.parse(newer)) / 86_400_000
    if (days < daysBeside && !now) {
      const left = Math.ceil(daysBeside - days)
      throw new Error(`The key after it signs since ${newer}: readers have ${left} more days to learn of it`)
    }
    const others = <Value>(values: readonly Value[]) => values.filter((_, index) => index !== at)
    return this.#replace(identity, {
      vkeys: others(identity.vkeys),
      parameters: others(identity.parameters),
      since: others(identity.since),
    })
  }

  /** Throws where somebody else changed it meanwhile. From then on every head is signed by these; so is the one that stands. */
  async #replace(before: Identity, keys: Pick<Identity, 'vkeys' | 'parameters' | 'since'>): Promise<Identity> {
    const identity = { ...before, ...keys }
    await this.#client.send(
      new PutItemCommand({
        TableName: this.#table,
        Item: identityItem(identity),
        ConditionExpression: 'vkeys = :vkeys',
        ExpressionAttributeValues: { ':vkeys': { L: before.vkeys.map((vkey) => ({ S: vkey })) } },
      }),
    )
    log('seal', 'log keys changed', { vkeys: identity.vkeys })
    const [head, checkpoint] = [await this.#store.head(), await this.#store.checkpoint()]
    await this.#signing.again(identity, { heads: [head], identity, checkpoint })
    return identity
  }
}

const told = ({ vkeys, since }: Identity, vkey?: string): LogKeysTold => ({
  keys: vkeys.map((one, index) => ({ vkey: one, since: since[index] ?? '' })),
  ...(vkey === undefined ? {} : { vkey }),
})
