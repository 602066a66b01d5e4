import { kinds } from '#events/kinds.ts'
import { dynamo } from '#functions/runtime/clients.ts'
import { readEnv } from '#functions/runtime/env.ts'
import { log } from '#functions/runtime/log.ts'
import { EventStore } from '#functions/store/event-store.ts'
import { LogStore } from '#functions/store/log-store.ts'
import { projectEnv } from './env.ts'
import { Project } from './project.ts'
import { readModels, shape } from './read-models.ts'

const env = readEnv(projectEnv)
const client = dynamo()
const project = new Project({
  client,
  viewsTable: env.VIEWS_TABLE,
  log: new LogStore({ client, table: env.LOG_TABLE }),
  streams: new EventStore({ client, table: env.EVENTS_TABLE, source: '' }), // only read: nothing is recorded here
  projected: { kinds, models: readModels, shape },
})

/** A doorbell: what is delivered says only that the head moved. */
export const handler = async (_: unknown, context: { getRemainingTimeInMillis(): number }): Promise<void> => {
  const position = await project.run(() => context.getRemainingTimeInMillis())
  log('project', 'projected', { position })
}
