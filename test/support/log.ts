import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { CloudEvent, DomainEvent, SealedEvent } from '#events/envelope.ts'
import { Seal } from '#functions/seal/seal.ts'
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

/** The write side, whole: what is appended, and sealed, through it is in the tables as the steps would leave it. */
export function recorder(client: DynamoDBClient, tables: Tables, now?: () => Date) {
  const clock = now ? { now } : {}
  const store = new EventStore({ client, table: tables.events, source: testSource, ...clock })
  const log = new LogStore({ client, table: tables.log })
  const seal = new Seal({ client, events: tables.events, log: tables.log, ...clock })
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
