import { dynamo } from '#functions/runtime/clients.ts'
import { readEnv } from '#functions/runtime/env.ts'
import { describe, log, logError } from '#functions/runtime/log.ts'
import { changes, type StreamEvent, streamIds, versionsBefore } from '#functions/runtime/stream-event.ts'
import { isRemovalByLaw } from './changed.ts'
import { sealEnv, witnessFunction } from './env.ts'
import { LogKeyChange, type LogKeyCommand } from './log-key-change.ts'
import { Seal } from './seal.ts'
import { Signing } from './signing.ts'
import { Sweep } from './sweep.ts'

const env = readEnv(sealEnv)
const tables = { client: dynamo(), events: env.EVENTS_TABLE, log: env.LOG_TABLE }
const witness = process.env[witnessFunction]
const signing = new Signing({
  client: tables.client,
  table: env.LOG_TABLE,
  origin: env.ORIGIN,
  // After the first decision: what the parameter store takes to load delays no position.
  keys: () => import('./log-keys.ts').then(({ StoredLogKeys }) => new StoredLogKeys({ path: env.LOG_KEYS })),
  ...(witness ? { signed: () => askWitnesses(witness) } : {}),
})
const seal = new Seal({ ...tables, signing })
const sweep = new Sweep({ ...tables, views: env.VIEWS_TABLE, seal })

/** What the step is called with: its doorbell, the schedule of the sweep, or whoever changes the log's keys. */
export type SealEvent = StreamEvent | { readonly sweep: true } | LogKeyCommand

/** What throws is delivered again. */
export const handler = async (event: SealEvent, context: { getRemainingTimeInMillis(): number }): Promise<unknown> => {
  if ('Records' in event) return records(event)
  if ('sweep' in event) return void (await sweep.run(() => context.getRemainingTimeInMillis()))
  if ('logKey' in event) return new LogKeyChange({ client: tables.client, table: env.LOG_TABLE, signing }).run(event)
  throw new Error(`There is nothing that this asks for: ${Object.keys(event)}`)
}

/** New commits: the records say of which streams, and where to look first; nothing else of them is used. */
async function records(event: StreamEvent): Promise<void> {
  for (const change of changes(event)) {
    const { eventName, dynamodb } = change
    if (await isRemovalByLaw(tables, change)) log('seal', 'a payload was removed by law', { keys: dynamodb?.Keys })
    else logError('seal', 'a recorded event was changed', { eventName, keys: dynamodb?.Keys })
  }
  const { sealed, parked } = await seal.run(streamIds(event), versionsBefore(event))
  log('seal', 'sealed', { events: sealed, parked })
}

let call: Promise<(name: string) => Promise<void>> | undefined
/** What was signed stays signed: that nobody could be asked to cosign it is no reason to do it again. */
async function askWitnesses(name: string): Promise<void> {
  try {
    call ??= import('#functions/runtime/lambda.ts').then(({ callLater }) => callLater())
    await (await call)(name)
  } catch (error) {
    logError('seal', 'witnesses are not asked', describe(error))
  }
}
