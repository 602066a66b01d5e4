import { DynamoDBClient, type DynamoDBClientConfig, TransactionConflictException } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, type EventBridgeClientConfig } from '@aws-sdk/client-eventbridge'

/**
 * How long a call may take and how often it is tried. The SDK's own defaults wait for ever: a connection that died
 * in silence would hold a Lambda until its own time-out, and its caller with it.
 */
export const patience = (requestTimeoutMs: number) => ({
  maxAttempts: 4,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: requestTimeoutMs,
    // Without it a late answer is only warned of.
    throwOnRequestTimeout: true,
    httpAgent: { keepAlive: true, maxSockets: 100 },
    httpsAgent: { keepAlive: true, maxSockets: 100 },
  },
})

/**
 * A DynamoDB client that gives up in time. One per process: it keeps its connections. A single write that is refused
 * because a transaction is at work on its item is sent again, as a throttled one is; the SDK alone would not.
 */
export function dynamo(config: DynamoDBClientConfig = {}): DynamoDBClient {
  const client = new DynamoDBClient({ ...patience(3_000), ...config })
  client.middlewareStack.add(
    (next) => async (call) => {
      try {
        return await next(call)
      } catch (error) {
        if (error instanceof TransactionConflictException) throw Object.assign(error, { $retryable: {} })
        throw error
      }
    },
    { step: 'deserialize', priority: 'high', name: 'conflictsPass' }, // within the SDK's retries, around its parsing
  )
  return client
}

/** An EventBridge client that gives up in time. One per process: it keeps its connections. */
export const eventBridge = (config: EventBridgeClientConfig = {}) =>
  new EventBridgeClient({ ...patience(5_000), ...config })
