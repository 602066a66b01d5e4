import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually, type Local, startLocal } from '../support/local.ts'

let folder: string
let here: Local
let there: Local

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rapporteur-e2e-export-'))
  here = await startLocal('--data', join(folder, 'here'), '--private')
  there = await startLocal('--data', join(folder, 'there'), '--empty')
}, 180_000)
afterAll(async () => {
  await Promise.all([here?.stop(), there?.stop()])
  rmSync(folder, { recursive: true, force: true })
})

const run = (command: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`cli/${command}.ts`, ...args], { encoding: 'utf8' })
  return { status, said: stdout + stderr }
}
const get = async ({ key, request }: Local, path: string) =>
  (await request('GET', path, undefined, { authorization: `Bearer ${key}` })).body
const rootOf = async (local: Local) =>
  String(await get(local, '/checkpoint'))
    .split('\n')
    .slice(1, 3)

it('takes the record out of one deployment and puts it into another, under the same root', async () => {
  const mirror = join(folder, 'mirror')
  const settled = ({ head, checkpoint }: { head: number; checkpoint?: { size: number } }) => checkpoint?.size === head
  await eventually(() => get(here, '/healthz'), settled, 30_000)

  const exported = run('export', '--out', mirror, '--data', join(folder, 'here'))
  expect([exported.status, exported.said]).toEqual([0, expect.stringContaining('keep them as safe as the stack')])
  expect(run('verify/main', mirror)).toMatchObject({
    status: 0,
    said: expect.stringMatching(/^Verified: all \d+ entries/),
  })

  expect(run('restore', mirror, '--data', join(folder, 'here')).said).toContain('has events of its own')
  const restored = run('restore', mirror, '--data', join(folder, 'there'))
  expect([restored.status, restored.said]).toEqual([0, expect.stringContaining('All of them are in lists')])
  expect(await rootOf(there)).toEqual(await rootOf(here))
  for (const path of ['/statements', '/missions', '/actors', '/events']) {
    expect([path, await get(there, `${path}?limit=100`)]).toEqual([path, await get(here, `${path}?limit=100`)])
  }

  expect(run('audit', '--data', join(folder, 'there'))).toMatchObject({ status: 0 })
  const { status } = await there.request('PUT', '/actors/after-restore', { kind: 'person', name: 'Mira Kovan' })
  expect(status).toBe(201)
  await eventually(() => get(there, '/healthz'), settled, 30_000)
  expect(run('verify/main', there.url)).toMatchObject({ status: 0, said: expect.stringContaining('Verified') })
  const again = run('restore', mirror, '--data', join(folder, 'there'))
  expect([again.status, again.said]).toEqual([0, expect.stringContaining('All of them are in lists')])
  expect(there.said()).not.toMatch(/DENIED|Failing|stream parked/)
}, 240_000)
