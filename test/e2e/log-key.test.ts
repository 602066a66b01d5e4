import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually, type Local, startLocal } from '../support/local.ts'
import { headOf, keysOf } from '../support/outside.ts'
import { startWitness } from '../support/witness.ts'

const folder = mkdtempSync(join(tmpdir(), 'rapporteur-e2e-key-'))
const data = join(folder, 'data')
let witness: Awaited<ReturnType<typeof startWitness>>
let local: Local

beforeAll(async () => {
  witness = await startWitness({
    name: 'witness.harbour-watch.example',
    seed: new Uint8Array(32).fill(7),
    vkeys: async () => keysOf(local.url),
  })
  local = await startLocal('--data', data, '--empty', '--witnesses', `${witness.vkey} ${witness.url}`)
}, 120_000)
afterAll(async () => {
  await local.stop()
  await witness.close()
  rmSync(folder, { recursive: true })
})

/** Not waited for in this thread: the witness answers from it. */
async function run(program: string, ...args: string[]) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [said, cried, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { status, said: said + cried }
}
const logKey = (...args: string[]) => run('cli/log-key.ts', ...args, '--data', data)
const health = async () => (await local.request('GET', '/healthz')).body
const record = async (actorId: string) => {
  const { status } = await local.request('PUT', `/actors/${actorId}`, { kind: 'person', name: 'Mira Kovan' })
  expect(status).toBe(201)
  return eventually(
    health,
    ({ head, checkpoint, witnesses }) => checkpoint?.size === head && witnesses?.[0]?.size === head,
    20_000,
  )
}

it('is cosigned by the witness that the stage names, and a reader may ask for that', async () => {
  const { head, witnesses } = await record('mira-kovan')
  expect(witnesses).toEqual([{ name: 'witness.harbour-watch.example', size: head, behind: 0 }])
  const { note } = await headOf(local.url, await keysOf(local.url))
  expect(note).toContain('— witness.harbour-watch.example ')
  const witnessed = await run('cli/rapporteur-verify.mjs', local.url, '--witness', witness.vkey)
  expect(witnessed).toMatchObject({ status: 0, said: expect.stringContaining('1 witness has seen it, by 2031-02-04T') })

  const kept = await run('cli/rapporteur-verify.mjs', local.url, '--state', join(folder, 'state'))
  expect(kept.status).toBe(0)
}, 60_000)

it('has another key beside the first one, vouched for by the log itself, and the first one retired', async () => {
  const [first = ''] = await keysOf(local.url)
  const rotated = await logKey('rotate')
  expect([rotated.status, rotated.said.trimEnd().split('\n')]).toEqual([0, [expect.any(String), expect.any(String)]])
  const [second = '', ...others] = await keysOf(local.url)
  expect([others, second === first]).toEqual([[first], false])
  await record('ada-lind')
  await headOf(local.url, [first, second]) // throws where one of them has not signed

  const soon = await logKey('retire', first.split('+')[1] ?? '')
  expect([soon.status, soon.said]).toEqual([1, expect.stringContaining('90 more days')])
  expect((await logKey('retire', second.split('+')[1] ?? '', '--now')).status).toBe(1) // it is the newest
  // A reader comes by while both sign, and is then told nothing new.
  const state = join(folder, 'state')
  expect((await run('cli/rapporteur-verify.mjs', local.url, '--state', state)).status).toBe(0)
  expect((await logKey('retire', first.split('+')[1] ?? '', '--now')).status).toBe(0)
  expect(await keysOf(local.url)).toEqual([second])
  await record('lev-oster')
  await expect(headOf(local.url, [first])).rejects.toThrow('is not signed by')
  const after = await run('cli/rapporteur-verify.mjs', local.url, '--state', state)
  expect([after.status, after.said]).toEqual([0, expect.stringContaining('Verified')])
  expect(local.said()).not.toMatch(/DENIED|Failing/)
}, 120_000)
