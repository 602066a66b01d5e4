import type { BatchGetItemCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, it } from 'vitest'
import { EventStore } from '#functions/store/event-store.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { faults } from '../../support/faults.ts'
import { someCommand, testSource } from '../../support/log.ts'
import { watchKept } from '../../support/watch.ts'
import { withEngine } from '../../support/with-engine.ts'

const engine = withEngine()
let client: DynamoDBClient
let tables: Tables
let store: EventStore
beforeEach(async () => {
  client = engine.client()
  tables = await createTables(client)
  store = new EventStore({ client, table: tables.events, source: testSource })
})

const record = async (id: string) =>
  store.append(await store.load(id), [watchKept('a')], { WatchKept: 2 }, someCommand())

describe('which streams are on record', () => {
  it('is told for all that are asked for', async () => {
    for (const id of ['actor-mira-kovan', 'actor-ostmark']) {
      await record(id)
    }
    const asked = ['actor-mira-kovan', 'actor-nobody', 'actor-ostmark', 'actor-ostmark']
    expect([...(await store.firstCommits(asked))].sort()).toEqual(['actor-mira-kovan', 'actor-ostmark'])
    expect(await store.firstCommits([])).toEqual(new Set())
  })

  it('is asked of one that was found but once: nothing is ever deleted', async () => {
    await record('actor-mira-kovan')
    const { calls } = faults(client)
    for (const _ of [1, 2]) {
      expect(await store.firstCommits(['actor-mira-kovan'])).toEqual(new Set(['actor-mira-kovan']))
    }
    expect(calls).toHaveLength(1)
    for (const _ of [1, 2]) {
      expect(await store.firstCommits(['actor-mira-kovan', 'actor-nobody'])).toEqual(new Set(['actor-mira-kovan']))
    }
    expect(calls).toHaveLength(3)
  })

  it('is told though DynamoDB does not give all of it at once', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `actor-${index}`)
    for (const id of ids) await record(id)
    const { calls } = answersHalf(client, tables.events)
    expect([...(await store.firstCommits(ids))].sort()).toEqual([...ids].sort())
    expect(calls()).toBe(2)
  })
})

/** Makes the first BatchGetItem leave half of its keys unprocessed, as DynamoDB does under load or above 16 MB. */
function answersHalf(client: DynamoDBClient, table: string) {
  let calls = 0
  client.middlewareStack.add(
    (next) => async (args) => {
      calls++
      const { input } = args as { input: BatchGetItemCommandInput }
      const keys = input.RequestItems?.[table]?.Keys ?? []
      if (calls > 1) return next(args)
      const half = { RequestItems: { [table]: { ...input.RequestItems?.[table], Keys: keys.slice(6) } } }
      const answer = await next({ ...args, input: half })
      return { ...answer, output: { ...answer.output, UnprocessedKeys: { [table]: { Keys: keys.slice(0, 6) } } } }
    },
    { step: 'initialize' },
  )
  return { calls: () => calls }
}
