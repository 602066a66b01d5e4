import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, describe, expect, it } from 'vitest'
import { EventStore } from '#functions/store/event-store.ts'
import { LogStore } from '#functions/store/log-store.ts'
import { type Call, type Fault, faults } from '../../support/faults.ts'
import { person } from './fixtures.ts'
import { type Served, serve, source } from './served.ts'

let served: Served
let fail: (fault: Fault) => void
afterEach(() => served.stop())

/** Serves over a client that can be made to fail, and does not try again by itself. */
async function serveFailing(): Promise<void> {
  served = await serve(({ engine, tables }) => {
    const client = engine.client({ maxAttempts: 1 })
    const { set } = faults(client)
    fail = set
    return {
      store: new EventStore({ client, table: tables.events, source }),
      log: new LogStore({ client, table: tables.log }),
    }
  })
}

const path = '/actors/mira-kovan'
const is = (command: string) => (call: Call) => call.command === command

describe('a table that does not answer', () => {
  it('is told as 503 with a time to come back, and its cause to the log alone', async () => {
    await serveFailing()
    fail({ nth: 1, of: is('Query'), when: 'before' })
    const { status, body, headers } = await served.ask('GET', path)
    expect([status, body.type]).toEqual([503, '/problems/unavailable'])
    expect(headers.get('Retry-After')).toBe('2')
    expect(served.reported).toEqual([{ error: expect.any(Error), requestId: body.instance.slice('urn:uuid:'.length) }])
    expect(JSON.stringify(body)).not.toContain('broke before it landed')
    expect(String(served.reported[0]?.error)).toContain('broke before it landed')
  })

  it('makes /healthz answer 503, and is asked anew by the next', async () => {
    await serveFailing()
    fail({ nth: 1, of: is('GetItem'), when: 'before' })
    expect((await served.ask('GET', '/healthz')).body.type).toBe('/problems/unavailable')
    expect((await served.ask('GET', '/healthz')).status).toBe(200)
  })

  it('loses no write: one whose answer was lost is recorded once, and known when it is sent again', async () => {
    await serveFailing()
    fail({ nth: 1, of: is('PutItem'), when: 'after' })
    const first = await served.ask('PUT', path, { json: person })
    const again = await served.ask('PUT', path, { json: person })
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.body).toEqual({ id: 'mira-kovan', version: 1 })
  })
})

it('tells a bug as nothing but 500 and the id under which the log has it', async () => {
  served = await serve()
  const Item = { streamId: { S: 'actor-mira-kovan' }, version: { N: '1' }, events: { S: 'a hand was in the table' } }
  await served.engine.client().send(new PutItemCommand({ TableName: served.tables.events, Item }))
  const { status, body } = await served.ask('GET', path)
  expect(status).toBe(500)
  expect(body).toEqual({
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
  })
  expect(served.reported).toEqual([{ error: expect.any(Error), requestId: body.instance.slice('urn:uuid:'.length) }])
})

it('gives up on a race that it loses every time, having recorded nothing', async () => {
  served = await serve(({ engine, tables }) => {
    const client = engine.client()
    client.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName === 'PutItemCommand') {
          // Somebody else is always there first.
          Object.assign(args.input, { ConditionExpression: 'attribute_exists(streamId)' })
        }
        return next(args)
      },
      { step: 'initialize' },
    )
    return { store: new EventStore({ client, table: tables.events, source }) }
  })
  const { status, body, headers } = await served.ask('PUT', path, { json: person })
  expect([status, body.type]).toEqual([503, '/problems/contended'])
  expect(headers.get('Retry-After')).toBe('1')
  expect((await served.ask('GET', path)).status).toBe(404)
})
