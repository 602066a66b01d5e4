import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { preferredWaitMs } from '#functions/api/wait.ts'
import { ViewsWriter } from '#functions/project/writer.ts'
import { LogStore } from '#functions/store/log-store.ts'
import { type Call, type Fault, faults } from '../../support/faults.ts'
import { person, recordGround, recordOther, statement } from './fixtures.ts'
import { type Served, serve } from './served.ts'
import { writes } from './writes.ts'

/** Seals and projects over and over, as the deployed steps do, until `run` has its answer. */
async function settling<T>(served: Served, run: () => Promise<T>): Promise<T> {
  let done = false
  const steps = (async () => {
    while (!done) {
      await served.settle()
      await delay(20)
    }
  })()
  try {
    return await run()
  } finally {
    done = true
    await steps
  }
}
const wait = (seconds: number | string) => ({ Prefer: `wait=${seconds}` })
const waited = ({ headers, body }: Awaited<ReturnType<Served['ask']>>) => [
  headers.get('Preference-Applied'),
  body.position,
]

it.each([
  ['wait=5', 5_000],
  ['wait=0', 0],
  ['wait=3600', 5_000],
  ['respond-async, wait=2', 2_000],
  ['Wait = 2 ; strictly', 2_000],
  ['handling=lenient;note="a, wait=1", wait=3', 3_000],
  ['wait=1, wait=4', 1_000],
  ['wait=soon, wait=4', undefined],
  ['wait', undefined],
  ['wait=', undefined],
  ['wait=-1', undefined],
  ['wait=1.5', undefined],
  ['await=4', undefined],
  ['', undefined],
  [undefined, undefined],
])('Prefer: %s is to wait for %s ms', (header, ms) => expect(preferredWaitMs(header)).toBe(ms))

describe('Prefer: wait', () => {
  let served: Served
  beforeAll(async () => {
    served = await serve()
    await recordGround(served)
    await recordOther(served)
    await served.ask('PUT', '/actors/jonas-ferrow', { json: { kind: 'person', name: 'Jonas Ferrow' } })
  })
  afterAll(() => served.stop())
  const eventAt = async (position: number) =>
    (await served.ask('GET', `/events?limit=1${position > 0 ? `&after=${position - 1}` : ''}`)).body.events[0]

  it.each(writes)('has $operation answered once it is sealed and in lists, with its position', async (write) => {
    const { method, path, json } = write
    const ask = () => served.ask(method, path, { json, headers: wait(5) })
    const first = await settling(served, ask)
    expect(first.headers.get('Preference-Applied')).toBe('wait')
    const { position, version } = first.body
    const event = await eventAt(position)
    expect([event.position, event.id]).toEqual([position, `${event.subject}/${version}`])
    expect((await served.deps.views.checkpoint()).position).toBeGreaterThan(position)

    const again = await ask()
    expect([again.status, again.body]).toEqual([200, first.body])
    expect(again.headers.get('Preference-Applied')).toBe('wait')
  })

  it('finds again what has later events after it, wherever it stands', async () => {
    const json = { ...statement, fragments: [{ mode: 'direct', text: 'gone home' }] }
    const { body, headers } = await settling(served, () =>
      served.ask('POST', '/statements', { json, headers: wait(5) }),
    )
    const path = `${headers.get('Location')}/corrections`
    for (const language of ['de', 'fr']) {
      await served.ask('POST', path, { json: { reason: `it is ${language}`, replaces: { language } } })
    }
    await served.settle()
    const again = await served.ask('POST', '/statements', { json, headers: wait(5) })
    expect([again.status, again.body]).toEqual([200, body])
  })

  it('answers all the same when the time is up, and says no position', async () => {
    const from = performance.now()
    const answer = await served.ask('PUT', '/actors/nobody-seals', { json: person, headers: wait(1) })
    expect(performance.now() - from).toBeGreaterThanOrEqual(1_000)
    expect([answer.status, ...waited(answer)]).toEqual([201, null, undefined])
    const later = await served.ask('PUT', '/actors/nobody-seals', { json: person, headers: wait(0) })
    expect([later.status, ...waited(later)]).toEqual([200, null, undefined])
    await served.settle()
    expect(waited(await served.ask('PUT', '/actors/nobody-seals', { json: person }))).toEqual([null, undefined])
    const sealed = await served.ask('PUT', '/actors/nobody-seals', { json: person, headers: wait(0) })
    expect([sealed.status, ...waited(sealed)]).toEqual([200, 'wait', expect.any(Number)])
  })

  it('says no position of a stream that is parked', async () => {
    const { body } = await settling(served, () =>
      served.ask('PUT', '/actors/parked', { json: person, headers: wait(5) }),
    )
    const { tables, engine } = served
    const writer = new ViewsWriter({
      client: engine.client(),
      table: tables.views,
      generation: 1,
      now: () => new Date(),
    })
    await writer.park({ streamId: 'actor-parked', version: 1, position: body.position, error: new Error('no rows') })
    const parked = await served.ask('PUT', '/actors/parked', { json: person, headers: wait(0) })
    expect([parked.status, ...waited(parked)]).toEqual([200, null, undefined])
    await writer.unpark('actor-parked', 1)
    expect(waited(await served.ask('PUT', '/actors/parked', { json: person, headers: wait(0) }))).toEqual([
      'wait',
      body.position,
    ])
  })

  it('changes nothing of a refusal', async () => {
    const from = performance.now()
    const json = { kind: 'state', name: 'Ostmark' }
    expect((await served.ask('PUT', '/actors/mira-kovan', { json, headers: wait(5) })).status).toBe(409)
    expect(performance.now() - from).toBeLessThan(4_000)
  })
})

describe('a log that does not answer', () => {
  let served: Served
  let fail: (fault: Fault) => void
  afterEach(() => served.stop())
  const serveFailing = async () => {
    served = await serve(({ engine, tables }) => {
      const client = engine.client({ maxAttempts: 1 })
      const { set } = faults(client)
      fail = set
      return { log: new LogStore({ client, table: tables.log }) }
    })
  }
  const anyGet = ({ command }: Call) => command === 'GetItem'
  const put = () => served.ask('PUT', '/actors/mira-kovan', { json: person, headers: wait(5) })

  it('at first costs nothing but a search', async () => {
    await serveFailing()
    fail({ nth: 1, of: anyGet, when: 'before' })
    const answer = await settling(served, put)
    expect([answer.status, ...waited(answer)]).toEqual([201, 'wait', 0])
    expect(served.reported).toEqual([])
  })

  it('later leaves the write as it is, told without a position', async () => {
    await serveFailing()
    fail({ nth: 2, of: anyGet, when: 'before' })
    const answer = await put()
    expect([answer.status, ...waited(answer)]).toEqual([201, null, undefined])
    expect(served.reported).toHaveLength(1)
    expect((await served.ask('GET', '/actors/mira-kovan')).status).toBe(200)
  })
})
