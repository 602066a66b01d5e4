import { paginateScan } from '@aws-sdk/client-dynamodb'
import { expect } from 'vitest'
import { kinds } from '#events/kinds.ts'
import { Access } from '#functions/access/access.ts'
import { createKey } from '#functions/access/key.ts'
import type { Scope } from '#functions/access/scopes.ts'
import { createApp } from '#functions/api/app.ts'
import type { Deps } from '#functions/api/context.ts'
import { Project } from '#functions/project/project.ts'
import { readModels, shape } from '#functions/projections/read-models.ts'
import { Views } from '#functions/projections/views.ts'
import { publishCheckpoint } from '#functions/store/checkpoint.ts'
import { EventStore } from '#functions/store/event-store.ts'
import { LogStore } from '#functions/store/log-store.ts'
import { Texts } from '#functions/store/texts.ts'
import { createTables, type Engine, startEngine, type Tables } from '../../support/engine.ts'
import { sealer } from '../../support/log.ts'
import { type Described, type Document, describedBy } from './described.ts'

export const source = 'urn:rapporteur:5f0c3f0e-0000-4000-8000-000000000001'

/** What a test asks. */
export interface Asked {
  readonly headers?: Record<string, string>
  /** Sent as JSON, with its content type. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly body?: string | Uint8Array<ArrayBuffer>
  /** Scopes of the key to send along; `null` for no key. By default a write brings `admin`, a read none. */
  readonly as?: readonly Scope[] | null
  /** An address that the API does not describe. */
  readonly undescribed?: true
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // A test reads what it expects and fails on anything else.
  readonly body: ReturnType<typeof JSON.parse>
}

/** The API over real stores on a real engine. Every answer is held against the OpenAPI that it serves. */
export interface Served {
  readonly engine: Engine
  readonly tables: Tables
  readonly deps: Deps
  readonly described: Described
  /** Errors that were reported instead of told. */
  readonly reported: { error: unknown; requestId: string }[]
  ask(method: string, path: string, asked?: Asked): Promise<Answer>
  /** The same app, for whoever speaks HTTP. */
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** A key with these scopes. */
  keyFor(scopes: readonly Scope[]): Promise<string>
  /** Seals and signs all that is recorded. */
  seal(): Promise<void>
  /** Seals and projects all that is recorded, as the deployed steps do a moment later. */
  settle(): Promise<void>
  stop(): Promise<void>
}

/** `change` puts something else in the place of what the API works with. */
export async function serve(
  change: (made: { engine: Engine; tables: Tables; deps: Deps }) => Partial<Deps> = () => ({}),
): Promise<Served> {
  const engine = await startEngine()
  const client = engine.client()
  const tables = await createTables(client)
  const reported: Served['reported'] = []
  const access = new Access({ client, table: tables.access })
  const published = publishCheckpoint({ client, table: tables.log })
  const store = new EventStore({ client, table: tables.events, source })
  const whole: Deps = {
    store,
    texts: new Texts({ client, table: tables.texts }),
    log: new LogStore({ client, table: tables.log }),
    views: new Views({ client, table: tables.views, events: store }),
    access,
    reads: 'public',
    published: () => published.seen(),
    source,
    pageBytes: 3_000_000,
    now: Date.now,
    report: (error, requestId) => void reported.push({ error, requestId }),
  }
  const deps = { ...whole, ...change({ engine, tables, deps: whole }) }
  const seal = sealer(client, tables)
  const project = new Project({
    client,
    viewsTable: tables.views,
    log: whole.log,
    streams: whole.store,
    projected: { kinds, models: readModels, shape },
  })
  const app = createApp(deps)
  const keys = new Map<string, Promise<string>>()
  const reader = { headers: { Authorization: `Bearer ${await keyFor(['read'])}` } }
  const described = describedBy((await (await app.request('/openapi.json', reader)).json()) as Document)

  return {
    engine,
    tables,
    deps,
    described,
    reported,
    stop: () => engine.stop(),
    fetch: (request) => app.fetch(request),
    keyFor,
    seal: sealed,
    async settle() {
      await sealed()
      await project.run()
    },
    async ask(method, path, { headers = {}, json, body, as, undescribed } = {}) {
      const scopes = as === undefined ? (method === 'PUT' || method === 'POST' ? ['admin' as const] : null) : as
      const response = await app.request(path, {
        method,
        headers: {
          ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...(scopes ? { Authorization: `Bearer ${await keyFor(scopes)}` } : {}),
          ...headers,
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        ...(body === undefined ? {} : { body }),
      })
      const text = await response.text()
      const isJson = /[/+]json/.test(response.headers.get('Content-Type') ?? '')
      const answer = {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson && text ? JSON.parse(text) : undefined,
      }
      if (!undescribed) expect(described.misses(method, path, answer)).toEqual([])
      return answer
    },
  }

  async function sealed(): Promise<void> {
    const input = { TableName: tables.events, ProjectionExpression: 'streamId', ConsistentRead: true }
    for await (const { Items = [] } of paginateScan({ client }, input)) {
      await seal.run(Items.map(({ streamId }) => streamId?.S ?? ''))
    }
  }

  function keyFor(scopes: readonly Scope[]): Promise<string> {
    const name = `Key ${scopes.join(' ')}`
    const made = keys.get(name) ?? makeKey(name, scopes)
    keys.set(name, made)
    return made
  }

  async function makeKey(name: string, scopes: readonly Scope[]): Promise<string> {
    const { key, item } = createKey(name, scopes, new Date())
    await access.put(item)
    return key
  }
}
