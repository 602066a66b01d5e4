import { CreateTableCommand, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { Engine as LocalEngine } from '../../infra/local/engine.ts'
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
  const engine = await LocalEngine.start(given ? { endpoint: given } : {})
  const { endpoint } = engine
  return { endpoint, client: (config) => clientOf(endpoint, config), stop: () => engine.stop() }
}

/** A client of the engine that answers there, or will once the client is used. */
export const clientOf = (endpoint: string | (() => Promise<{ url: URL }>), config: DynamoDBClientConfig = {}) =>
  new DynamoDBClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    ...config,
  })

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
