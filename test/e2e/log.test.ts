import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DynamoDBClient, ListTablesCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Engine } from '../../infra/local/engine.ts'
import { clientOf } from '../support/engine.ts'
import { importLines } from '../support/import-lines.ts'
import { eventually, type Local, startLocal } from '../support/local.ts'
import {
  checkTiles,
  dataHash,
  entriesOf,
  headOf,
  keysOf,
  readNote,
  rootByInclusion,
  rootOfEntries,
  type SignedHead,
} from '../support/outside.ts'

const folder = mkdtempSync(join(tmpdir(), 'rapporteur-e2e-log-'))
const data = join(folder, 'data')
let local: Local

beforeAll(async () => {
  local = await startLocal('--data', data, '--withholding')
  const told = [...importLines(250)].map((line) => `${JSON.stringify(line)}\n`).join('')
  const answer = await fetch(`${local.url}/imports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${local.key}`, 'content-type': 'application/x-ndjson' },
    body: told,
  })
  const lines = (await answer.text()).trimEnd().split('\n')
  expect(lines.filter((line) => JSON.parse(line).status !== 201)).toEqual([])
  await signed()
}, 180_000)
afterAll(async () => {
  await local.stop()
  rmSync(folder, { recursive: true })
})

/** Once all that is sealed is signed. */
const signed = () =>
  eventually(
    async () => (await local.request('GET', '/healthz')).body,
    ({ head, checkpoint, project }) => checkpoint?.size === head && project.position === head,
    30_000,
  )

/** The program, as a reader has it. */
function verify(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['cli/rapporteur-verify.mjs', ...args], {
    encoding: 'utf8',
  })
  return { status, said: stdout + stderr }
}

/** Reads the log from outside: its head, and entries that make its root and its tiles, each stream's versions in order. */
async function readFromOutside(vkeys: readonly string[]): Promise<{ head: SignedHead; entries: Buffer[] }> {
  const head = await headOf(local.url, vkeys)
  const entries = await entriesOf(local.url, head.size)
  expect(entries).toHaveLength(head.size)
  expect(rootOfEntries(entries)).toBe(head.root)
  await checkTiles(local.url, entries)
  const versions = new Map<string, number>()
  for (const entry of entries) {
    const { id, subject } = JSON.parse(entry.toString('utf8'))
    versions.set(subject, (versions.get(subject) ?? 0) + 1)
    expect(id).toBe(`${subject}/${versions.get(subject)}`)
  }
  return { head, entries }
}

let vkeys: readonly string[]
let first: SignedHead

it('is read from outside, by the specifications alone: entries, tiles, root and signature agree', async () => {
  vkeys = await keysOf(local.url)
  const { head, entries } = await readFromOutside(vkeys)
  expect(head.size).toBeGreaterThan(300) // more than a tile
  expect(head.origin).toMatch(/^rapporteur-[0-9a-f-]{36}$/)
  expect(entries.filter((entry) => entry.includes('"data"'))).toEqual([])
  first = head
  const state = join(folder, 'state')
  expect(verify(local.url, '--state', state)).toMatchObject({ status: 0, said: expect.stringContaining('Verified') })
  expect(readFileSync(state, 'utf8')).toContain(head.root)
}, 60_000)

it('gives a statement a proof that needs nothing else, corrections included', async () => {
  const [statement] = (await local.request('GET', '/statements?topic=harbours&limit=1')).body.items
  const path = `/statements/${statement.statementId}`
  const correction = { reason: 'a slip of the pen', replaces: { topics: ['harbours', 'ferries'] } }
  expect((await local.request('POST', `${path}/corrections`, correction)).status).toBe(201)
  await signed()
  const { body: proof } = await local.request('GET', `${path}/proof`)
  const head = readNote(proof.checkpoint, vkeys)
  expect(proof.events.length).toBeGreaterThan(1)
  expect(proof.events.at(-1).event.type).toBe('rapporteur.StatementCorrected.v1')
  for (const { position, entry, event, proof: text } of proof.events) {
    const [format, index, ...rest] = String(text).split('\n')
    const hashes = rest.slice(0, rest.indexOf(''))
    expect([format, index]).toEqual(['c2sp.org/tlog-proof@v1', `index ${position}`])
    expect(rootByInclusion(Buffer.from(entry), position, head.size, hashes)).toBe(head.root)
    expect(JSON.parse(entry)).toMatchObject({ id: event.id, datahash: event.datahash })
  }
  const file = join(folder, 'proof.json')
  writeFileSync(file, JSON.stringify(proof))
  const [vkey = ''] = vkeys
  expect(verify('--proof', file, '--key', vkey)).toMatchObject({ status: 0 })
  writeFileSync(file, JSON.stringify(proof).replace('a slip of the pen', 'a slip of the hand'))
  expect(verify('--proof', file, '--key', vkey)).toMatchObject({ status: 1 })
}, 60_000)

