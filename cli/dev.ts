/**
 * The local cloud: synthesizes the stack, boots what its template names, and takes up changes of the source.
 * Prints `Rapporteur is listening on <url>` and `API key: <key>` once it is ready; what else it says goes to stderr.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, utimesSync, watch, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { Access } from '#functions/access/access.ts'
import { createKey, hashOf, idOf, slugOf } from '#functions/access/key.ts'
import { scopes } from '#functions/access/scopes.ts'
import { synthesize } from '../infra/assembly.ts'
import { type Cloud, startCloud } from '../infra/local/cloud.ts'
import { Faults } from '../infra/local/faults.ts'
import { defaultData, Unusable } from './deployment.ts'
import { Sender } from './import/sender.ts'

const usage =
  'Usage: npm run dev -- [--port <n>] [--data <folder>] [--memory] [--empty] [--private] [--withholding] [--witnesses "<vkey> <url>, …"] [--faults [<seed>]]'
const defaultPort = 4310
const root = fileURLToPath(new URL('..', import.meta.url))
/** As every event that the local key records says. */
const keyName = 'Local desk'

interface Options {
  readonly port: number
  readonly folder: string
  readonly memory: boolean
  readonly empty: boolean
  /** Whether reading needs a key, as in a private stage. */
  readonly private: boolean
  /** Whether payloads that are withheld can be removed. */
  readonly withholding: boolean
  /** Who is to cosign checkpoints. */
  readonly witnesses: string | undefined
  readonly faults: string | undefined
}

const say = (line: string) => process.stderr.write(`${line}\n`)

process.env.TZ = 'UTC' // as in Lambda, for the functions that run in this process
const options = readOptions(process.argv.slice(2))
let stopping = false
try {
  await run(options)
} catch (error) {
  if (stopping) await new Promise(() => undefined) // what was under way fails, and the stop goes on
  say(error instanceof Error ? error.message : String(error))
  process.exit(1)
}

