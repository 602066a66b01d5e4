import { dynamo, eventBridge } from '#functions/runtime/clients.ts'
import { readEnv } from '#functions/runtime/env.ts'
import { log } from '#functions/runtime/log.ts'
import { publishCheckpoint } from '#functions/store/checkpoint.ts'
import { LogStore } from '#functions/store/log-store.ts'
import { publishEnv } from './env.ts'
import { Publish } from './publish.ts'

const env = readEnv(publishEnv)
const table = { client: dynamo(), table: env.LOG_TABLE }
const publish = new Publish({
  log: new LogStore(table),
  checkpoint: publishCheckpoint(table),
  eventBridge: eventBridge(),
  bus: env.EVENT_BUS,
})

/** A doorbell: what is delivered says only that the head moved. */
export const handler = async (_: unknown, context: { getRemainingTimeInMillis(): number }): Promise<void> => {
  const position = await publish.run(() => context.getRemainingTimeInMillis())
  log('publish', 'published', { position })
}
