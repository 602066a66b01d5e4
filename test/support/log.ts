import { randomBytes } from 'node:crypto'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { CloudEvent, DomainEvent, SealedEvent } from '#events/envelope.ts'
import { Seal } from '#functions/seal/seal.ts'
import type { LogKeys } from '#functions/seal/signer.ts'
import { Signing } from '#functions/seal/signing.ts'
import { commandId, drawSalts } from '#functions/store/command-id.ts'
import { EventStore } from '#functions/store/event-store.ts'
import { LogStore } from '#functions/store/log-store.ts'
import type { CommandMeta } from '#functions/store/new-commit.ts'
import type { Tables } from './engine.ts'

export const testSource = 'urn:rapporteur:00000000-0000-4000-8000-000000000000'

/** What one command says of itself, under a random name unless a part is given. */
export const someCommand = (given: Partial<CommandMeta> = {}): CommandMeta => ({
  commandid: commandId('test'),
  commandhash: 'none',
  recordedBy: 'desk-a',
  salt: drawSalts(),
  ...given,
})

/** What logs of tests are called. */
export const testOrigin = 'log.harbour-watch.example'

/** The keys of one log, in memory: made once, as the parameter store does. */
export class LogKeysInMemory implements LogKeys {
  readonly #seeds = new Map<number, Uint8Array>()

  async seed(number: number) {
    return this.#seeds.get(number)
  }

  async make(number: number) {
    const seed = this.#seeds.get(number) ?? randomBytes(32)
    this.#seeds.set(number, seed)
    return seed
  }
}

/** Of each log table one set of keys, whoever signs there. */
const keysOf = new Map<string, LogKeysInMemory>()
export function logKeysOf({ log }: Pick<Tables, 'log'>): LogKeysInMemory {
  const keys = keysOf.get(log) ?? new LogKeysInMemory()
  keysOf.set(log, keys)
  return keys
}

/** The seal step on these tables. */
export function sealer(
  client: DynamoDBClient,
  tables: Pick<Tables, 'events' | 'log'>,
  options: { now?: () => Date; origin?: string; keys?: LogKeys } = {},
): Seal {
  const { origin = testOrigin, keys = logKeysOf(tables), ...clock } = options
  const signing = new Signing({ client, table: tables.log, origin, keys: async () => keys, ...clock })
  return new Seal({ client, events: tables.events, log: tables.log, signing, ...clock })
}

/** The write side, whole: what is appended, and sealed, through it is in the tables as the steps would leave it. */
export function recorder(client: DynamoDBClient, tables: Tables, now?: () => Date) {
  const clock = now ? { now } : {}
  const store = new EventStore({ client, table: tables.events, source: testSource, ...clock })
  const log = new LogStore({ client, table: tables.log })
  const seal = sealer(client, tables, { ...clock })
  /** Appends events to a stream as one command, in shape 1. */
  const append = async (streamId: string, ...events: DomainEvent[]): Promise<readonly CloudEvent[]> => {
    const shapes = Object.fromEntries(events.map(({ type }) => [type, 1]))
    return (await store.append(await store.load(streamId), events, shapes, someCommand())).events
  }
  /** Appends and seals; answers the events with their positions. */
  const sealed = async (streamId: string, ...events: DomainEvent[]): Promise<SealedEvent[]> => {
    const appended = await append(streamId, ...events)
    await seal.run([streamId])
    const last = (await log.mark(streamId))?.position ?? 0
    return appended.map((event, index) => ({ ...event, position: last - appended.length + 1 + index }))
  }
  return { store, log, seal, append, sealed }
}
