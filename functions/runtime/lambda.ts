import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { patience } from './clients.ts'

/** Calls a function and does not wait for what it does. In a file of its own: who calls loads it. */
export function callLater(): (name: string, payload?: object) => Promise<void> {
  const client = new LambdaClient(patience(3_000))
  return async (name, payload = {}) => {
    const Payload = JSON.stringify(payload)
    await client.send(new InvokeCommand({ FunctionName: name, InvocationType: 'Event', Payload }))
  }
}
