import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { SealedEvent } from '#events/envelope.ts'
import { NotPublished, Publish } from '#functions/publish/publish.ts'
import { publishCheckpoint } from '#functions/store/checkpoint.ts'
import { OutOfTime } from '#functions/store/pull.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { faults } from '../../support/faults.ts'
import { recorder } from '../../support/log.ts'
import { withEngine } from '../../support/with-engine.ts'
import { startBus, type TestBus } from './bus.ts'

const engine = withEngine()
let bus: TestBus
let tables: Tables

beforeAll(async () => {
  bus = await startBus()
})
afterAll(async () => {
  await bus.stop()
})
beforeEach(async () => {
  tables = await createTables(engine.client())
  bus.clear()
})

const registered = (name: string) => ({
  type: 'ActorRegistered',
  data: { actorId: 'mira-kovan', kind: 'person', name },
})

/** Records events of several streams and seals them; answers the log. */
async function record(count: number, text = ''): Promise<SealedEvent[]> {
  const { append, seal, log } = recorder(engine.client(), tables)
  for (let n = 0; n < count; n++) await append(`actor-a${n % 3}`, registered(`Mira Kovan ${n}${text}`))
  await seal.run(['actor-a0', 'actor-a1', 'actor-a2'])
  return log.read(0)
}

