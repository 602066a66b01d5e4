/**
 * Writes an export into an empty stack, with the caller's own rights to its tables: `npm run restore -- <folder>`. The
 * same events at the same positions under the same root, and from then on the stack's own name and key. Interrupted and
 * started again, it goes on.
 */
import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb'
import { dynamo } from '#functions/runtime/clients.ts'
import { unanswered } from '#functions/store/unanswered.ts'
import { readArguments, run } from './command.ts'
import { deploymentOptions, findDeployment, output, Unusable } from './deployment.ts'
import { thousands } from './import/tally.ts'
import { restoreLog } from './restore/restoring.ts'
import { waitUntilListed } from './restore/waiting.ts'
import { Bar } from './verify/bar.ts'
import { folderSource } from './verify/folder-source.ts'
import { keysIn } from './verify/log-key.ts'
import type { Source } from './verify/source.ts'
import { verifyLog } from './verify/verify-log.ts'

const usage = `npm run restore -- <folder> [--publish] [--data <folder> | --stack <name>]

  <folder>   as npm run export has written it
  --publish  have the stack's bus get all these events, as if they were new; by default it goes on after them
  --data     folder of a local deployment, by default .rapporteur; it must be running, and without events (--empty)
  --stack    name of a deployed stack, without events`

const goOn = 'Run it again to go on; until then the stack is not to be used.'

async function main(args: readonly string[]): Promise<void> {
  const { folder, publish, ...chosen } = read(args)
  const deployment = await findDeployment(chosen)
  const tables = {
    client: dynamo(deployment.client),
    events: output(deployment, 'EventsTable'),
    log: output(deployment, 'LogTable'),
  }
  process.once('SIGINT', () => {
    console.error(`\nStopped. ${goOn}`)
    process.exit(130)
  })
  const source = folderSource(folder)
  const checkpoint = await verified(source)
  const bars = { log: new Bar(process.stderr), events: new Bar(process.stderr) }
  await restoreLog(tables, source, checkpoint, {
    published: !publish,
    told: (stage, done, of) => bars[stage].show(done, of),
  })
    .catch((cause: unknown) => {
      if (!(cause instanceof DynamoDBServiceException) && !unanswered(cause)) throw cause
      const { name, message } = cause as Error
      throw new Unusable(`The tables could not be written. ${name}: ${message}. ${goOn}`, { cause })
    })
    .finally(() => bars.events.clear())
  const { size, origin } = checkpoint
  console.log(`${thousands(size)} events of ${origin} are in the stack, under the same root.`)

  const bar = new Bar(process.stderr)
  const settled = await waitUntilListed(deployment.url, deployment.apiKey, size, (done, of) => bar.show(done, of))
  bar.clear()
  console.log(whatIsLeft(size, settled))
}

/** Checks all of an export, and answers its checkpoint. @throws {Unusable} @throws {Unchecked} */
async function verified(source: Source) {
  const keyLines = await source.get('log/key')
  if (!keyLines) throw new Unusable(`${source.name} is no export: it has no log/key.`)
  const bar = new Bar(process.stderr)
  const { findings, head } = await verifyLog(source, {
    ...{ keys: keysIn(source, keyLines), witnesses: [], quorum: 0 },
    onProgress: (checked, of) => bar.show(checked, of),
  }).finally(() => bar.clear())
  const [first] = findings.kept
  if (!head || first) throw new Unusable(`${source.name} cannot be trusted. ${first?.what}. Nothing was restored.`)
  if (head.checkpoint.size === 0) throw new Unusable(`${source.name} has no events: there is nothing to restore.`)
  return head.checkpoint
}

function whatIsLeft(size: number, settled: Awaited<ReturnType<typeof waitUntilListed>>): string {
  const lists =
    settled && settled.listed >= size
      ? 'All of them are in lists.'
      : 'Lists follow: see "project" in /healthz. If they stay behind: npm run rebuild.'
  const signed =
    settled && settled.signed >= size
      ? 'The log is signed under the stack’s own name and key: /log/key.'
      : 'The log is signed with the next event, or the next sweep.'
  const parked =
    settled && settled.parked > 0 ? ['Some streams wait for a person: npm run rebuild, then npm run audit.'] : []
  const left =
    'Texts of documents and keys of the API are in no export: send the texts again, and make keys with npm run keys.'
  return [lists, signed, ...parked, left].join('\n')
}

function read(args: readonly string[]) {
  const { values, positionals } = readArguments(usage, {
    args: [...args],
    allowPositionals: true,
    options: { publish: { type: 'boolean', default: false }, ...deploymentOptions },
  })
  const [folder, ...rest] = positionals
  if (folder === undefined || rest.length > 0) throw new Unusable(usage)
  return { folder, publish: values.publish, data: values.data, stack: values.stack }
}

await run(main)
