import { setTimeout as delay } from 'node:timers/promises'
import type { LambdaClient } from '@aws-sdk/client-lambda'
import type { Filled } from '#functions/projections/rebuild.ts'
import { type Deployment, output, Unusable } from '../deployment.ts'

/** How long the step works for one answer, in seconds. */
const seconds = 4
/** How often a call that failed is tried again, without any that succeeded in between. */
const maxFailures = 5

/**
 * Has the rows of a deployment rebuilt, or with `ifNeeded` those that are of another shape than its code writes.
 * `told` hears of each step, and how long it took in milliseconds. @throws {Unusable}
 */
export async function rebuild(
  deployment: Deployment,
  { ifNeeded }: { readonly ifNeeded: boolean },
  told: (filled: Filled, ms: number) => void,
): Promise<void> {
  const { LambdaClient: Client } = await import('@aws-sdk/client-lambda') // slow to load
  const client = new Client(deployment.client)
  const name = output(deployment, 'ProjectFunction')
  let asked: object = { ifNeeded }
  try {
    for (let failures = 0; ; ) {
      const began = performance.now()
      try {
        const filled = await call(client, name, { fill: true, seconds, ...asked })
        told(filled, performance.now() - began)
        if (filled.done) return
        asked = { generation: filled.generation } // go on with this one, and begin no other
        failures = 0
      } catch (error) {
        if (!(error instanceof Failed) || ++failures > maxFailures) throw error
        await delay(500 * failures)
      }
    }
  } finally {
    client.destroy()
  }
}

/** The step has failed: mostly by what passes. */
class Failed extends Unusable {}

async function call(client: LambdaClient, name: string, payload: object): Promise<Filled> {
  const { InvokeCommand } = await import('@aws-sdk/client-lambda')
  const command = new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(payload) })
  const { FunctionError, Payload } = await client.send(command).catch((cause: unknown) => {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new Unusable(`${name} could not be called: ${detail}. A local one must be running: npm run dev`, { cause })
  })
  const text = Payload?.transformToString() ?? 'null'
  if (FunctionError === undefined) return JSON.parse(text) as Filled
  const { errorType, errorMessage } = JSON.parse(text) as { errorType?: string; errorMessage?: string }
  throw new Failed(`The rows could not be rebuilt. ${errorType}: ${errorMessage}`)
}
