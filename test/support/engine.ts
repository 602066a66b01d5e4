import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { CreateTableCommand, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { tableNamed, template } from './assembly.ts'

/** A DynamoDB engine of a test's own, in memory, on a free port. */
export interface Engine {
  readonly endpoint: string
  /** A client for it; `config` for a client that is to fail on purpose. */
  client(config?: DynamoDBClientConfig): DynamoDBClient
  stop(): Promise<void>
}

export interface Tables {
  readonly events: string
  readonly log: string
  readonly views: string
  readonly texts: string
  readonly access: string
}

/** Starts the embedded engine, or uses the one that DYNAMODB_ENDPOINT names. */
export async function startEngine(): Promise<Engine> {
  const given = process.env.DYNAMODB_ENDPOINT
  const port = given ? 0 : await freePort()
  const child = given ? undefined : spawn(enginePath(), ['--port', String(port)], { stdio: 'ignore' })
  const endpoint = given ?? `http://127.0.0.1:${port}`
  await untilAnswering(endpoint, child)
  return {
    endpoint,
    client: (config = {}) =>
      new DynamoDBClient({
        endpoint,
        region: 'local',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        ...config,
      }),
    stop: async () => {
      if (!child || child.exitCode !== null) return
      child.kill()
      await once(child, 'exit')
    },
  }
}

let made = 0

/** New empty tables under names of their own, with the keys and indexes that the template gives them. */
export async function createTables(client: DynamoDBClient): Promise<Tables> {
  const suffix = `${process.pid}-${++made}`
  const stack = await template()
  const create = async (name: keyof Tables) => {
    const [, { Properties: table }] = tableNamed(stack, name)
    const TableName = `${name}-${suffix}`
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: table.BillingMode,
        AttributeDefinitions: table.AttributeDefinitions,
        KeySchema: table.KeySchema,
        GlobalSecondaryIndexes: table.GlobalSecondaryIndexes,
      }),
    )
    return TableName
  }
  return {
    events: await create('events'),
    log: await create('log'),
    views: await create('views'),
    texts: await create('texts'),
    access: await create('access'),
  }
}

function enginePath(): string {
  return join(dirname(createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')), 'dynoxide')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function untilAnswering(endpoint: string, child: ChildProcess | undefined): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child && child.exitCode !== null) throw new Error(`The DynamoDB engine stopped with code ${child.exitCode}`)
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    )
    if (answered) return
    await delay(25)
  }
  throw new Error(`No DynamoDB engine answers at ${endpoint}`)
}
