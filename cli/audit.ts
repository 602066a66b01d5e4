/**
 * Audits a deployment by recomputation: `npm run audit [-- --data <folder> | --stack <name>] [--json]`. The events table,
 * the log and every row must say the same. It reads three tables and writes none, with the caller's own rights.
 */
import { DynamoDBClient, DynamoDBServiceException } from '@aws-sdk/client-dynamodb'
import { unanswered } from '#functions/store/unanswered.ts'
import { audit, type Report } from './audit/auditing.ts'
import { OtherShape } from './audit/rows.ts'
import { Telling } from './audit/telling.ts'
import { readArguments, run } from './command.ts'
import { deploymentOptions, findDeployment, output, Unusable } from './deployment.ts'

const usage = `npm run audit [-- --data <folder> | --stack <name>] [--json]

  --data   folder of a local deployment, by default .rapporteur; it must be running
  --stack  name of a deployed stack
  --json   nothing but the line of figures: no progress, no findings by name

Every event on record must be in the log once and in order, every hash, tile and signature that of the events, every row
what they give. One line of figures in JSON comes at the end, on standard output. Exit code: 0 all is so, 1 it is not,
2 the audit could not be made. Writers may go on meanwhile.

It takes a reader's rights to the tables of events, log and views:
  dynamodb:Scan, dynamodb:Query, dynamodb:GetItem
and with --stack cloudformation:DescribeStacks. It costs half a read unit for each KB stored, and of memory some 100 bytes
for each event and 300 for each row.`

async function main(args: readonly string[]): Promise<void> {
  const { json, ...chosen } = read(args)
  const telling = new Telling(json ? { write: () => true } : process.stderr)
  const deployment = await findDeployment(chosen)
  const client = new DynamoDBClient(deployment.client)
  const table = (name: string) => output(deployment, name)
  const audited = { client, events: table('EventsTable'), log: table('LogTable'), views: table('ViewsTable') }
  const report = await answered(() => audit(audited, telling.hear))
  const { findings, ...figures } = report
  telling.found(findings)
  telling.say(verdict(report))
  console.log(JSON.stringify({ ...figures, findings: Object.fromEntries(findings.counts) }))
  process.exitCode = findings.total === 0 ? 0 : 1
}

const verdict = ({ entries, unsealed, rows, findings }: Report): string =>
  findings.total === 0
    ? `All ${entries} events of the log are as they were appended, and all ${rows} rows are what they give.${
        unsealed > 0 ? ` ${unsealed} events came later.` : ''
      }`
    : `Not all is as it was appended: ${findings.total} findings.`

/** What the tables do not answer is said in a line. */
async function answered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask()
  } catch (cause) {
    if (cause instanceof OtherShape) throw new Unusable(cause.message, { cause })
    const isRefused = cause instanceof DynamoDBServiceException || unanswered(cause) || isConnection(cause)
    if (!isRefused) throw cause
    const detail = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    throw new Unusable(`The tables could not be read. ${detail}. A local deployment must be running: npm run dev`, {
      cause,
    })
  }
}

const isConnection = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(ECONN|ENOTFOUND|ETIMEDOUT)/.test(String(error.code))

function read(args: readonly string[]) {
  const { values } = readArguments(usage, {
    args: [...args],
    options: { json: { type: 'boolean', default: false }, ...deploymentOptions },
  })
  return { json: values.json, data: values.data, stack: values.stack }
}

await run(main, 2)
