/**
 * Writes the log to a folder, as plain files: `npm run export -- --out <folder>`. Speaks HTTP alone. Run again, it
 * brings the folder forward; interrupted, it goes on. Nothing that does not fit the signed checkpoint is left there.
 */
import { readArguments, run } from './command.ts'
import { deploymentOptions, findDeployment, Unusable } from './deployment.ts'
import { exportLog } from './export/exporting.ts'
import { Folder } from './export/folder.ts'
import { thousands } from './import/tally.ts'
import { Bar } from './verify/bar.ts'
import { httpSource } from './verify/http-source.ts'

const usage = `npm run export -- --out <folder> [--key <key>] [--url <url> | --data <folder> | --stack <name>]

  --out    where to write: made where it is not there, and closed to others
  --key    a key with the scope read, where reads are private; by default RAPPORTEUR_KEY, or that of the local deployment
  --url    of the API, or of a static mirror
  --data   folder of a local deployment, by default .rapporteur
  --stack  name of a deployed stack`

async function main(args: readonly string[]): Promise<void> {
  const { out, url, key } = await read(args)
  const bar = new Bar(process.stderr)
  process.once('SIGINT', () => {
    bar.clear()
    console.error('Stopped. Run it again to go on.')
    process.exit(130)
  })
  const folder = new Folder(out)
  await folder.open()
  const began = performance.now()
  const { origin, size, before, files, withheld } = await exportLog(httpSource(url, key), folder, (checked, of) =>
    bar.show(checked, of),
  ).finally(() => bar.clear())
  const rate = thousands(((size - before) * 1_000) / Math.max(1, performance.now() - began))
  const brought = before === 0 ? '' : `, ${thousands(size - before)} of them new`
  console.log(
    `${thousands(size)} events of ${origin} are in ${out}${brought}: ${thousands(files)} files, ${rate} events a second.`,
  )
  if (withheld > 0) console.log(`${thousands(withheld)} payloads are withheld, and were taken out.`)
  console.log('They have payloads and salts: keep them as safe as the stack.')
}

async function read(args: readonly string[]) {
  const { out, url, key, data, stack } = parse(args)
  if (out === undefined) throw new Unusable(usage)
  if (url !== undefined && (data !== undefined || stack !== undefined)) {
    throw new Unusable('Give one of --url, --data and --stack.')
  }
  const deployment = url === undefined ? await findDeployment({ data, stack }) : undefined
  const address = (url ?? deployment?.url ?? '').replace(/\/+$/, '')
  if (!URL.canParse(address)) throw new Unusable(`"${address}" is not the URL of an API.`)
  return { out, url: address, key: key ?? process.env.RAPPORTEUR_KEY ?? deployment?.apiKey }
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const
  return readArguments(usage, { args: [...args], options: { out: text, url: text, key: text, ...deploymentOptions } })
    .values
}

await run(main)
