import { type DynamoDBClient, type PutItemCommandOutput, ScanCommand } from '@aws-sdk/client-dynamodb'
import type { DomainEvent } from '#events/envelope.ts'
import { kinds } from '#events/kinds.ts'
import { statementId } from '#events/statement/id.ts'
import { missionStream, statementStream } from '#events/streams.ts'
import type { MarkedLog, Projected } from '#functions/project/generation.ts'
import { Project } from '#functions/project/project.ts'
import { decodeState } from '#functions/projections/kept.ts'
import { readModels, shape } from '#functions/projections/read-models.ts'
import { EventStore } from '#functions/store/event-store.ts'
import { LogStore } from '#functions/store/log-store.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { recorder, testSource } from '../../support/log.ts'

/** A statement that nobody ever made, with its stream. */
export function said(speaker: string, text: string, documentId = 'bulletin-2031-02-14') {
  const data = {
    documentId,
    speaker: { actorId: speaker },
    fragments: [{ mode: 'indirect' as const, text }],
    chain: [],
    topics: [],
    about: [],
  }
  const id = statementId(data)
  return { id, stream: statementStream(id), event: { type: 'StatementRecorded', data } }
}

export const corrected = (replaces: object, reason = 'read again'): DomainEvent => ({
  type: 'StatementCorrected',
  data: { reason, replaces },
})

export const opened = (missionId: string) => ({
  stream: missionStream(missionId),
  event: {
    type: 'MissionOpened',
    data: { missionId, names: ['Harbour Watch'], organization: 'ostmark', hosts: [], evidence: [] },
  },
})

export const phase = (reportId: string): DomainEvent => ({
  type: 'PhaseRecorded',
  data: { reportId, phase: 'deployed', assertedBy: 'harbour-wire', evidence: [] },
})

export const registered = (actorId: string) => ({
  stream: `actor-${actorId}`,
  event: { type: 'ActorRegistered', data: { actorId, kind: 'person', name: 'Mira Kovan', names: [], sameAs: [] } },
})

/** The clock of tests, so that what two runs write can be compared to the byte. */
export const noon = new Date('2031-02-14T12:00:00.000Z')

/** A log with a clock that goes on by a second with each commit. */
export async function recording(client: DynamoDBClient) {
  const tables = await createTables(client)
  let seconds = 0
  const now = () => new Date(noon.getTime() + 1_000 * seconds++)
  return { tables, ...recorder(client, tables, now) }
}

/** The log as it was when it had this many events. */
export const upTo = (log: LogStore, size: number): MarkedLog => ({
  head: async () => ({ size }),
  read: async (from) => (await log.read(from)).filter(({ position }) => position < size),
  mark: (streamId) => log.mark(streamId),
})

/** The project step, all of it, on these tables. */
export function projector(
  client: DynamoDBClient,
  tables: Pick<Tables, 'events' | 'log' | 'views'>,
  options: {
    log?: MarkedLog
    projected?: Partial<Projected>
    now?: () => Date
    graceMs?: number
    stretch?: number
  } = {},
): Project {
  return new Project({
    client,
    viewsTable: tables.views,
    log: options.log ?? new LogStore({ client, table: tables.log }),
    streams: new EventStore({ client, table: tables.events, source: testSource }),
    projected: { kinds, models: readModels, shape, ...options.projected },
    now: options.now ?? (() => noon),
    graceMs: options.graceMs ?? 0,
    ...(options.stretch === undefined ? {} : { stretch: options.stretch }),
  })
}

/** Everything in a views table, by key, states as JSON. */
export async function contents(
  client: DynamoDBClient,
  table: string,
): Promise<Record<string, Record<string, unknown>>> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }))
  const shown = Items.map(({ pk, sk, ...attributes }): [string, Record<string, unknown>] => [
    `${pk?.S} ${sk?.S}`,
    Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        value.B ? decodeState([value.B]) : Object.values(value)[0],
      ]),
    ),
  ])
  return Object.fromEntries(shown.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The keys of rows that a list would show: no tombstones, none of project's own items. */
export const rowKeys = (views: Record<string, Record<string, unknown>>): string[] =>
  Object.entries(views)
    .filter(([key, item]) => !item.gone && !/^(generation|\d+#(checkpoint|parked|state#\S+)) /.test(key))
    .map(([key]) => key)

/** The rows of one generation that a list would show, by key, without the positions that they were written at. */
export function rowsOf(views: Record<string, Record<string, unknown>>, generation: number) {
  return Object.fromEntries(
    rowKeys(views)
      .filter((key) => key.startsWith(`${generation}#`))
      .map((key) => {
        const { position: _, ...row } = views[key] ?? {}
        return [key.slice(key.indexOf('#') + 1), row]
      }),
  )
}

/** Holds back the puts of a client under keys that `which` picks, until they are released. */
export function hold(client: DynamoDBClient, which: (pk: string, sk: string) => boolean) {
  const reached = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const { Item } = args.input as { Item?: { pk?: { S?: string }; sk?: { S?: string } } }
        if (commandName === 'PutItemCommand' && which(Item?.pk?.S ?? '', Item?.sk?.S ?? '')) {
          reached.resolve()
          await released.promise
        }
        return next(args)
      },
    { step: 'initialize' },
  )
  /** `reached` once the first of them waits. */
  return { reached: reached.promise, release: released.resolve }
}

/** Counts the write units that a client uses, table by table. */
export function writeUnits(client: DynamoDBClient): Record<string, number> {
  const units: Record<string, number> = {}
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName !== 'PutItemCommand' && commandName !== 'UpdateItemCommand') return next(args)
        const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } })
        const { TableName = '', CapacityUnits = 0 } = (answer.output as PutItemCommandOutput).ConsumedCapacity ?? {}
        units[TableName] = (units[TableName] ?? 0) + CapacityUnits
        return answer
      },
    { step: 'initialize' },
  )
  return units
}
