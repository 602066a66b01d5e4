import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { afterEach, expect, it } from 'vitest'
import { dynamo, eventBridge } from '#functions/runtime/clients.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
/** A service that takes calls and answers as `answer` does; and how many it took. */
async function service(answer: (nth: number, reply: (status: number, body: object) => void) => void) {
  let calls = 0
  server = createServer((request, response) => {
    request.resume()
    answer(++calls, (status, body) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
      response.end(JSON.stringify(body))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { config: { endpoint, region: 'local', credentials }, calls: () => calls }
}
const get = new GetItemCommand({ TableName: 'events', Key: { streamId: { S: 'a' } } })

it('gives up a call to a table that never answers, and calls again', async () => {
  const { config, calls } = await service((nth, reply) => nth > 1 && reply(200, { Item: { streamId: { S: 'a' } } }))
  const began = performance.now()
  expect((await dynamo(config).send(get)).Item).toEqual({ streamId: { S: 'a' } })
  expect(calls()).toBe(2)
  expect(performance.now() - began).toBeLessThan(15_000)
})

it('calls a service that errs again, but not for ever', async () => {
  const { config, calls } = await service((_, reply) => reply(500, { __type: 'InternalServerError' }))
  await expect(dynamo(config).send(get)).rejects.toMatchObject({ name: 'InternalServerError' })
  expect(calls()).toBe(4)
})

it('writes again what a transaction was in the way of', async () => {
  const { config, calls } = await service((nth, reply) =>
    nth > 1 ? reply(200, {}) : reply(400, { __type: 'com.amazonaws.dynamodb.v20120810#TransactionConflictException' }),
  )
  await dynamo(config).send(new PutItemCommand({ TableName: 'events', Item: { streamId: { S: 'a' } } }))
  expect(calls()).toBe(2)
})

it('does not write again what a condition forbids', async () => {
  const { config, calls } = await service((_, reply) =>
    reply(400, { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException' }),
  )
  const put = new PutItemCommand({ TableName: 'events', Item: { streamId: { S: 'a' } } })
  await expect(dynamo(config).send(put)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' })
  expect(calls()).toBe(1)
})

it('calls the bus again too', async () => {
  const { config, calls } = await service((nth, reply) =>
    nth > 1 ? reply(200, { FailedEntryCount: 0, Entries: [] }) : reply(500, { __type: 'InternalException' }),
  )
  await eventBridge(config).send(new PutEventsCommand({ Entries: [] }))
  expect(calls()).toBe(2)
})
