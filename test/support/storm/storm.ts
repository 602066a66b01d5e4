import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { actorStream, documentStream, statementStream } from '#events/streams.ts'
import { Access } from '#functions/access/access.ts'
import { createKey } from '#functions/access/key.ts'
import type { Tables } from '../engine.ts'
import { Deliveries } from './deliveries.ts'
import { killing, Mortal } from './mortal.ts'
import { type Answer, type Request, startApi, startProject, startPublish, startSeal, startSweep } from './steps.ts'
import { drawing, expose, type Life, type Weather } from './weather.ts'

/** How much of a storm. */
export interface StormSize {
  readonly seed: number
  readonly statements: number
  readonly writers: number
  /** Of a hundred calls to AWS. */
  readonly faultPercent: number
  /** Of a hundred records of the stream: never delivered. */
  readonly dropPercent: number
  /** Milliseconds between two kills, on average. */
  readonly killMs: number
}

/** Where it storms: an engine with empty tables, and a bus. */
export interface Ground {
  readonly client: () => DynamoDBClient
  readonly tables: Tables
  readonly busEndpoint: string
}

/** What came of it, once the weather is calm and everything has caught up. */
export interface Weathered {
  /** Ids of the statements that a 2xx was answered for, each with the versions that were. */
  readonly acknowledged: ReadonlyMap<string, readonly number[]>
  readonly refused: readonly string[]
  readonly killed: number
  readonly dropped: number
  readonly calls: Weather['calls']
  readonly seconds: number
  /** Milliseconds that it took, once the last write was answered, until all was sealed, signed, published and in rows. */
  readonly caughtUpMs: number
  /** A request to an API that nothing befalls any more. */
  ask(request: Request): Promise<Answer>
}

/** Writers record statements and correct some of them, through every step, while calls fail and processes die. */
export async function storm(
  ground: Ground,
  size: StormSize,
  tell: (line: string) => void = () => {},
): Promise<Weathered> {
  const draw = drawing(size.seed)
  const weather: Weather = {
    draw,
    percent: size.faultPercent,
    calm: false,
    calls: { made: 0, throttled: 0, broken: 0, lost: 0 },
  }
  const dynamo = (life: Life) => {
    const client = ground.client()
    expose(client, weather, life)
    return client
  }
  const eventBridge = (life: Life) => {
    const credentials = { accessKeyId: 'storm', secretAccessKey: 'storm' }
    const client = new EventBridgeClient({ endpoint: ground.busEndpoint, region: 'local', credentials })
    expose(client, weather, life)
    return client
  }
  const { tables } = ground
  const began = performance.now()
  const { key, item } = createKey('Storm desk', ['admin'], new Date())
  await new Access({ client: ground.client(), table: tables.access }).put(item)

  const api = new Mortal((life) => startApi(dynamo(life), tables))
  const sealers = [0, 1].map(() => new Mortal((life) => startSeal(dynamo(life), tables)))
  const projectors = [0, 1].map(() => new Mortal((life) => startProject(dynamo(life), tables)))
  const publisher = new Mortal((life) => startPublish(dynamo(life), eventBridge(life), tables))
  const mortals = [api, ...sealers, ...projectors, publisher]

  let writing = true
  let running = true
  const pause = (ms: number) => delay(ms * (0.5 + draw()))
  const deliveries = new Deliveries(draw, size.dropPercent)
  const delivered = deliveries.run(
    (streamIds, shard) => (sealers[shard % 2] as (typeof sealers)[0]).call(streamIds),
    () => !writing,
  )
  const followed = [...projectors, publisher].map(async (follower) => {
    while (running) {
      await follower.call(undefined).catch(() => undefined) // rung again
      await pause(100)
    }
  })
  const killed = killing(
    mortals,
    weather,
    () => pause(size.killMs),
    () => !writing,
  )

  const acknowledged = new Map<string, number[]>()
  const refused: string[] = []
  /** Until it is answered: with the same Idempotency-Key, as whoever heard no answer would. */
  const send = async (request: Omit<Request, 'headers'>) => {
    const headers = { authorization: `Bearer ${key}`, 'idempotency-key': randomUUID() }
    for (;;) {
      const answer = await api.call({ ...request, headers }).catch((): Answer => ({ status: 0, body: undefined }))
      if (answer.status >= 200 && answer.status < 500) {
        if (answer.status >= 300) refused.push(`${request.path}: ${JSON.stringify(answer.body)}`)
        return answer.body
      }
      await pause(40)
    }
  }
  const record = async (n: number): Promise<void> => {
    const { id, version } = await send({ method: 'POST', path: '/statements', body: statementBody(n) })
    deliveries.ring(statementStream(id))
    acknowledged.set(id, [version])
    if (n % 8 !== 0) return
    const correction = { reason: 'read again', replaces: { topics: [`harbours-${n}`] } }
    const corrected = await send({ method: 'POST', path: `/statements/${id}/corrections`, body: correction })
    deliveries.ring(statementStream(id))
    acknowledged.get(id)?.push(corrected.version)
  }
  for (const speaker of speakers) {
    await send({ method: 'PUT', path: `/actors/${speaker}`, body: { kind: 'person', name: speaker } })
    deliveries.ring(actorStream(speaker))
  }
  await send({ method: 'PUT', path: `/documents/${documentId}`, body: { title: 'A stormy bulletin' } })
  deliveries.ring(documentStream(documentId))
  let next = 0
  await Promise.all(
    Array.from({ length: size.writers }, async () => {
      while (next < size.statements) {
        const n = next++
        if (n % 500 === 0)
          tell(`${n} of ${size.statements}, ${mortals.reduce((sum, { killed }) => sum + killed, 0)} kills`)
        await record(n)
      }
    }),
  )
  const answered = performance.now()
  writing = false
  weather.calm = true
  await Promise.all([delivered, killed])
  // What the stream has dropped is found a day later.
  const tomorrow = new Date(Date.now() + 86_400_000)
  await startSweep(ground.client(), tables, () => tomorrow)()
  running = false
  await Promise.all(followed)
  for (const follower of [...projectors, publisher]) await follower.call(undefined)
  const reader = startApi(ground.client(), tables)
  return {
    acknowledged,
    refused,
    killed: mortals.reduce((sum, one) => sum + one.killed, 0),
    dropped: deliveries.dropped,
    calls: weather.calls,
    seconds: (performance.now() - began) / 1_000,
    caughtUpMs: performance.now() - answered,
    ask: (request) => reader({ ...request, headers: { authorization: `Bearer ${key}`, ...request.headers } }),
  }
}

const documentId = 'bulletin-2031-02-14'
const speakers = Array.from({ length: 20 }, (_, n) => `mira-kovan-${n}`)

const statementBody = (n: number) => ({
  documentId,
  speaker: { actorId: speakers[n % speakers.length], role: 'Deputy Minister of Transport', roleGiven: 'stated' },
  saidOn: { edtf: '2031-02-12' },
  fragments: [{ mode: 'indirect', text: `the harbour had been quiet for ${n} days` }],
  topics: ['harbours'],
})
