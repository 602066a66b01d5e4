import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Json, type Local, startLocal } from '../support/local.ts'

const data = mkdtempSync(join(tmpdir(), 'rapporteur-withhold-'))
const secret = 'Die Nachtwächterin vom Nordkai'
const bulletin = 'document-harbour-letter'
let local: Local

beforeAll(async () => {
  local = await startLocal('--data', data, '--empty', '--withholding')
  const letter = { kind: 'letter', title: `A letter of ${secret}` }
  expect((await local.request('PUT', '/documents/harbour-letter', letter)).status).toBe(201)
  const named = { kind: 'letter', title: 'A letter', author: secret }
  const revised = await local.request('PUT', '/documents/harbour-letter', named, { 'if-match': '"1"' })
  expect(revised.status).toBe(201)
}, 120_000)
afterAll(async () => {
  await local.stop()
  rmSync(data, { recursive: true })
})

/** `npm run withhold`, as a script runs it. */
async function withhold(...args: string[]): Promise<{ code: number; said: string; out: string }> {
  return run('cli/withhold.ts', ...args, '--data', data)
}

async function run(...args: string[]): Promise<{ code: number; said: string; out: string }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let [said, out] = ['', '']
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  const [code] = (await once(child, 'close')) as [number]
  return { code, said, out }
}

/** Every byte that the tables hold, whatever they are called. */
async function stored(): Promise<string> {
  const { gateway, region, credentials, outputs } = JSON.parse(readFileSync(join(data, 'local.json'), 'utf8'))
  const client = new DynamoDBClient({ endpoint: gateway, region, credentials: credentials.operator })
  const tables = Object.entries(outputs as Record<string, string>).filter(([name]) =>
    /^(Events|Log|Views)Table$/.test(name),
  )
  expect(tables).toHaveLength(3)
  let all = ''
  for (const [, table] of tables) {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }))
    all += JSON.stringify(Items)
  }
  client.destroy()
  return all
}

const event = async (version: number): Promise<Json> => {
  const { body } = await local.request('GET', '/events?limit=100')
  return body.events.find(({ id }: { id: string }) => id === `${bulletin}/${version}`)
}

it('asks to be told twice, and does nothing else', async () => {
  const nobody = await withhold(`${bulletin}/1`, '--ground', 'by order')
  expect([nobody.code, nobody.out]).toEqual([1, ''])
  expect(nobody.said).toContain(`--yes ${bulletin}/1`)
  expect(nobody.said).toContain(`${bulletin}/1 is DocumentRecorded, recorded at`)
  const other = await withhold(`${bulletin}/1`, '--ground', 'by order', '--yes', `${bulletin}/2`)
  expect([other.code, other.said.includes('Nothing is withheld')]).toEqual([1, true])
  const nothing = await withhold(`${bulletin}/9`, '--ground', 'by order', '--yes', `${bulletin}/9`)
  expect([nothing.code, nothing.said.includes('There is no event')]).toEqual([1, true])
  expect((await withhold(`${bulletin}/1`)).said).toContain('npm run withhold -- <event id>')
  expect((await event(1)).data.title).toContain(secret)
})

it('withholds it, has it removed once that is signed, and says what is left', async () => {
  for (const version of [1, 2]) {
    const id = `${bulletin}/${version}`
    const told = await withhold(id, '--ground', 'Names a private person', '--authority', 'Data office', '--yes', id)
    expect([told.code, told.said]).toEqual([0, expect.stringContaining('is withheld by')])
    expect(told.said).toContain('35 days')
    expect(JSON.parse(told.out)).toMatchObject({ eventId: id, by: `${bulletin}/${version + 2}`, removed: true })
  }
  const { body } = await local.request('GET', '/documents/harbour-letter')
  expect(body).toMatchObject({ status: 'withheld', version: 4 })
  expect(JSON.stringify(body.withheld)).toContain('Names a private person')
  expect(await event(1)).toMatchObject({ withheld: (await event(3)).position })
  expect(await event(1)).not.toHaveProperty('data')
  expect(JSON.stringify((await local.request('GET', '/documents/harbour-letter/history')).body)).not.toContain(secret)
  expect(await stored()).not.toContain(secret)
  expect(local.said()).not.toMatch(/DENIED|a recorded event was changed/)

  const again = await withhold(
    `${bulletin}/1`,
    '--ground',
    'Names a private person',
    '--authority',
    'Data office',
    '--yes',
    `${bulletin}/1`,
  )
  expect([again.code, JSON.parse(again.out).removed]).toEqual([0, true])

  // Who trusts nobody finds the log whole, and so does who reads the tables.
  const verified = await run('cli/verify/main.ts', local.url)
  expect([verified.code, verified.said], verified.out).toEqual([0, expect.anything()])
  const audited = await run('cli/audit.ts', '--data', data)
  expect(audited.code, audited.said + audited.out).toBe(0)
}, 60_000)
