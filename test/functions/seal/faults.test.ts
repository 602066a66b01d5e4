import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Views } from '#functions/projections/views.ts'
import { commandId } from '#functions/store/command-id.ts'
import { EventStore } from '#functions/store/event-store.ts'
import { handle } from '#functions/store/handle.ts'
import { Texts } from '#functions/store/texts.ts'
import { audit } from '../../support/audit.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { type Call, type Fault, faults } from '../../support/faults.ts'
import { sealer, someCommand, testSource } from '../../support/log.ts'
import { watch } from '../../support/watch.ts'
import { withEngine } from '../../support/with-engine.ts'

const engine = withEngine()

/** Commands of a run, as streams and entries; each is sent until it is answered, as a client does. */
const commands = ['a', 'b', 'a', 'c', 'a', 'b'].map((stream, index) => ({
  streamId: `mission-${stream}`,
  entry: `entry ${index}`,
}))
const streams = [...new Set(commands.map(({ streamId }) => streamId))]

async function write(client: DynamoDBClient, tables: Tables): Promise<void> {
  const deps = {
    store: new EventStore({ client, table: tables.events, source: testSource }),
    texts: new Texts({ client, table: tables.texts }),
    views: new Views({ client, table: tables.views }),
  }
  for (const { streamId, entry } of commands) {
    const name = { commandid: commandId('desk-a', entry), commandhash: entry }
    await untilDone(() => handle(deps, watch(), streamId, { entry }, someCommand(name)))
  }
}

/**
 * Sealers at once, guessing right or wrong how far a stream is sealed, each rung for one stream after the other in an order of its own, for some twice, and for each again
 * until it is done: a transaction for every stream at least.
 */
async function sealAll(clients: DynamoDBClient[], tables: Tables): Promise<void> {
  const orders = [streams, [...streams, ...streams].reverse(), [...streams.slice(1), ...streams]]
  await Promise.all(
    clients.map(async (client, index) => {
      const seal = sealer(client, tables)
      for (const stream of orders[index % orders.length] ?? streams) {
        await untilDone(() => seal.run([stream], new Map(index === 0 ? [] : [[stream, index - 1]])))
      }
    }),
  )
}

async function untilDone(act: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    try {
      await act()
      return
    } catch {
      // Sent again by whoever waits for an answer: a client, or Lambda's event source.
    }
  }
  throw new Error('never done')
}

/** What the log of a run without any fault holds. */
const whole = ['mission-a/1', 'mission-a/2', 'mission-a/3', 'mission-b/1', 'mission-b/2', 'mission-c/1']

const kinds = (['before', 'after'] as const).flatMap((when) =>
  [true, false].map((retried) => ({
    when,
    retried,
    name: `${when}, ${retried ? 'sent again by the SDK' : 'given up'}`,
  })),
)

describe('a put of a commit that fails', () => {
  for (const { when, retried, name } of kinds) {
    it(`${name}: the log reads the same, whichever it is`, async () => {
      for (let nth = 1; nth <= commands.length; nth++) {
        const client = engine.client()
        const tables = await createTables(client)
        const unlucky = faults(client)
        unlucky.set({ nth, when, retried })
        await write(client, tables)
        expect(unlucky.unmet()).toBe(0)
        await sealAll([engine.client()], tables)
        const { sealed, unsealed } = await audit(client, tables)
        expect(sealed.sort(), `put ${nth}`).toEqual(whole)
        expect(unsealed).toEqual([])
      }
    })
  }
})

describe('a decision to seal that fails', () => {
  for (const { when, retried, name } of kinds) {
    for (const sealers of [1, 3]) {
      it(`${name}, with ${sealers} sealers: the log reads the same`, async () => {
        for (const nth of streams.keys()) {
          const clients = Array.from({ length: sealers }, () => engine.client())
          const tables = await createTables(clients[0] as DynamoDBClient)
          const unlucky = clients.map((client) => faults(client))
          for (const { set } of unlucky) set({ nth: nth + 1, when, retried })
          await write(engine.client(), tables)
          await sealAll(clients, tables)
          if (sealers === 1) expect(unlucky[0]?.unmet()).toBe(0)
          const { sealed, unsealed } = await audit(engine.client(), tables)
          expect(sealed.sort(), `transaction ${nth + 1}`).toEqual(whole)
          expect(unsealed).toEqual([])
        }
      })
    }
  }
})

it('holds its rules whatever fails, whenever, while others write and seal', async () => {
  const fault: fc.Arbitrary<Fault> = fc.record({
    nth: fc.integer({ min: 1, max: 8 }),
    when: fc.constantFrom('before' as const, 'after' as const),
    retried: fc.boolean(),
    // Reads fail too.
    of: fc.constantFrom(
      () => true,
      ({ command }: Call) => command === 'TransactWriteItems',
      ({ command }: Call) => command === 'PutItem',
    ),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fault, { maxLength: 3 }), { minLength: 4, maxLength: 4 }), async (unlucky) => {
      const clients = unlucky.map((some) => {
        const client = engine.client()
        const { set } = faults(client)
        for (const one of some) set(one)
        return client
      })
      const tables = await createTables(engine.client())
      const [writer, ...sealers] = clients as [DynamoDBClient, ...DynamoDBClient[]]
      await Promise.all([write(writer, tables), sealAll(sealers, tables)])
      await audit(engine.client(), tables) // at any time, not only at the end
      await sealAll(sealers, tables)
      const { sealed, unsealed } = await audit(engine.client(), tables)
      expect(sealed.sort()).toEqual(whole)
      expect(unsealed).toEqual([])
    }),
    { numRuns: 15 },
  )
})
