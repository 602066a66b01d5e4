/**
 * The keys that the log is signed with: listed, added to, retired. A new one is told in the log before it signs, and
 * signs beside the old one, so that whoever pins the old one finds it vouched for. Interrupted and started again, it goes on.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { readArguments, run } from './command.ts'
import { type Deployment, deploymentOptions, findDeployment, output, Unusable } from './deployment.ts'

const usage = `npm run log-key -- list
npm run log-key -- rotate [--key <key>]
npm run log-key -- retire <key id> [--now]

  rotate    makes a key, has the log say so, and then has it sign beside those that do
  retire    has a key sign no longer: 90 days after a newer one began to, unless --now
  <key id>  as list shows it: 8 hex digits
  --key     a key of the API with the scope admin, by default RAPPORTEUR_KEY, or that of the local deployment

And each takes [--data <folder> | --stack <name>]:
  --data    folder of a local deployment, by default .rapporteur; it must be running
  --stack   name of a deployed stack`

/** How long the log may take to say what was recorded. */
const patienceMs = 60_000

interface Told {
  readonly keys: readonly { readonly vkey: string; readonly since: string }[]
  readonly vkey?: string
}

async function main(args: readonly string[]): Promise<void> {
  const { name, keyId, now, key, chosen } = read(args)
  const deployment = await findDeployment(chosen)
  if (name === 'list') return show(await call(deployment, { logKey: 'list' }))
  if (name === 'retire') return show(await call(deployment, { logKey: 'retire', keyId, now }))
  return show(await rotate(deployment, key ?? process.env.RAPPORTEUR_KEY ?? deployment.apiKey))
}

async function rotate(deployment: Deployment, key: string | undefined): Promise<Told> {
  if (!key) throw new Unusable('Give a key with the scope admin by --key, or in RAPPORTEUR_KEY.')
  const { vkey = '' } = await call(deployment, { logKey: 'add' })
  await tell(deployment.url.replace(/\/$/, ''), key, vkey)
  for (const end = Date.now() + patienceMs; ; await delay(1_000)) {
    try {
      return await call(deployment, { logKey: 'use', vkey })
    } catch (error) {
      // Sealed a moment later.
      if (!(error instanceof Refused) || Date.now() > end) throw error
    }
  }
}

/** Records in the log that the key is to sign it; once, however often it is told. */
async function tell(url: string, key: string, vkey: string): Promise<void> {
  const response = await fetch(`${url}/log/keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ vkey }),
  }).catch((cause: unknown) => {
    throw new Unusable(`${url} does not answer. A local one must be running: npm run dev`, { cause })
  })
  if (response.ok) return
  const { detail, title } = (await response.json().catch(() => ({}))) as { detail?: string; title?: string }
  throw new Unusable(`The log could not be told of the key: ${response.status} ${detail ?? title ?? ''}`)
}

/** The step says no: in its own words. */
class Refused extends Unusable {}

async function call(deployment: Deployment, payload: object): Promise<Told> {
  const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda') // slow to load
  const name = output(deployment, 'SealFunction')
  const client = new LambdaClient(deployment.client)
  try {
    const command = new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(payload) })
    const { FunctionError, Payload } = await client.send(command).catch((cause: unknown) => {
      const detail = cause instanceof Error ? cause.message : String(cause)
      throw new Unusable(`${name} could not be called: ${detail}. A local one must be running: npm run dev`, { cause })
    })
    const text = Payload?.transformToString() ?? 'null'
    if (FunctionError === undefined) return JSON.parse(text) as Told
    throw new Refused(`${(JSON.parse(text) as { errorMessage?: string }).errorMessage}.`)
  } finally {
    client.destroy()
  }
}

/** A line for each key, the newest first: its id, since when it signs, and what readers pin. */
function show({ keys }: Told): void {
  for (const { vkey, since } of keys) console.log(`${vkey.split('+')[1]}  ${since}  ${vkey}`)
}

function read(args: readonly string[]) {
  const { values, positionals } = parse(args)
  const { data, stack, key, now = false } = values
  const [name, keyId = '', ...rest] = positionals
  const takesId = name === 'retire'
  const known = name === 'list' || name === 'rotate' || takesId
  if (!known || rest.length > 0 || takesId !== (keyId !== '') || (now && !takesId) || (key && name !== 'rotate')) {
    throw new Unusable(usage)
  }
  if (takesId && !/^[0-9a-f]{8}$/.test(keyId)) throw new Unusable(`"${keyId}" is no id of a key: 8 hex digits.`)
  return { name, keyId, now, key, chosen: { data, stack } }
}

function parse(args: readonly string[]) {
  return readArguments(usage, {
    args: [...args],
    allowPositionals: true,
    options: { key: { type: 'string' }, now: { type: 'boolean' }, ...deploymentOptions },
  })
}

await run(main)
