import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, type EventBridgeClientConfig } from '@aws-sdk/client-eventbridge'

/**
 * How long a call may take and how often it is tried. The SDK's own defaults wait for ever: a connection that died
 * in silence would hold a Lambda until its own time-out, and its caller with it.
 */
const patience = (requestTimeoutMs: number) => ({
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

/** A DynamoDB client that gives up in time. One per process: it keeps its connections. */
export const dynamo = (config: DynamoDBClientConfig = {}) => new DynamoDBClient({ ...patience(3_000), ...config })

/** An EventBridge client that gives up in time. One per process: it keeps its connections. */
export const eventBridge = (config: EventBridgeClientConfig = {}) =>
  new EventBridgeClient({ ...patience(5_000), ...config })