function publisher(dynamo = engine.client()) {
  const eventBridge = new EventBridgeClient({
    endpoint: bus.endpoint,
    region: 'local',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  const { log } = recorder(dynamo, tables)
  const checkpoint = publishCheckpoint({ client: dynamo, table: tables.log })
  return { publish: new Publish({ log, checkpoint, eventBridge, bus: 'Rapporteur' }), checkpoint, eventBridge }
}

describe('what is published', () => {
  it('is every sealed event, in the order of the log, once', async () => {
    const log = await record(25)
    const { publish } = publisher()
    expect(await publish.run()).toBe(25)
    expect(bus.events()).toEqual(log)
    expect(bus.calls.map(({ length }) => length)).toEqual([10, 10, 5])
  })

  it('is a CloudEvent with its position, under its name, at the time of its recording', async () => {
    const [event] = (await record(1)) as [SealedEvent]
    await publisher().publish.run()
    const [entry] = bus.taken
    expect(entry).toMatchObject({ EventBusName: 'Rapporteur', Source: 'rapporteur', DetailType: 'ActorRegistered' })
    expect(Math.round((entry?.Time ?? 0) * 1_000)).toBe(Date.parse(event.time))
    expect(JSON.parse(entry?.Detail ?? '')).toEqual({ ...event, position: 0 })
  })

  it('fits into what EventBridge takes at once, however large the events are', async () => {
    await record(12, 'ä'.repeat(24_000)) // 48,000 bytes each: five to a call
    await publisher().publish.run()
    expect(bus.calls.map(({ length }) => length)).toEqual([5, 5, 2])
  })

  it('is nothing, where nothing is new', async () => {
    await record(3)
    await publisher().publish.run()
    await publisher().publish.run()
    expect(bus.taken).toHaveLength(3)
  })

  it('is without what is withheld by then, though it is not removed yet', async () => {
    const { sealed } = recorder(engine.client(), tables)
    const [event] = (await record(1)) as [SealedEvent]
    const withholding = { type: 'PayloadWithheld', data: { version: 1, ground: 'by order of the court' } }
    const [by] = await sealed(event.subject, withholding)
    await publisher().publish.run()
    const { data: _, datasalt: __, ...envelope } = event
    expect(bus.events()).toEqual([{ ...envelope, withheld: by?.position }, by])
  })

  it('goes on after what was published before', async () => {
    await record(3)
    await publisher().publish.run()
    const log = await record(2)
    await publisher().publish.run()
    expect(bus.events()).toEqual(log)
  })
})

describe('what EventBridge does not take', () => {
  it('is sent again, alone, before anything later', async () => {
    const log = await record(12)
    bus.next({ refuse: [2, 7] }, { refuse: [0] })
    await publisher().publish.run()
    const positions = bus.calls.map((call) => call.map(({ Detail }) => (JSON.parse(Detail) as SealedEvent).position))
    expect(positions).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [2, 7], [2], [10, 11]])
    expect(bus.events().toSorted((a, b) => a.position - b.position)).toEqual(log)
  })

  it('holds the checkpoint when it is refused again and again, and is published by a later run', async () => {
    await record(12)
    bus.next({ refuse: [] }, ...Array.from({ length: 6 }, () => ({ refuse: [0, 1], code: 'InternalFailure' })))
    const { publish, checkpoint } = publisher()
    const failure = await publish.run().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(NotPublished)
    expect(failure).toMatchObject({ codes: ['InternalFailure'] })
    expect(await checkpoint.read()).toBe(10)
    await publish.run()
    expect(bus.events().map(({ position }) => position)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })

  it.each(['answer lost', 'not heard', 'broken'] as const)('is sent again after a call was %s', async (behaviour) => {
    const log = await record(12)
    bus.next(behaviour)
    const { publish, checkpoint } = publisher()
    await publish.run()
    expect(await checkpoint.read()).toBe(12)
    expect(new Set(bus.events().map(({ id }) => id))).toEqual(new Set(log.map(({ id }) => id)))
    expect(bus.taken).toHaveLength(behaviour === 'answer lost' ? 22 : 12) // at least once, and no more than one call twice
  })

  it('keeps nothing before it from being published, and is named, when it is larger than any call may be', async () => {
    const { log } = recorder(engine.client(), tables)
    const events = await record(3)
    const large = { ...(events[2] as SealedEvent), data: 'x'.repeat(250_001) }
    const { checkpoint, eventBridge } = publisher()
    const withLarge = { head: () => log.head(), read: async () => [...events.slice(0, 2), large] }
    const publish = new Publish({ log: withLarge, checkpoint, eventBridge, bus: 'Rapporteur' })
    await expect(publish.run()).rejects.toMatchObject({ name: 'EntryTooLarge', id: large.id, position: 2 })
    expect(bus.taken).toHaveLength(2)
    expect(await checkpoint.read()).toBe(2)
  })
})

describe('the checkpoint', () => {
  const clean = async () => {
    const client = engine.client()
    const { calls } = faults(client)
    await publisher(client).publish.run()
    return calls.filter(({ command }) => command === 'UpdateItem').length
  }

  it('is written once a call', async () => {
    await record(25)
    expect(await clean()).toBe(3)
  })

  for (const nth of [1, 2, 3]) {
    for (const when of ['before', 'after'] as const) {
      for (const retried of [false, true]) {
        it(`loses nothing when write ${nth} fails ${when} it lands, ${retried ? 'and the SDK asks again' : 'and the run ends'}`, async () => {
          const log = await record(25)
          const client = engine.client()
          const { publish, checkpoint } = publisher(client)
          faults(client).set({ nth, when, retried })
          const first = publish.run()
          if (retried) await first
          else await expect(first).rejects.toThrow()
          await publish.run()
          expect(await checkpoint.read()).toBe(25)
          const positions = bus.events().map(({ position }) => position)
          expect([...new Set(positions)]).toEqual(log.map(({ position }) => position))
          expect(positions.length).toBeLessThanOrEqual(!retried && when === 'before' ? 35 : 25)
        })
      }
    }
  }

  it('lets two runs at once publish everything, each in order', async () => {
    const log = await record(25)
    await Promise.all([publisher().publish.run(), publisher().publish.run()])
    expect(new Set(bus.events().map(({ id }) => id))).toEqual(new Set(log.map(({ id }) => id)))
    expect(await publisher().checkpoint.read()).toBe(25)
  })

  it('stops in time, and says so, that it may be rung again', async () => {
    await record(25)
    const { publish, checkpoint } = publisher()
    await expect(publish.run(() => 1_000)).rejects.toThrow(OutOfTime)
    expect(await checkpoint.read()).toBe(10)
    await publish.run(() => 300_000)
    expect(bus.taken).toHaveLength(25)
  })
})
