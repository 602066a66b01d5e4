import { setTimeout as delay } from 'node:timers/promises'
import { type Deployment, Unusable } from '../deployment.ts'
import type { EventToWithhold } from './event.ts'

/** How often it is asked again, and how long between, until what withholds it is signed: a second or two. */
const maxTries = 30
const waitMs = 1_000

/**
 * Has the payload removed, where the deployment has what does that; false where it has not. Waits until the event that
 * withholds it is signed. @throws {Unusable}
 */
export async function remove(
  { client, outputs }: Deployment,
  { streamId, version }: Pick<EventToWithhold, 'streamId' | 'version'>,
  say: (line: string) => void,
): Promise<boolean> {
  const name = outputs.WithholdFunction
  if (!name) return false
  const { LambdaClient, InvokeCommand } = await import('@aws-sdk/client-lambda') // slow to load
  const lambda = new LambdaClient(client)
  try {
    for (let tries = 1; ; tries++) {
      const command = new InvokeCommand({ FunctionName: name, Payload: JSON.stringify({ streamId, version }) })
      const { FunctionError, Payload } = await lambda.send(command).catch((cause: unknown) => {
        const detail = cause instanceof Error ? cause.message : String(cause)
        throw new Unusable(`It is withheld, and not removed: ${name} could not be called. ${detail}`, { cause })
      })
      if (FunctionError === undefined) return true
      const { errorType, errorMessage } = JSON.parse(Payload?.transformToString() ?? '{}') as Record<string, string>
      if (errorType !== 'NotWithheld' || tries === maxTries) {
        throw new Unusable(`It is withheld, and not removed. ${errorType}: ${errorMessage}. Run this again.`)
      }
      if (tries === 1) say('Waiting until what withholds it is signed.')
      await delay(waitMs)
    }
  } finally {
    lambda.destroy()
  }
}
