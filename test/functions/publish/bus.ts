import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { SealedEvent } from '#events/envelope.ts'

/** An entry as it comes over the wire. */
export interface WireEntry {
  readonly EventBusName: string
  readonly Source: string
  readonly DetailType: string
  readonly Detail: string
  /** Seconds since 1970. */
  readonly Time: number
}

/** What is to happen to one call; by default it is taken whole and answered. */
export type Behaviour =
  /** These entries are refused, the others taken. */
  | { readonly refuse: readonly number[]; readonly code?: string }
  /** Taken, and the connection breaks before the answer. */
  | 'answer lost'
  /** The connection breaks before anything is taken. */
  | 'not heard'
  /** 500, nothing taken. */
  | 'broken'

/** PutEvents as EventBridge speaks it on the wire (AWS JSON 1.1), and its limits. */
export interface TestBus {
  readonly endpoint: string
  /** Entries taken, in the order in which they were. */
  readonly taken: readonly WireEntry[]
  /** Entries of each call, taken or not. */
  readonly calls: readonly (readonly WireEntry[])[]
  /** What is to happen to the calls to come, one after the other. */
  next(...behaviours: readonly Behaviour[]): void
  /** The events taken, in order. */
  events(): SealedEvent[]
  clear(): void
  stop(): Promise<void>
}

/** EventBridge's limits to one PutEvents: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const maxEntries = 10
const maxBytes = 262_144
const sizeOf = ({ Source, DetailType, Detail }: WireEntry) =>
  14 + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail)

export async function startBus(): Promise<TestBus> {
  const taken: WireEntry[] = []
  const calls: WireEntry[][] = []
  const script: Behaviour[] = []

  const answer = (response: ServerResponse, status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))

  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const { Entries } = JSON.parse((await buffer(request)).toString('utf8')) as { Entries: WireEntry[] }
    const size = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0)
    if (request.headers['x-amz-target'] !== 'AWSEvents.PutEvents' || Entries.length > maxEntries || size > maxBytes) {
      return answer(response, 400, {
        __type: 'ValidationException',
        message: `${Entries.length} entries, ${size} bytes`,
      })
    }
    calls.push(Entries)
    const behaviour = script.shift()
    if (behaviour === 'not heard') return request.socket.destroy()
    if (behaviour === 'broken') return answer(response, 500, { __type: 'InternalException', message: 'broken' })
    const refused = new Set(typeof behaviour === 'object' ? behaviour.refuse : [])
    taken.push(...Entries.filter((_, index) => !refused.has(index)))
    if (behaviour === 'answer lost') return request.socket.destroy()
    const code = (typeof behaviour === 'object' && behaviour.code) || 'ThrottlingException'
    answer(response, 200, {
      FailedEntryCount: refused.size,
      Entries: Entries.map((_, index) =>
        refused.has(index) ? { ErrorCode: code, ErrorMessage: 'later' } : { EventId: randomUUID() },
      ),
    })
  }

  const server = createServer(take).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    calls,
    next: (...behaviours) => script.push(...behaviours),
    events: () => taken.map(({ Detail }) => JSON.parse(Detail) as SealedEvent),
    clear: () => {
      for (const list of [taken, calls, script]) list.length = 0
    },
    stop: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
