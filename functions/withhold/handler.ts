import { dynamo } from '#functions/runtime/clients.ts'
import { readEnv } from '#functions/runtime/env.ts'
import { log } from '#functions/runtime/log.ts'
import { withholdEnv } from './env.ts'
import { type Removed, type Which, Withhold } from './withhold.ts'

const env = readEnv(withholdEnv)
const withhold = new Withhold({ client: dynamo(), events: env.EVENTS_TABLE, log: env.LOG_TABLE })

/** Called by a person, of an event that the log says is withheld: see cli/withhold.ts. */
export const handler = async (which: Which): Promise<Removed> => {
  const removed = await withhold.run(which)
  log('withhold', 'a payload was removed', { ...removed })
  return removed
}