it('goes on from what a reader has kept, through writes and a withholding', async () => {
  const person = { kind: 'person', name: 'Ada Lind, who wishes to be forgotten' }
  const { body: told } = await local.request('PUT', '/actors/p-7', person, { prefer: 'wait=5' })
  await signed()
  const withheld = spawnSync(
    process.execPath,
    ['cli/withhold.ts', 'actor-p-7/1', '--ground', 'Erasure, by her own wish', '--data', data, '--yes', 'actor-p-7/1'],
    { encoding: 'utf8' },
  )
  expect([withheld.status, withheld.stdout + withheld.stderr]).toEqual([0, expect.any(String)])
  await signed()

  const { head, entries } = await readFromOutside(vkeys)
  expect(head.size).toBeGreaterThan(first.size)
  expect(rootOfEntries(entries.slice(0, first.size))).toBe(first.root)
  const { events } = (await local.request('GET', `/events?after=${told.position - 1}&limit=100`)).body
  const [gone] = events
  const by = events.find(({ position }: { position: number }) => position === gone.withheld)
  expect([gone.data, gone.datasalt, gone.id]).toEqual([undefined, undefined, 'actor-p-7/1'])
  expect(by).toMatchObject({ subject: 'actor-p-7', type: 'rapporteur.PayloadWithheld.v1', data: { version: 1 } })
  expect(dataHash(by.datasalt, '{"ground":"Erasure, by her own wish","version":1}')).toBe(by.datahash)
  expect(JSON.stringify([events, (await local.request('GET', '/actors/p-7')).body])).not.toContain('Ada')
  const state = join(folder, 'state')
  expect(verify(local.url, '--state', state)).toMatchObject({ status: 0, said: expect.stringContaining('Verified') })
}, 60_000)

it('names the position where a byte of a stored entry is another one, in a full tile and in the unfinished one', async () => {
  const { head } = await readFromOutside(vkeys)
  const positions = [17, head.size - 2]
  expect(await local.stop()).toBe(0)
  await withTables(async (client, log) => {
    for (const position of positions) await flip(client, log, position)
  })
  local = await startLocal('--data', data, '--withholding')
  const found = verify(local.url)
  expect(found.status).toBe(1)
  for (const position of positions) expect(found.said).toMatch(new RegExp(`\\b${position}\\b`))
}, 120_000)

/** The tables as they lie there, with nothing of the product running. */
async function withTables(act: (client: DynamoDBClient, log: string) => Promise<void>): Promise<void> {
  const engine = await Engine.start({ file: join(data, 'tables.sqlite') })
  const client = clientOf(engine.endpoint)
  const { TableNames = [] } = await client.send(new ListTablesCommand({}))
  await act(client, TableNames.find((name) => name.includes('LogTable')) ?? '')
  client.destroy()
  await engine.stop()
}

/** Changes a byte in the entry at a position: within the key's name, so that it is still JSON. */
async function flip(client: DynamoDBClient, log: string, position: number): Promise<void> {
  const { Items: chunks = [] } = await client.send(
    new QueryCommand({
      TableName: log,
      KeyConditionExpression: 'pk = :pk and sk <= :sk',
      ExpressionAttributeValues: {
        ':pk': { S: `entries#${Math.floor(position / 256)}` },
        ':sk': { S: String(position).padStart(16, '0') },
      },
      ScanIndexForward: false,
      Limit: 1,
    }),
  )
  const [chunk] = chunks
  const bundle = Buffer.from(chunk?.entries?.B ?? [])
  let at = 0
  for (let left = position - Number(chunk?.sk?.S); left > 0; left--) at += 2 + bundle.readUInt16BE(at)
  const byte = bundle.indexOf('"recordedby":"local', at) + '"recordedby":"'.length
  bundle[byte] = (bundle[byte] ?? 0) ^ 1
  await client.send(
    new UpdateItemCommand({
      TableName: log,
      Key: { pk: chunk?.pk ?? { S: '' }, sk: chunk?.sk ?? { S: '' } },
      UpdateExpression: 'SET entries = :entries',
      ExpressionAttributeValues: { ':entries': { B: bundle } },
    }),
  )
}
