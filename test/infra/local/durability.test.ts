import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, expect, it } from 'vitest'
import { eventually, startFixture } from './fixtures/running.ts'
import { fixture, writeAssembly } from './fixtures/stack.ts'

const scratch = mkdtempSync(join(tmpdir(), 'rapporteur-durable-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
const assembly = writeAssembly(join(scratch, 'assembly'), fixture())

/** A local cloud in another process, and a client of its operator's. */
async function start(data: string) {
  const script = fileURLToPath(new URL('./fixtures/run.ts', import.meta.url))
  const child = spawn(process.execPath, [script, assembly, data], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const { gateway, operator, outputs, pid } = JSON.parse(line)
  const client = new DynamoDBClient({ endpoint: gateway, region: 'local', credentials: operator })
  const put = (table: string, pk: string, sk = '0') =>
    client.send(new PutItemCommand({ TableName: table, Item: { pk: { S: pk }, sk: { S: sk } } }))
  const heard = async () => {
    const { Count = 0 } = await client.send(
      new QueryCommand({
        TableName: outputs.Seen,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'record' } },
        ConsistentRead: true,
      }),
    )
    return Count
  }
  return { child, client, outputs, put, heard, pid: pid as number }
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

it('keeps what was acknowledged through a kill, and delivers what was not delivered', { timeout: 30_000 }, async () => {
  const data = join(scratch, 'killed')
  const first = await start(data)
  await first.put(first.outputs.Items, 'stuck')
  await first.put(first.outputs.Items, 'stuck', '1')
  await first.put(first.outputs.Items, 'free')
  await kill(first.child)
  expect(
    await eventually(
      async () => alive(first.pid),
      (is) => !is,
    ),
  ).toBe(false) // the engine does not outlive it

  const second = await start(data)
  const { Item } = await second.client.send(
    new GetItemCommand({ TableName: second.outputs.Items, Key: { pk: { S: 'stuck' }, sk: { S: '0' } } }),
  )
  expect(Item).toBeDefined()
  expect(second.outputs).toMatchObject({ Items: first.outputs.Items })
  await second.put(second.outputs.Seen, 'mended')
  expect(await eventually(second.heard, (count) => count >= 3)).toBeGreaterThanOrEqual(3)
  const stopped = once(second.child, 'exit')
  second.child.kill('SIGTERM')
  expect(await stopped).toEqual([0, null])

  const third = await start(data) // all was delivered: nothing comes again
  const before = await third.heard()
  await third.put(third.outputs.Items, 'another')
  expect(await eventually(third.heard, (count) => count > before)).toBe(before + 1)
  await kill(third.child)
})

it('takes one process to a data folder, for its owner’s eyes only', async () => {
  const data = join(scratch, 'shared')
  const running = await startFixture({ data })
  await expect(startFixture({ data })).rejects.toThrow(`Another local cloud is using ${data}`)
  expect(statSync(join(data, 'local.sqlite')).mode & 0o777).toBe(0o600)
  await running.stop()
  await (await startFixture({ data })).stop()
})

it('says in a line that a port is in use, and leaves nothing running', async () => {
  const running = await startFixture()
  const port = Number(new URL(running.cloud.url).port)
  await expect(startFixture({ port, data: join(scratch, 'port') })).rejects.toThrow(`Port ${port} is in use`)
  await running.stop()
  await (await startFixture({ data: join(scratch, 'port') })).stop()
})

it('takes up another assembly’s code, variables and policies, and says what it cannot take up', async () => {
  const running = await startFixture()
  const changed = fixture()
  const properties = (id: string) => (changed[id] as (typeof changed)[string]).Properties
  properties('ApiFunction').Environment = { Variables: { ITEMS: { Ref: 'Items' }, WORD: 'new' } }
  properties('ApiPolicy').PolicyDocument = { Version: '2012-10-17', Statement: [] }
  expect(running.cloud.reload(writeAssembly(join(scratch, 'changed'), changed))).toEqual([])
  expect(await (await running.fetch('/env')).json()).toMatchObject({ WORD: 'new' })
  const denied = await running.fetch('/put', { method: 'POST', body: '{"pk":"a","sk":"b"}' })
  expect(await denied.json()).toMatchObject({ error: 'AccessDeniedException' })
  properties('Items').StreamSpecification = { StreamViewType: 'KEYS_ONLY' }
  properties('Mapping').FilterCriteria = { Filters: [] }
  expect(running.cloud.reload(writeAssembly(join(scratch, 'rewired'), changed))).toEqual(['tables', 'mappings'])
  await running.stop()
})

function alive(pid: number): boolean {
  try {
    return /dynoxide/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
  } catch {
    return false
  }
}
