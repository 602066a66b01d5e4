import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import packageJson from '../../../package.json' with { type: 'json' }
import { eventually, type Local, startLocal } from '../../support/local.ts'

// One log, and the tests in the order in which it grows.
const folder = mkdtempSync(join(tmpdir(), 'rapporteur-verify-'))
const state = join(folder, 'kept')
let local: Local

beforeAll(async () => {
  local = await startLocal('--memory', '--empty')
})
afterAll(async () => {
  await local?.stop()
  rmSync(folder, { recursive: true })
})

async function run(...args: string[]): Promise<{ status: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [packageJson.bin['rapporteur-verify'], ...args])
  const [out, err]: [string[], string[]] = [[], []]
  child.stdout.setEncoding('utf8').on('data', (text) => out.push(text))
  child.stderr.setEncoding('utf8').on('data', (text) => err.push(text))
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { status, out: out.join(''), err: err.join('') }
}

/** Records actors until there are so many, and waits until all of them are signed. */
async function recordActors(from: number, to: number): Promise<void> {
  for (let n = from; n < to; n++) {
    const { status } = await local.request('PUT', `/actors/desk-${n}`, {
      kind: 'organization',
      name: `Ostmark desk ${n}`,
    })
    expect(status).toBe(201)
  }
  await eventually(
    async () => String((await local.request('GET', '/checkpoint')).body).split('\n')[1],
    (size) => size === String(to),
    30_000,
  )
}

it('says of a stack without a log that there is nothing to check', async () => {
  const { status, err } = await run(local.url)
  expect(status).toBe(2)
  expect(err).toContain('no log has begun there')
})

it('verifies a log, and what is new in it', async () => {
  await recordActors(0, 20)
  const first = await run(local.url, '--state', state)
  expect(first).toMatchObject({ status: 0, err: '' })
  expect(first.out).toMatch(
    /^Verified: all 20 entries of rapporteur-\S+, signed by rapporteur-\S+\. Its key was taken from the log/,
  )
  await recordActors(20, 30)
  const next = await run(local.url, '--state', state)
  expect(next).toMatchObject({ status: 0, err: '' })
  expect(next.out).toMatch(/^Verified: 10 new entries of rapporteur-\S+ after the 20 entries that were verified before/)
  expect(readFileSync(state, 'utf8').split('\n')[1]).toBe('30')
})

it('verifies an entry by the proof that the log answers, offline', async () => {
  const { body: proof } = await local.request('GET', '/proofs/inclusion?position=7', undefined, {
    accept: 'text/plain',
  })
  const bundle = Buffer.from(await (await fetch(`${local.url}/tile/entries/000.p/30`)).arrayBuffer())
  let at = 0
  for (let n = 0; n < 7; n++) at += 2 + bundle.readUInt16BE(at)
  const entry = bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at))
  writeFileSync(join(folder, 'entry'), entry)
  writeFileSync(join(folder, 'proof'), proof)
  const asked = ['--proof', join(folder, 'proof'), '--entry', join(folder, 'entry'), '--state', state]
  expect(await run(...asked)).toMatchObject({
    status: 0,
    out: expect.stringContaining(`1 event of ${JSON.parse(entry.toString()).subject} (version 1)`),
  })
})
