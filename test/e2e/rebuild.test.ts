import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually, type Json, type Local, startLocal } from '../support/local.ts'

const data = mkdtempSync(join(tmpdir(), 'rapporteur-rebuild-'))
let local: Local

beforeAll(async () => {
  local = await startLocal('--data', data, '--memory')
}, 120_000)
afterAll(async () => {
  await local.stop()
  rmSync(data, { recursive: true })
})

/** `npm run rebuild` with what it has said so far, and its exit code once it has ended. */
function rebuild(...options: string[]) {
  const child: ChildProcess = spawn(process.execPath, ['cli/rebuild.ts', '--data', data, ...options])
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said += chunk
  })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return { said: () => said, ended, interrupt: () => child.kill('SIGINT') }
}

const health = async (): Promise<Json> => (await local.request('GET', '/healthz')).body
const items = async (path: string): Promise<Json[]> => (await local.request('GET', path)).body.items

it('rebuilds the rows of the samples while they are read and written, also after an interruption', async () => {
  const [statements, missions] = [await items('/statements?limit=100'), await items('/missions?limit=100')]
  expect(statements.length).toBeGreaterThan(10)
  expect(missions.length).toBeGreaterThan(0)

  const first = rebuild()
  await eventually(
    async () => first.said(),
    (said) => said.includes('Generation 2 is read'),
    60_000,
  )
  first.interrupt() // the old rows are still there
  expect(await first.ended).toBe(130)
  expect(first.said()).toContain('run it again to go on')

  const person = { kind: 'person', name: 'Mira Kovan' }
  expect((await local.request('PUT', '/actors/mira-kovan-again', person)).status).toBe(201)
  const second = rebuild()
  expect(await items('/statements?limit=100')).toEqual(statements)
  expect(await items('/missions?limit=100')).toEqual(missions)
  expect(await second.ended).toBe(0)
  expect(second.said()).toContain('Rebuilt: generation 2 alone is left')

  const { head } = await eventually(health, ({ project, head }) => project.position === head)
  expect(await health()).toMatchObject({ status: 'ok', project: { generation: 2, position: head } })
  expect(await items('/statements?limit=100')).toEqual(statements)

  const unneeded = rebuild('--if-needed')
  expect(await unneeded.ended).toBe(0)
  expect(unneeded.said()).toContain('Nothing to rebuild')
  expect(local.said()).not.toMatch(/DENIED|Failing/)
}, 180_000)

it('says what stands in the way', async () => {
  const nowhere = rebuild('--stack', 'Rapporteur-nowhere')
  expect(await nowhere.ended).toBe(1)
  expect(nowhere.said()).toBe('Give --data or --stack, not both.\n')
})
