import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { kinds } from '#events/kinds.ts'
import { Access } from '#functions/access/access.ts'
import { createApp } from '#functions/api/app.ts'
import { Project } from '#functions/project/project.ts'
import { readModels, shape } from '#functions/projections/read-models.ts'
import { Views } from '#functions/projections/views.ts'
import { Publish } from '#functions/publish/publish.ts'
import { Sweep } from '#functions/seal/sweep.ts'
import { publishCheckpoint } from '#functions/store/checkpoint.ts'
import { EventStore } from '#functions/store/event-store.ts'
import { LogStore } from '#functions/store/log-store.ts'
import { Texts } from '#functions/store/texts.ts'
import type { Tables } from '../engine.ts'
import { sealer, testSource } from '../log.ts'

/** A request as a writer makes it. */
export interface Request {
  readonly method: string
  readonly path: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

/** What it hears. A test reads what it expects and fails on anything else. */
export interface Answer {
  readonly status: number
  readonly body: ReturnType<typeof JSON.parse>
}

/** How long a step may work before it is to leave off, in milliseconds. */
const minute = () => 60_000

const storeOf = (client: DynamoDBClient, tables: Tables) =>
  new EventStore({ client, table: tables.events, source: testSource })

/** Each step as its handler wires it, on a client of its own: started anew, it knows nothing of what it did before. */
export function startApi(client: DynamoDBClient, tables: Tables) {
  const store = storeOf(client, tables)
  const published = publishCheckpoint({ client, table: tables.log })
  const app = createApp({
    store,
    texts: new Texts({ client, table: tables.texts }),
    log: new LogStore({ client, table: tables.log }),
    views: new Views({ client, table: tables.views, events: store }),
    access: new Access({ client, table: tables.access }),
    reads: 'public',
    published: () => published.read(),
    source: testSource,
    pageBytes: 3_000_000,
    now: Date.now,
    report: () => undefined, // what fails is told by its status, and sent again
  })
  return async ({ method, path, body, headers }: Request): Promise<Answer> => {
    const response = await app.request(path, {
      method,
      headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return { status: response.status, body: await response.json() }
  }
}

export function startSeal(client: DynamoDBClient, tables: Tables) {
  const seal = sealer(client, tables)
  return (streamIds: readonly string[]) => seal.run(streamIds)
}

export function startSweep(client: DynamoDBClient, tables: Tables, now: () => Date) {
  const { events, log, views } = tables
  return () => new Sweep({ client, events, log, views, seal: sealer(client, tables, { now }), now }).run()
}

export function startProject(client: DynamoDBClient, tables: Tables) {
  const project = new Project({
    client,
    viewsTable: tables.views,
    log: new LogStore({ client, table: tables.log }),
    streams: storeOf(client, tables),
    projected: { kinds, models: readModels, shape },
  })
  return (_: undefined) => project.run(minute)
}

export function startPublish(client: DynamoDBClient, eventBridge: EventBridgeClient, tables: Tables) {
  const log = new LogStore({ client, table: tables.log })
  const checkpoint = publishCheckpoint({ client, table: tables.log })
  const publish = new Publish({ log, checkpoint, eventBridge, bus: 'Rapporteur' })
  return (_: undefined) => publish.run(minute)
}
