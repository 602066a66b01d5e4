import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { DomainEvent } from '#events/envelope.ts'
import { statementId } from '#events/statement/id.ts'
import { statementStream } from '#events/streams.ts'
import { Access } from '#functions/access/access.ts'
import { createKey } from '#functions/access/key.ts'
import { createApp } from '#functions/api/app.ts'
import { Views } from '#functions/projections/views.ts'
import { dynamo } from '#functions/runtime/clients.ts'
import { publishCheckpoint } from '#functions/store/checkpoint.ts'
import { type Commit, fromItem, type Item, toItem } from '#functions/store/commit.ts'
import { Texts } from '#functions/store/texts.ts'
import { createTables, startEngine, type Tables } from '../support/engine.ts'
import { recorder, testSource } from '../support/log.ts'

/** A statement as a request brings it; `n` makes it one of its own. */
export const statementBody = (n: number | string) => ({
  documentId: 'bulletin-2031-02-14',
  speaker: {
    actorId: 'mira-kovan',
    role: 'Deputy Minister of Transport',
    roleGiven: 'stated',
    organization: 'ministry-of-transport',
  },
  saidOn: { verbatim: 'Wednesday', edtf: '2031-02-12', basis: 'Wednesday before publication' },
  fragments: [{ mode: 'indirect' as const, text: `the harbour had been quiet for ${n} days` }],
  language: 'en',
  topics: ['missions'],
})

/** What the statements refer to, by path. */
export const referredTo: Readonly<Record<string, object>> = {
  '/actors/mira-kovan': { kind: 'person', name: 'Mira Kovan' },
  '/actors/ministry-of-transport': { kind: 'organization', name: 'Ministry of Transport' },
  '/documents/bulletin-2031-02-14': {
    publisher: 'Ostmark Bulletin',
    publishedOn: { edtf: '2031-02-14' },
    text: 'The deputy minister said on Wednesday that the harbour had been quiet for days.',
  },
}

/** A statement's stream and first event, as they are when it was recorded. */
export function recordedStatement(n: number | string): { streamId: string; event: DomainEvent } {
  const body = { ...statementBody(n), chain: [], about: [] }
  return { streamId: statementStream(statementId(body)), event: { type: 'StatementRecorded', data: body } }
}

/** A reading of a statement's only fragment. */
export const claimRead = (n: number): DomainEvent => ({
  type: 'ClaimRead',
  data: {
    claimId: `quiet-${n}`,
    subject: { term: 'the harbour' },
    predicate: 'is',
    object: { term: 'quiet' },
    polarity: 'affirmed',
    insertions: [],
    qualifiers: [],
    evidence: { fragment: 0, start: 0, end: 26 },
    readBy: 'City desk',
  },
})

export const contingent = (n: number) => ({
  reportId: `boats-${n}`,
  contributor: 'ministry-of-transport',
  personnel: { min: 40, max: 60 },
  unit: 'two boats',
  place: { name: 'the outer harbour' },
  on: { edtf: '2031-02-06' },
  assertedBy: 'mira-kovan',
})

/** The same commit in another stream, or at another version, recorded now: as many bytes where the names are as long. */
export function placed(item: Item, streamId: string, version = 1): Item {
  const commit: Commit = fromItem(item)
  const time = new Date().toISOString()
  const events = commit.events.map((event, index) => ({
    ...event,
    subject: streamId,
    time,
    id: `${streamId}/${version + index}`,
  }))
  return toItem({ ...commit, streamId, version, time, recordedHour: time.slice(0, 13), events })
}

/** The product's own code directly on an engine of its own, in memory, and a bare client of the same engine. */
export interface Ground extends ReturnType<typeof recorder> {
  readonly client: DynamoDBClient
  readonly tables: Tables
  readonly views: Views
  /** A request with a key for everything; throws where the answer is a refusal. */
  ask(method: string, path: string, body?: object): Promise<Answered>
  stop(): Promise<void>
}
export type Answered = ReturnType<typeof JSON.parse>

export async function startGround(): Promise<Ground> {
  const engine = await startEngine()
  const client = dynamo({
    endpoint: engine.endpoint,
    region: 'local',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  })
  const tables = await createTables(client)
  const writing = recorder(client, tables)
  const access = new Access({ client, table: tables.access })
  const { key, item } = createKey('Bench', ['admin'], new Date())
  await access.put(item)
  const published = publishCheckpoint({ client, table: tables.log })
  const views = new Views({ client, table: tables.views, events: writing.store })
  const app = createApp({
    store: writing.store,
    texts: new Texts({ client, table: tables.texts }),
    log: writing.log,
    views,
    access,
    reads: 'public',
    published: () => published.read(),
    source: testSource,
    pageBytes: 3_000_000,
    now: Date.now,
    report: (error) => {
      throw error
    },
  })
  const ask: Ground['ask'] = async (method, path, body) => {
    const response = await app.request(path, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text)
  }
  for (const [path, body] of Object.entries(referredTo)) await ask('PUT', path, body)
  return { ...writing, client, tables, views, ask, stop: () => engine.stop() }
}
