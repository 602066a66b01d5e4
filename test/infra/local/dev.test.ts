import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { synthesize } from '../../../infra/assembly.ts'

const scratch = mkdtempSync(join(tmpdir(), 'rapporteur-dev-'))
const running = new Set<ChildProcess>()
beforeAll(() => synthesize(), 180_000)
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(scratch, { recursive: true, force: true })
})

function run(command: string, ...args: string[]) {
  const child = spawn(process.execPath, [`cli/${command}.ts`, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  const [lines, complaints]: [string[], string[]] = [[], []]
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line))
  const exit = once(child, 'close').then(([code]) => {
    running.delete(child)
    return code as number | null
  })
  return { child, lines, complaints, exit }
}

async function start(...args: string[]) {
  const dev = run('dev', '--port', '0', '--empty', ...args)
  await Promise.race([expect.poll(() => dev.lines.length, { timeout: 60_000 }).toBe(2), dev.exit])
  const [listening = '', key = ''] = dev.lines
  expect(listening).toMatch(/^Rapporteur is listening on http:\/\/127\.0\.0\.1:\d+$/)
  expect(key).toMatch(/^API key: rk_\S+$/)
  return { ...dev, url: listening.split(' ').at(-1) as string, key: key.split(' ').at(-1) as string }
}

describe('npm run dev', () => {
  it('prints the same key after a kill and a restart, and ends with 0 when asked to', {
    timeout: 120_000,
  }, async () => {
    const data = join(scratch, 'kept')
    const first = await start('--data', data)
    const file = join(data, 'local.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const local = JSON.parse(readFileSync(file, 'utf8'))
    expect(local).toMatchObject({
      url: first.url,
      apiKey: first.key,
      stackName: 'Rapporteur-sandbox',
      outputs: {
        ApiUrl: `${first.url}/`,
        EventBusName: expect.any(String),
        AccessTable: expect.any(String),
        ProjectFunction: expect.any(String),
      },
      source: expect.stringMatching(/^urn:rapporteur:[0-9a-f-]{36}$/),
    })

    const rival = run('dev', '--port', '0', '--data', data)
    expect(await rival.exit).toBe(1)
    expect(rival.complaints).toEqual([
      `Another local cloud is using ${data}: stop it, or give this one a folder of its own`,
    ])

    first.child.kill('SIGKILL')
    await first.exit
    const second = await start('--data', data)
    expect(second.key).toBe(first.key)
    expect(JSON.parse(readFileSync(file, 'utf8')).source).toBe(local.source)
    second.child.kill('SIGTERM')
    expect(await second.exit).toBe(0)
  })

  it('shows to npm run tail what is recorded, also in memory and while calls fail', { timeout: 120_000 }, async () => {
    const data = join(scratch, 'memory')
    const dev = await start('--data', data, '--memory', '--faults', '11')
    expect(dev.complaints.join('\n')).toContain('--faults 11')
    const tail = run('tail', '--data', data, '--json', '--pattern', '{"detail-type":["ActorRegistered"]}')
    await expect.poll(() => tail.complaints.join('\n'), { timeout: 20_000 }).toContain('Listening')
    const answer = await fetch(`${dev.url}/actors/mira-kovan`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${dev.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'person', name: 'Mira Kovan' }),
    })
    expect(answer.status).toBe(201)
    await expect.poll(() => tail.lines.length, { timeout: 20_000 }).toBeGreaterThan(0)
    expect(JSON.parse(tail.lines[0] ?? '')).toMatchObject({
      source: 'rapporteur',
      detail: { subject: 'actor-mira-kovan', recordedby: 'local-desk', data: { name: 'Mira Kovan' } },
    })
    for (const { child, exit } of [tail, dev]) {
      child.kill('SIGINT')
      expect(await exit).toBe(0)
    }
  })

  it('asks readers for a key too where it is told to be private', { timeout: 240_000 }, async () => {
    await synthesize({ private: true })
    const dev = await start('--data', join(scratch, 'private'), '--memory', '--private')
    const read = (path: string, headers = {}) => fetch(dev.url + path, { headers })
    const refused = await read('/statements')
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, null])
    const answered = await read('/statements', { authorization: `Bearer ${dev.key}`, origin: 'https://example.org' })
    expect([answered.status, answered.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
    expect(answered.headers.get('access-control-allow-origin')).toBeNull()
    dev.child.kill('SIGTERM')
    expect(await dev.exit).toBe(0)
  })

  it('says in few words what it does not understand', { timeout: 30_000 }, async () => {
    const strange = run('dev', '--prot', '1')
    expect(await strange.exit).toBe(2)
    expect(strange.complaints.at(-1)).toMatch(/^Usage: npm run dev/)
    const noPort = run('dev', '--port', 'abc')
    expect(await noPort.exit).toBe(2)
    expect(noPort.complaints[0]).toBe('--port abc is no port')
    const nobody = run('tail', '--data', join(scratch, 'nothing'))
    expect(await nobody.exit).toBe(1)
    expect(nobody.complaints).toHaveLength(1)
  })
})
