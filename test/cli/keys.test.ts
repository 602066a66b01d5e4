import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Access } from '#functions/access/access.ts'
import { createTables, type Engine, startEngine } from '../support/engine.ts'

let engine: Engine
let folder: string
let access: Access

beforeAll(async () => {
  engine = await startEngine()
  const client = engine.client()
  const tables = await createTables(client)
  access = new Access({ client, table: tables.access })
  folder = mkdtempSync(join(tmpdir(), 'rapporteur-keys-'))
  const local = {
    url: 'http://127.0.0.1:1',
    gateway: engine.endpoint,
    region: 'local',
    credentials: { operator: { accessKeyId: 'test', secretAccessKey: 'test' } },
    outputs: { AccessTable: tables.access },
  }
  writeFileSync(join(folder, 'local.json'), JSON.stringify(local))
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await engine.stop()
})

function keys(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['cli/keys.ts', ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}
const create = (...args: string[]) => keys('create', '--data', folder, ...args)

it('makes a key that opens the API, and prints it alone on standard output', async () => {
  const { status, stdout, stderr } = create('--name', ' City desk ', '--scope', 'record,revise', '--scope', 'record')
  expect([status, stderr]).toEqual([0, expect.stringContaining('City desk')])
  expect(stdout).toMatch(/^rk_[a-z2-7]{16}_[A-Za-z0-9_-]{43}\n$/)
  expect(stderr).not.toContain(stdout.trim())
  expect(await access.find(stdout.trim())).toMatchObject({
    name: 'City desk',
    slug: 'city-desk',
    scopes: ['record', 'revise'],
  })
})

it.each([
  [['--scope', 'record'], '--name'],
  [['--name', '', '--scope', 'record'], '--name'],
  [['--name', '…', '--scope', 'record'], 'slug'],
  [['--name', 'Desk'], '--scope'],
  [['--name', 'Desk', '--scope', ''], 'No such scope: ""'],
  [['--name', 'Desk', '--scope', 'record,write,toString'], 'No such scope: "write", "toString"'],
  [['--nam', 'Desk', '--scope', 'record'], "Unknown option '--nam'"],
  [['twice', '--name', 'Desk', '--scope', 'record'], 'npm run keys -- create'],
  [['--name', 'Desk', '--scope', 'record', '--stack', 'Rapporteur-sandbox'], 'not both'],
])('refuses %j in a line that says why', (args, why) => {
  const { status, stdout, stderr } = create(...args)
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr).toContain(why)
  expect(stderr).not.toMatch(/^ +at /m)
})

it('knows one command', () => {
  for (const args of [[], ['destroy', '--name', 'Desk', '--scope', 'record']]) {
    const { status, stderr } = keys(...args)
    expect([status, stderr]).toEqual([1, expect.stringContaining('npm run keys -- create')])
  }
})

it('says in a line that a local deployment is not running', () => {
  const stopped = mkdtempSync(join(folder, 'stopped-'))
  const local = JSON.parse(readFileSync(join(folder, 'local.json'), 'utf8'))
  writeFileSync(join(stopped, 'local.json'), JSON.stringify({ ...local, gateway: 'http://127.0.0.1:1' }))
  const { status, stdout, stderr } = keys('create', '--name', 'Desk', '--scope', 'record', '--data', stopped)
  expect([status, stdout, stderr]).toEqual([1, '', expect.stringContaining('must be running: npm run dev')])
  expect(stderr).not.toMatch(/^ +at /m)
})

it('says in a line that its table refuses the key', () => {
  const elsewhere = mkdtempSync(join(folder, 'elsewhere-'))
  const local = JSON.parse(readFileSync(join(folder, 'local.json'), 'utf8'))
  writeFileSync(join(elsewhere, 'local.json'), JSON.stringify({ ...local, outputs: { AccessTable: 'no-such-table' } }))
  const { status, stdout, stderr } = keys('create', '--name', 'Desk', '--scope', 'record', '--data', elsewhere)
  expect([status, stdout, stderr]).toEqual([1, '', expect.stringContaining('The key is not kept')])
  expect(stderr).not.toMatch(/^ +at /m)
})

it('says what to set where a stack cannot be read', () => {
  const none = { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' }
  const args = ['cli/keys.ts', 'create', '--name', 'Desk', '--scope', 'record', '--stack', 'Rapporteur-sandbox']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: none })
  expect([status, stdout, stderr]).toEqual([1, '', expect.stringContaining('AWS_REGION')])
  expect(stderr).not.toMatch(/^ +at /m)
})

it('says how to start a local deployment where there is none', () => {
  const { status, stderr } = keys('create', '--name', 'Desk', '--scope', 'record', '--data', join(folder, 'nowhere'))
  expect([status, stderr]).toEqual([1, expect.stringContaining('npm run dev')])
})

it.each(['{}', 'null', '{'])('says in a line that a local.json of %s is none', (text) => {
  const broken = mkdtempSync(join(folder, 'broken-'))
  writeFileSync(join(broken, 'local.json'), text)
  const { status, stdout, stderr } = keys('create', '--name', 'Desk', '--scope', 'record', '--data', broken)
  expect([status, stdout, stderr]).toEqual([1, '', expect.stringContaining('is not what "npm run dev" writes')])
  expect(stderr).not.toMatch(/^ +at /m)
})
