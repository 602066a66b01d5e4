import { afterAll, beforeAll } from 'vitest'
import { clientOf, type Engine, startEngine } from './engine.ts'

/**
 * A DynamoDB engine for the tests of one file: started before the first of them, stopped after the last. Its clients
 * may be made at once, they ask where it is with their first request; `endpoint` is there from the first hook on.
 */
export function withEngine(): Pick<Engine, 'endpoint' | 'client'> {
  let started: Engine | undefined
  const engine = (): Engine => {
    if (!started) throw new Error('The engine starts before the first test: ask it in a test or a hook')
    return started
  }
  beforeAll(async () => {
    started = await startEngine()
  })
  afterAll(() => started?.stop())
  return {
    get endpoint() {
      return engine().endpoint
    },
    client: (config) => clientOf(async () => ({ url: new URL(engine().endpoint) }), config),
  }
}
