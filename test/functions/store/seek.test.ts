import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { beforeAll, expect, it } from 'vitest'
import { seek, startOf } from '#functions/store/seek.ts'
import { createTables } from '../../support/engine.ts'
import { recorder } from '../../support/log.ts'
import { watchKept } from '../../support/watch.ts'
import { withEngine } from '../../support/with-engine.ts'

const engine = withEngine()
let client: DynamoDBClient
let record: ReturnType<typeof recorder>
let minutes = 0
const size = 1_200
beforeAll(async () => {
  client = engine.client()
  record = recorder(client, await createTables(client), () => new Date(Date.UTC(2031, 1, 14, 12, minutes++)))
  for (let n = 0; n < size / 100; n++) {
    const events = Array.from({ length: 100 }, (_, index) => watchKept(`${n}/${index}`))
    await record.sealed(`mission-${n % 3}`, ...events)
  }
})

const everyEvent = async () => {
  const events = []
  for (let at = 0; at < size; at = events.length) events.push(...(await record.log.read(at)))
  return events
}

it('finds every event from where halving says to begin, by its time', async () => {
  const events = await everyEvent()
  expect(events).toHaveLength(size)
  let skipped = 0
  for (const event of events.filter((_, index) => index % 97 === 0)) {
    const from = await startOf(record.log, event, size)
    expect(from).toBeLessThanOrEqual(event.position)
    if (from > 0) skipped++
    expect(await seek(record.log, event, from, size, () => true)).toBe(event.position)
  }
  expect(skipped).toBeGreaterThan(5)
}, 120_000)

it('finds nothing where it is not, and stops when it is told to', async () => {
  const [first] = await everyEvent()
  if (!first) return expect.fail('The log is empty')
  expect(await seek(record.log, { id: 'mission-0/9999' }, 0, size, () => true)).toBeUndefined()
  expect(await seek(record.log, first, 1, size, () => true)).toBeUndefined()
  expect(await seek(record.log, first, 0, size, () => false)).toBeUndefined()
})

it('takes a log of few events from its beginning', async () =>
  expect(await startOf(record.log, { time: '2031-02-14T23:00:00.000Z' }, 200)).toBe(0))
