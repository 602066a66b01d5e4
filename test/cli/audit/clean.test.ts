import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, it } from 'vitest'
import { audit } from '../../../cli/audit/auditing.ts'
import { withEngine } from '../../support/with-engine.ts'
import { contingents, recordAll, type World, world } from './world.ts'

const engine = withEngine()
let client: DynamoDBClient
let made: World
beforeEach(async () => {
  client = engine.client()
  made = await world(client)
})
const report = async () => {
  const found = await audit({ client, ...made.tables })
  return { ...found, wrong: found.findings.named }
}

describe('an audit of what nobody has touched', () => {
  it('finds nothing in a deployment that has recorded nothing', async () => {
    expect(await report()).toMatchObject({ wrong: [], events: 0, entries: 0, streams: 0, rows: 0 })
  })

  it('finds nothing, and counts what it has read', async () => {
    const events = await recordAll(made, 40)
    const { wrong, ...figures } = await report()
    expect(wrong).toEqual([])
    expect(figures).toMatchObject({ events, entries: events, signed: events, unsealed: 0 })
    expect(figures.rows).toBeGreaterThan(80)
    expect(figures.states).toBe(figures.streams)
    expect(figures.readUnits).toBeGreaterThan(20)
  })

  it('finds nothing in a log of several tiles', { timeout: 180_000 }, async () => {
    await recordAll(made, 5)
    for (let n = 0; n < 3; n++) await made.sealed('mission-long', ...contingents(n, 240))
    await made.projected()
    expect(await report()).toMatchObject({ wrong: [], tiles: 3 })
  })

  it('counts what is not sealed yet, and calls it no error', async () => {
    await recordAll(made, 3)
    await made.append('mission-new', ...contingents(0, 2))
    expect(await report()).toMatchObject({ wrong: [], unsealed: 2 })
  })

  it('waits for rows that are on their way', async () => {
    await recordAll(made, 3)
    await made.sealed('mission-new', ...contingents(0, 2))
    const [found] = await Promise.all([
      report(),
      new Promise((resolve) => setTimeout(resolve, 500)).then(made.projected),
    ])
    expect(found.wrong).toEqual([])
  })

  it('finds nothing while eight writers, two sealers and a projection are at work, however often it looks', {
    timeout: 180_000,
  }, async () => {
    let isOver = false
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; !isOver; n++) await made.record(writer * 10_000 + n)
    })
    const untilOver = async (act: () => Promise<unknown>) => {
      while (!isOver) await act()
    }
    const work = [untilOver(made.sealedAll), untilOver(made.sealedAll), untilOver(made.projected)]
    const looked: number[] = []
    try {
      for (let look = 0; look < 4; look++) {
        const { wrong, entries } = await report()
        expect(wrong, `look ${look}`).toEqual([])
        looked.push(entries)
      }
    } finally {
      isOver = true
      await Promise.all([...writers, ...work])
    }
    expect(looked.at(-1)).toBeGreaterThan(looked[0] ?? 0)
    await made.sealedAll()
    await made.projected()
    expect(await report()).toMatchObject({ wrong: [], unsealed: 0 })
  })
})
