import { dynamo } from '#functions/runtime/clients.ts'
import { readEnv } from '#functions/runtime/env.ts'
import { log } from '#functions/runtime/log.ts'
import { witnessEnv } from './env.ts'
import { Witnesses, witnessesOf } from './witnesses.ts'

const env = readEnv(witnessEnv)
const witnesses = new Witnesses({
  client: dynamo(),
  table: env.LOG_TABLE,
  witnesses: witnessesOf(env.WITNESSES),
})

/** Called when a head was signed; nobody waits for the answer. */
export const handler = async (): Promise<void> => log('witness', 'asked', await witnesses.ask())
