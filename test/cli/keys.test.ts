import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Access } from '#functions/access/access.ts'
import { hashOf } from '#functions/access/key.ts'
import { createTables, type Tables } from '../support/engine.ts'
import { withEngine } from '../support/with-engine.ts'

const engine = withEngine()
let folder: string
let access: Access
let tables: Tables

beforeAll(async () => {
  const client = engine.client()
  tables = await createTables(client)
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

it.each([[[]], [['destroy']], [['list', 'all']], [['list', '--name', 'Desk']], [['revoke']]])(
  'knows three commands, and %j is none of them',
  (args) => {
    const { status, stderr } = keys(...args)
    expect([status, stderr]).toEqual([1, expect.stringContaining('npm run keys -- create')])
  },
)

describe('the keys there are', () => {
  const list = () => keys('list', '--data', folder)
  const made = (name: string) => {
    const key = create('--name', name, '--scope', 'record,revise').stdout.trim()
    return { key, id: key.split('_')[1] ?? '' }
  }

  it('are listed with what they may do, and never with a secret or its hash', () => {
    const { key, id } = made('Night desk')
    const { status, stdout, stderr } = list()
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout.split('\n')[0]).toMatch(/^id +name +slug +scopes +created +revoked$/)
    const row = stdout.split('\n').find((line) => line.startsWith(id))
    expect(row).toMatch(/^[a-z2-7]{16} {2}Night desk +night-desk +record,revise +\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    expect(stdout).not.toContain(key.slice(`rk_${id}_`.length))
    expect(stdout).not.toContain(hashOf(key))
  })

  it('open nothing once they are revoked, within a minute; revoking again changes nothing', async () => {
    let now = Date.now()
    const later = new Access({ client: engine.client(), table: tables.access, now: () => now })
    const { key, id } = made('Former desk')
    expect(await later.find(key)).toBeDefined()

    const first = keys('revoke', id, '--data', folder)
    expect([first.status, first.stdout, first.stderr]).toEqual([
      0,
      expect.stringContaining('"Former desk" is revoked'),
      '',
    ])
    now += 59_999
    expect(await later.find(key)).toBeUndefined()
    const listed = list().stdout
    expect(listed).toMatch(new RegExp(`^${id} .*Z {2}\\d{4}-.*Z$`, 'm'))

    const again = keys('revoke', id, '--data', folder)
    expect([again.status, again.stdout]).toEqual([0, expect.stringContaining('was revoked already, at 2')])
    expect(list().stdout).toBe(listed)
  })

  it.each([
    ['aaaaaaaaaaaaaaaa', 'There is no key aaaaaaaaaaaaaaaa'],
    ['rk_aaaaaaaaaaaaaaaa_secret', 'the part between the underscores'],
  ])('are revoked by their ids, which %s is not', (id, why) => {
    const { status, stdout, stderr } = keys('revoke', id, '--data', folder)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain(why)
  })
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
