import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import { Lambda } from '../../../infra/local/functions.ts'
import { Instance } from '../../../infra/local/instance.ts'
import type { FunctionDefinition } from '../../../infra/local/stack.ts'

const code = mkdtempSync(join(tmpdir(), 'rapporteur-instance-'))
afterAll(() => rmSync(code, { recursive: true }))

it('fails what waits for code that does not load, and says so once', async () => {
  writeFileSync(join(code, 'index.mjs'), `throw new Error('broken on purpose')`)
  const said: string[] = []
  const instance = new Instance({
    definition: definition({ code, timeoutMs: 50 }),
    surroundings,
    log: (_, line) => said.push(line),
    onEnd: () => undefined,
  })
  expect(await instance.invoke('{}')).toMatchObject({ error: { errorMessage: 'broken on purpose' } })
  await delay(200) // past its time-out
  expect(said).toEqual([expect.stringContaining('broken on purpose')])
  expect(instance.busy).toBe(0)
  await instance.stop()
})

it('refuses at once what comes after the stop', async () => {
  writeFileSync(join(code, 'index.mjs'), 'export const handler = () => 1')
  const options = { definition: definition({ code, timeoutMs: 60_000 }), surroundings, shared: false }
  const one = new Lambda({ ...options, log: () => undefined })
  expect(await one.invoke('{}')).toEqual({ payload: '1' })
  await one.stop()
  expect(await one.invoke('{}')).toMatchObject({ error: { errorType: 'Stopped' } })
})

const surroundings = { region: 'local', accessKeyId: 'a', secretAccessKey: 'b', endpoint: 'http://127.0.0.1:1' }
const definition = (given: Pick<FunctionDefinition, 'code' | 'timeoutMs'>): FunctionDefinition => ({
  id: 'Consume',
  name: 'Fixture-Consume',
  arn: 'arn:aws:lambda:local:000000000000:function:Fixture-Consume',
  handler: 'index.handler',
  memoryMb: 128,
  variables: {},
  role: { name: 'Fixture-Role', arn: 'arn:aws:iam::000000000000:role/Fixture-Role', policies: [] },
  ...given,
})
