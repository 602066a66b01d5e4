import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '#functions/api/app.ts'
import { EventStore } from '#functions/store/event-store.ts'
import { missionPath, recordGround, recordOther, statementPath } from './fixtures.ts'
import { type Served, serve, source } from './served.ts'
import { writes } from './writes.ts'

/*
 * A long stream is read from its kept state, where that is early enough, and otherwise no further than it takes. Here
 * every stream of more than one commit is long, and what it answers is what the same API answers that reads them whole.
 */

let served: Served
let long: { request(path: string): Response | Promise<Response> }
/** The streams whose kept state was given, and those that were read from the beginning all the same. */
const [asked, read]: [string[], string[]] = [[], []]

beforeAll(async () => {
  served = await serve()
  await recordGround(served)
  await recordOther(served)
  for (const [index, { method, path, json }] of writes.entries()) {
    expect((await served.ask(method, path, { json })).status).toBe(201)
    if (index === writes.length - 4) await served.settle() // what is kept is behind, as it may be
  }
  const options = { client: served.engine.client(), table: served.tables.events, source, short: 1 }
  class Watched extends EventStore {
    override until(...[streamId, ...how]: Parameters<EventStore['until']>) {
      read.push(streamId)
      return super.until(streamId, ...how)
    }
  }
  const { views } = served.deps
  const kept: typeof views.kept = async (streamId, foldVersion) => {
    const state = await views.kept(streamId, foldVersion)
    if (state) asked.push(streamId)
    return state
  }
  const watchedViews = Object.assign(Object.create(views), { kept })
  long = createApp({ ...served.deps, store: new Watched(options), views: watchedViews })
})
afterAll(() => served.stop())

describe.each([statementPath, missionPath, '/actors/mira-kovan'])('the past of %s, where it is long', (path) => {
  const same = async (address: string) => {
    const [one, other] = [await served.ask('GET', address), await long.request(address)]
    const apart = { instance: undefined, provisional: undefined } // of a request, and of the moment it came
    const [expected, found] = [one.body, JSON.parse((await other.text()) || 'null')].map((body) => ({
      ...body,
      ...apart,
    }))
    expect([address, other.status, found]).toEqual([address, one.status, expected])
    expect(other.headers.get('Location')).toBe(one.headers.get('Location'))
    return one
  }

  it('has the same history, whatever page of it', async () => {
    const { items } = (await same(`${path}/history`)).body
    expect(items.length).toBeGreaterThan(3)
    for (let after = 0; after <= items.length + 1; after++) {
      for (const limit of [1, 2, 100])
        await same(`${path}/history?limit=${limit}${after > 0 ? `&cursor=${after}` : ''}`)
    }
  })

  it('was the same at any instant', async () => {
    const { items } = (await same(`${path}/history`)).body
    const times = items.map(({ recordedAt }: { recordedAt: string }) => Date.parse(recordedAt))
    for (const ms of new Set(times.flatMap((ms: number) => [ms - 1, ms]))) {
      await same(`${path}?asOf=${new Date(ms as number).toISOString()}`)
    }
  })

  it('was read from a kept state where that served, and from the beginning where not', () => {
    const stream = path.slice(1).replace('s/', '-')
    expect(asked.filter((streamId) => streamId === stream).length).toBeGreaterThan(0)
    const fromBeginning = read.filter((streamId) => streamId === stream).length
    expect(fromBeginning).toBeGreaterThan(0)
    expect(fromBeginning).toBeLessThan(asked.filter((streamId) => streamId === stream).length)
  })
})
