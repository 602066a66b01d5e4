import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { withEngine } from '../../support/with-engine.ts'
import { recordAll, type World, world } from './world.ts'

const engine = withEngine()
let folder: string
let made: World
let events: number

const local = (endpoint: string, outputs: object) => ({
  url: 'http://127.0.0.1:1',
  gateway: endpoint,
  region: 'local',
  credentials: { operator: { accessKeyId: 'test', secretAccessKey: 'test' } },
  outputs,
})
const write = (content: object) => writeFileSync(join(folder, 'local.json'), JSON.stringify(content))

beforeAll(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => undefined)
  made = await world(engine.client())
  events = await recordAll(made, 6)
  folder = mkdtempSync(join(tmpdir(), 'rapporteur-audit-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const outputs = () => ({ EventsTable: made.tables.events, LogTable: made.tables.log, ViewsTable: made.tables.views })

/** As a person starts it. */
async function run(...args: string[]) {
  const child = spawn(process.execPath, ['cli/audit.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const [status] = (await once(child, 'close')) as [number]
  return { status, stdout, stderr }
}

it('says in a sentence that all is so, and its figures in one line of JSON', async () => {
  write(local(engine.endpoint, outputs()))
  const { status, stdout, stderr } = await run('--data', folder)
  expect(stderr).toMatch(
    /^All \d+ events of the log are as they were appended, and all \d+ rows are what they give\.\n$/,
  )
  expect(status).toBe(0)
  expect(stdout.split('\n')).toHaveLength(2)
  expect(JSON.parse(stdout)).toMatchObject({ events, entries: events, signed: events, unsealed: 0, findings: {} })
})

it('says nothing but the figures where that is asked for', async () => {
  write(local(engine.endpoint, outputs()))
  const { status, stdout, stderr } = await run('--data', folder, '--json')
  expect([status, stderr]).toEqual([0, ''])
  expect(Object.keys(JSON.parse(stdout))).toEqual(
    'events,commits,streams,unsealed,entries,signed,tiles,rows,states,readUnits,seconds,findings'.split(','),
  )
})

it('ends with 2 where it could not be made: nobody answers, a table is not there, an option is unknown', async () => {
  write(local('http://127.0.0.1:1', outputs()))
  expect(await run('--data', folder)).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(/npm run dev/),
  })
  write(local(engine.endpoint, { ...outputs(), ViewsTable: 'none' }))
  expect(await run('--data', folder)).toMatchObject({ status: 2, stderr: expect.stringMatching(/could not be read/) })
  write(local(engine.endpoint, {}))
  expect(await run('--data', folder)).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/no output EventsTable/),
  })
  expect(await run('--all')).toMatchObject({ status: 2, stderr: expect.stringMatching(/dynamodb:Scan/) })
})

it('names what is wrong, and ends with 1', async () => {
  write(local(engine.endpoint, outputs()))
  const Item = { pk: { S: 'notes' }, sk: { S: '0' } }
  await engine.client().send(new PutItemCommand({ TableName: made.tables.log, Item }))
  const { status, stdout, stderr } = await run('--data', folder)
  expect(status).toBe(1)
  expect(stderr).toContain('stray: notes: nobody keeps such an item in the log\n1 items that nobody has written\n')
  expect(JSON.parse(stdout)).toMatchObject({ findings: { stray: 1 } })
})
