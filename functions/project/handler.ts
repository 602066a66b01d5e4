import { kinds } from '#events/kinds.ts'
import { readModels, shape } from '#functions/projections/read-models.ts'
import type { Asked, Filled } from '#functions/projections/rebuild.ts'
import { dynamo } from '#functions/runtime/clients.ts'
import { readEnv } from '#functions/runtime/env.ts'
import { log } from '#functions/runtime/log.ts'
import { EventStore } from '#functions/store/event-store.ts'
import { LogStore } from '#functions/store/log-store.ts'
import { projectEnv } from './env.ts'
import { Project } from './project.ts'

const env = readEnv(projectEnv)
const client = dynamo()
const project = new Project({
  client,
  viewsTable: env.VIEWS_TABLE,
  log: new LogStore({ client, table: env.LOG_TABLE }),
  streams: new EventStore({ client, table: env.EVENTS_TABLE, source: '' }), // only read: nothing is recorded here
  projected: { kinds, models: readModels, shape },
})

/** Asks for a rebuild: see cli/rebuild.ts. */
interface Fill extends Asked {
  readonly fill: true
}

/** A doorbell, of which what is delivered says only that the head moved; or a call that asks for a rebuild. */
export const handler = async (
  event: object | null,
  context: { getRemainingTimeInMillis(): number },
): Promise<Filled | undefined> => {
  const remainingMs = () => context.getRemainingTimeInMillis()
  if (event !== null && isFill(event)) {
    const filled = await project.fill(event, remainingMs)
    log('project', 'rebuilt', { ...filled })
    return filled
  }
  const position = await project.run(remainingMs)
  log('project', 'projected', { position })
  return undefined
}

const isFill = (event: object): event is Fill => 'fill' in event && event.fill === true
