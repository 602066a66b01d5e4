/**
 * Sends a file of writes to the API: `npm run import -- <file.ndjson>`, with `-` what comes by standard input. Any
 * length; what the API could not take in time is sent again. An import that was interrupted goes on where it stopped;
 * a whole one that is run again adds nothing. Exits with 1 when a line was refused.
 */
import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import { readArguments, run } from './command.ts'
import { deploymentOptions, findDeployment, Unusable } from './deployment.ts'
import { linesOf } from './import/lines.ts'
import { maxBytes, type Part, partsOf } from './import/parts.ts'
import { Progress } from './import/progress.ts'
import { Sender } from './import/sender.ts'
import { forgetState, resume, saveState } from './import/state.ts'
import { count, countRefused, emptyTally, settledIn, type Tally, table, thousands } from './import/tally.ts'

const usage = `npm run import -- <file.ndjson> [--restart] [--key <key>] [--url <url> | --data <folder> | --stack <name>]

  <file.ndjson>  a write on each line: { "method", "path", "body", "headers"? }; - for standard input
  --restart      from the first line, whatever an interrupted import of the file has done
  --key          the key to write with, by default RAPPORTEUR_KEY, or that of the local deployment
  --url          of the API
  --data         folder of a local deployment, by default .rapporteur
  --stack        name of a deployed stack`

interface Options {
  /** Undefined for standard input. */
  readonly file: string | undefined
  readonly restart: boolean
  readonly url: string
  readonly key: string
}

async function main(args: readonly string[]): Promise<number> {
  const { file, restart, url, key } = await read(args)
  if (file !== undefined && restart) forgetState(file)
  const size = file === undefined ? undefined : sizeOf(file)
  let progress = new Progress(process.stderr, size, 0)
  const sender = new Sender({ url, key, say: (line) => progress.say(line) })
  const source = await sender.source()
  const { from, tally } =
    file === undefined
      ? { from: { number: 0, offset: 0, hash: createHash('sha256') }, tally: emptyTally() }
      : await resume(file, source)
  if (from.number > 0) progress.say(`Going on after line ${thousands(from.number)}, where the last run stopped`)

  progress = new Progress(process.stderr, size, settledIn(tally))
  process.once('SIGINT', () => {
    progress.say('Stopped. What was answered is recorded; run it again to go on.')
    process.exit(130)
  })
  const chunks = file === undefined ? process.stdin : createReadStream(file, { start: from.offset })
  for await (const part of partsOf(linesOf(chunks, from, maxBytes - 1))) {
    let offset = part.last.end - part.lines.reduce((sum, { bytes }) => sum + bytes.length + 1, 0)
    await sendPart(sender, part, tally, (bytes) => {
      offset += bytes
      progress.show(tally, offset)
    })
    const { number: lines, end, sha256 } = part.last
    if (file !== undefined) saveState(file, { source, lines, offset: end, sha256, tally }, (line) => progress.say(line))
  }
  progress.clear()
  if (file !== undefined) forgetState(file)
  console.log(table(tally))
  return tally.refused > 0 ? 1 : 0
}

/** `settled` gets the bytes of each line that is. */
async function sendPart(sender: Sender, part: Part, tally: Tally, settled: (bytes: number) => void): Promise<void> {
  for (const { number, why } of part.unsendable) {
    countRefused(tally, { line: number, status: 0, code: 'not sent', why: `The line ${why}.` })
  }
  await sender.settle(
    part.lines.map(({ bytes }) => bytes),
    (index, answer) => {
      const { number, bytes } = part.lines[index] as Part['lines'][number]
      count(tally, number, answer)
      settled(bytes.length + 1)
    },
  )
}

function sizeOf(file: string): number {
  try {
    const stat = statSync(file)
    if (!stat.isFile()) throw new Unusable(`${file} is not a file. A pipe is read with -, from standard input.`)
    return stat.size
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === undefined) throw cause
    throw new Unusable(`${file} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

async function read(args: readonly string[]): Promise<Options> {
  const { values, positionals } = parse(args)
  const [file, ...rest] = positionals
  if (file === undefined || rest.length > 0) throw new Unusable(usage)
  const { restart = false, data, stack } = values
  if (values.url !== undefined && (data !== undefined || stack !== undefined)) {
    throw new Unusable('Give one of --url, --data and --stack.')
  }
  const deployment = values.url === undefined ? await findDeployment({ data, stack }) : undefined
  const key = values.key ?? process.env.RAPPORTEUR_KEY ?? deployment?.apiKey
  if (!key) throw new Unusable('Give the key to write with by --key, or in RAPPORTEUR_KEY.')
  const url = (values.url ?? deployment?.url ?? '').replace(/\/+$/, '')
  if (!URL.canParse(url)) throw new Unusable(`"${url}" is not the URL of an API.`)
  return { file: file === '-' ? undefined : file, restart, url, key }
}

function parse(args: readonly string[]) {
  return readArguments(usage, {
    args: [...args],
    allowPositionals: true,
    options: { url: { type: 'string' }, key: { type: 'string' }, restart: { type: 'boolean' }, ...deploymentOptions },
  })
}

await run(main)
