import { dynamo } from '#functions/runtime/clients.ts'
import { readEnv } from '#functions/runtime/env.ts'
import { log, logError } from '#functions/runtime/log.ts'
import { changes, type StreamEvent, streamIds, versionsBefore } from '#functions/runtime/stream-event.ts'
import { sealEnv } from './env.ts'
import { Seal } from './seal.ts'

const env = readEnv(sealEnv)
const seal = new Seal({ client: dynamo(), events: env.EVENTS_TABLE, log: env.LOG_TABLE })

/** What the step is called with: its doorbell or the schedule of the sweep. */
export type SealEvent = StreamEvent | { readonly sweep: true }

/** What throws is delivered again. */
export const handler = async (event: SealEvent): Promise<void> => {
  if ('Records' in event) return records(event)
  throw new Error(`There is nothing that this asks for: ${Object.keys(event)}`)
}

/** New commits: the records say of which streams, and where to look first; nothing else of them is used. */
async function records(event: StreamEvent): Promise<void> {
  for (const { eventName, dynamodb } of changes(event)) {
    logError('seal', 'a recorded event was changed', { eventName, keys: dynamodb?.Keys })
  }
  const { sealed, parked } = await seal.run(streamIds(event), versionsBefore(event))
  log('seal', 'sealed', { events: sealed, parked })
}