function readOptions(args: string[]): Options {
  try {
    const seedless = args.findIndex((arg, index) => arg === '--faults' && (args[index + 1] ?? '--').startsWith('--'))
    const given = seedless < 0 ? args : args.with(seedless, `--faults=${Faults.randomSeed()}`)
    const { values } = parseArgs({
      args: given,
      options: {
        port: { type: 'string', default: String(defaultPort) },
        data: { type: 'string', default: defaultData },
        memory: { type: 'boolean', default: false },
        empty: { type: 'boolean', default: false },
        private: { type: 'boolean', default: false },
        withholding: { type: 'boolean', default: false },
        witnesses: { type: 'string' },
        faults: { type: 'string' },
      },
    })
    const port = Number(values.port)
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${values.port} is no port`)
    return { ...values, port, folder: resolve(values.data), witnesses: values.witnesses, faults: values.faults }
  } catch (error) {
    say(`${error instanceof Error ? error.message : error}\n${usage}`)
    process.exit(2)
  }
}

async function run({ port, folder, memory, empty, faults, ...stage }: Options): Promise<void> {
  const engine = process.env.DYNAMODB_ENDPOINT
  if (engine !== undefined) say(`Tables are kept by the DynamoDB at ${engine}, whatever becomes of ${folder}`)
  if (faults !== undefined) say(`Calls fail on purpose: --faults ${faults} gives the same failures again`)
  let assembly = await assembled(stage)
  const cloud = await startCloud({
    assembly,
    data: memory ? undefined : folder,
    port,
    faults,
    engine,
    log: say,
    onFailure: (error) => {
      say(error.message)
      process.exit(1)
    },
  })
  const stop = async (code: number) => {
    if (stopping) process.exit(1) // asked twice: at once
    stopping = true
    await cloud.stop()
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(0))

  const apiKey = await ensureKey(cloud, folder, memory)
  writeLocal(cloud, folder, apiKey)
  if (cloud.note('samples') === undefined) {
    const complete = empty || (await loadSamples(cloud.url, apiKey))
    if (complete) cloud.setNote('samples', empty ? 'left out' : 'loaded')
    await cloud.settled(10_000)
  }
  process.stdout.write(`Rapporteur is listening on ${cloud.url}\nAPI key: ${apiKey}\n`)

  // Others' syntheses forget assemblies that are a day old: this one is in use.
  setInterval(() => utimesSync(assembly, new Date(), new Date()), 3_600_000).unref()
  onChange(async () => {
    const started = performance.now()
    const next = await synthesize(stage)
    if (next === assembly || stopping) return
    assembly = next
    const left = cloud.reload(next)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    say(`Reloaded in ${seconds} s${left.length > 0 ? `; start anew to take up changes of ${left.join(', ')}` : ''}`)
  })
}

/** The assembly, made when it is not there. That takes seconds, so it is said. */
async function assembled(stage: Pick<Options, 'private' | 'withholding' | 'witnesses'>): Promise<string> {
  const notice = setTimeout(() => say('Synthesizing the stack: seconds, and only when the source has changed'), 1_000)
  try {
    return await synthesize(stage)
  } finally {
    clearTimeout(notice)
  }
}

/** The key that opens everything, the same after each start. In memory nothing else is, so its file is asked. */
async function ensureKey(cloud: Cloud, folder: string, memory: boolean): Promise<string> {
  const kept = cloud.note('apiKey') ?? (memory ? keyIn(folder) : undefined)
  const id = kept === undefined ? undefined : idOf(kept)
  const now = new Date()
  const { key, item } =
    kept !== undefined && id !== undefined
      ? {
          key: kept,
          item: { id, hash: hashOf(kept), name: keyName, slug: slugOf(keyName), scopes, createdAt: now.toISOString() },
        }
      : createKey(keyName, scopes, now)
  cloud.setNote('apiKey', key)
  const client = new DynamoDBClient({ endpoint: cloud.gateway, region: cloud.region, credentials: cloud.operator })
  try {
    await new Access({ client, table: cloud.outputs.AccessTable ?? '' }).put(item)
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error // it is there, from an earlier start
  } finally {
    client.destroy()
  }
  return key
}

function keyIn(folder: string): string | undefined {
  try {
    const { apiKey } = JSON.parse(readFileSync(join(folder, 'local.json'), 'utf8')) as { apiKey?: unknown }
    return typeof apiKey === 'string' ? apiKey : undefined
  } catch {
    return undefined
  }
}

/** What the other commands need to speak to this one. It holds secrets: for its owner's eyes only. */
function writeLocal(cloud: Cloud, folder: string, apiKey: string): void {
  const { url, gateway, region, operator, stackName, stackId, outputs } = cloud
  const source = `urn:rapporteur:${stackId.split('/')[2]}`
  const local = { url, gateway, region, credentials: { operator }, apiKey, stackName, outputs, source }
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const draft = join(folder, `local.json.${process.pid}`)
  writeFileSync(draft, `${JSON.stringify(local, undefined, 2)}\n`, { mode: 0o600 })
  renameSync(draft, join(folder, 'local.json'))
}

/**
 * Imports every file of `samples`; what is refused is told. Safe to do again: what is on record is recognized. False
 * where the API failed, so that the next start goes on.
 */
async function loadSamples(url: string, key: string): Promise<boolean> {
  const folder = join(root, 'samples')
  const sender = new Sender({ url, key, say })
  let complete = true
  const files = readdirSync(folder).filter((name) => name.endsWith('.ndjson'))
  for (const file of files.sort()) {
    const texts = readFileSync(join(folder, file), 'utf8').split('\n')
    const lines = texts.map((text, index) => ({ text, number: index + 1 })).filter(({ text }) => text.trim() !== '')
    try {
      await sender.settle(
        lines.map(({ text }) => Buffer.from(text)),
        (index, { status, problem }) => {
          complete &&= status < 500
          if (status < 400) return
          say(`samples/${file}:${lines[index]?.number}: ${status} ${problem?.detail ?? problem?.title}`)
        },
      )
    } catch (error) {
      if (!(error instanceof Unusable)) throw error
      say(`samples/${file}: ${error.message}`)
      complete = false
    }
  }
  return complete
}

/** Calls back after the source has changed and is quiet again; one call after the other. A failure is told. */
function onChange(act: () => Promise<void>): void {
  let quiet: NodeJS.Timeout | undefined
  let acting: Promise<void> = Promise.resolve()
  const changed = (file: string | null) => {
    if (file?.startsWith('local')) return // the local cloud itself
    clearTimeout(quiet)
    quiet = setTimeout(() => {
      acting = acting.then(act).catch((error: unknown) => {
        say(error instanceof Error ? error.message : String(error))
      })
    }, 150)
  }
  for (const room of ['events', 'functions', 'infra', 'docs/problems']) {
    watch(join(root, room), { recursive: true, persistent: false }, (_, file) =>
      changed(room === 'infra' ? file : null),
    )
  }
}
