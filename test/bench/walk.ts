/**
 * What the walk costs, on this machine: POST and POST-to-list times of one statement after the other through the local
 * cloud, capacity units per statement by table, and the API's bundle beside one of hono, valibot and the DynamoDB client
 * alone. Medians, with the least and the most. Run by `npm run bench`; nothing here is asserted.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { buildSync } from 'esbuild'
import { bundleOptions } from '../../infra/constructs/bundle.ts'
import { eventually, type Json, type Local, startLocal } from '../support/local.ts'

const statements = 200
const starts = 11
const folder = mkdtempSync(join(tmpdir(), 'rapporteur-bench-'))

const spread = (values: number[], unit: string): string => {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)
  return `${at(0.5)} ${unit} (${at(0)} to ${at(1)})`
}

const timed = async <T>(act: () => Promise<T>): Promise<[T, number]> => {
  const from = performance.now()
  const answer = await act()
  return [answer, performance.now() - from]
}

async function record(local: Local, n: number): Promise<[id: string, ms: number]> {
  const [{ status, body }, ms] = await timed(() =>
    local.request('POST', '/statements', {
      documentId: 'bulletin-2031-02-14',
      speaker: { actorId: 'mira-kovan', role: 'Deputy Minister of Transport', organization: 'ministry-of-transport' },
      saidOn: { verbatim: 'Wednesday', edtf: '2031-02-12', basis: 'Wednesday before publication' },
      fragments: [{ mode: 'indirect', text: `The harbour had been quiet for ${n} days` }],
      language: 'en',
      topics: ['missions'],
    }),
  )
  if (status !== 201) throw new Error(`${status}: ${JSON.stringify(body)}`)
  return [body.id, ms]
}

async function measureWalk(local: Local): Promise<void> {
  const put = (path: string, body: Json) => local.request('PUT', path, body)
  await put('/documents/bulletin-2031-02-14', { publisher: 'Bulletin', text: 'The harbour had been quiet for days.' })
  await put('/actors/mira-kovan', { kind: 'person', name: 'Mira Kovan' })
  await put('/actors/ministry-of-transport', { kind: 'organization', name: 'Ministry of Transport' })
  for (let n = 0; n < 30; n++) await record(local, n) // warm
  await settled(local)

  const posts: number[] = []
  const lists: number[] = []
  const reads: number[] = []
  const gateway = gatewayOf(folder)
  await gateway('DELETE')
  for (let n = 100; n < 100 + statements; n++) {
    const from = performance.now()
    const [id, ms] = await record(local, n)
    posts.push(ms)
    for (;;) {
      const { body } = await local.request('GET', '/statements?speaker=mira-kovan&limit=1')
      if (body.items[0]?.statementId === id) break
      await delay(5)
    }
    lists.push(performance.now() - from)
    reads.push((await timed(() => local.request('GET', `/statements/${id}`)))[1])
  }
  await settled(local)
  const { spent } = (await gateway('GET')) as { spent: Json[] }
  console.log(`POST /statements           ${spread(posts, 'ms')}, ${statements} one after the other`)
  console.log(`POST to visible in a list  ${spread(lists, 'ms')}`)
  console.log(`GET /statements/{id}       ${spread(reads, 'ms')}`)
  console.log('\nUnits per statement, sealed one by one (polling reads of the list left out):')
  for (const { function: by, table, index, operation, readUnits, writeUnits } of spent) {
    if (by.startsWith('Api') && table.includes('Views')) continue
    const units =
      writeUnits > 0 ? `${(writeUnits / statements).toFixed(2)} write` : `${(readUnits / statements).toFixed(2)} read`
    console.log(`  ${by} ${operation} ${table}${index ? `/${index}` : ''}: ${units}`)
  }
}

const settled = (local: Local) =>
  eventually(
    async () => (await local.request('GET', '/events?limit=1')).status,
    () => false,
    1_500,
  )

/** The gateway's count of capacity, as the operator sees it. */
function gatewayOf(data: string): (method: 'GET' | 'DELETE') => Promise<Json> {
  const { gateway, credentials } = JSON.parse(readFileSync(join(data, 'local.json'), 'utf8')) as Json
  const headers = { authorization: `Bearer ${credentials.operator.secretAccessKey}` }
  return async (method) => {
    const answer = await fetch(new URL('/_local/capacity', gateway), { method, headers })
    const text = await answer.text()
    return text ? JSON.parse(text) : undefined
  }
}

function measureBundle(): void {
  const base = join(folder, 'base.ts')
  writeFileSync(
    base,
    `export { Hono } from 'hono'\nexport { handle } from 'hono/aws-lambda'\nexport { DynamoDBClient, QueryCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'\nexport * as v from 'valibot'\n`,
  )
  const bundles = { api: 'functions/api/handler.ts', floor: base }
  const files = Object.entries(bundles).map(([name, entry]) => {
    const file = join(folder, `${name}.mjs`)
    const { outputFiles } = buildSync({
      ...bundleOptions,
      sourcemap: false,
      entryPoints: [entry],
      nodePaths: ['node_modules'],
    })
    writeFileSync(file, outputFiles[0]?.contents ?? '')
    return { name, file, bytes: statSync(file).size, ms: [] as number[] }
  })
  const env = Object.fromEntries(
    ['EVENTS_TABLE', 'LOG_TABLE', 'VIEWS_TABLE', 'TEXTS_TABLE', 'ACCESS_TABLE'].map((name) => [name, 'table']),
  )
  for (let start = 0; start < starts; start++) {
    for (const { file, ms } of files) {
      const code = `const from = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - from)`
      const said = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
        encoding: 'utf8',
        env: { ...process.env, ...env, SOURCE: 'urn:rapporteur:bench', AWS_REGION: 'eu-central-1' },
      })
      ms.push(Number(said))
    }
  }
  console.log('\nBundles, minified:')
  for (const { name, bytes, ms } of files) console.log(`  ${name}: ${bytes} bytes, imported in ${spread(ms, 'ms')}`)
  const [api, floor] = files
  if (api && floor) {
    const ratios = api.ms.map((ms, index) => ms / (floor.ms[index] ?? Number.NaN))
    console.log(`  api / floor: ${(api.bytes / floor.bytes).toFixed(2)} in bytes, ${spread(ratios, 'times')} in import`)
  }
}

const local = await startLocal('--data', folder, '--empty')
try {
  await measureWalk(local)
  measureBundle()
} finally {
  await local.stop()
  rmSync(folder, { recursive: true })
}
