/**
 * Prints each event as it comes out of the local bus: a line for people, or with `--json` the event itself, a line each.
 * Waits for a local cloud that is not there yet, and for one that is started anew.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Deployment, findDeployment, Unusable } from './deployment.ts'

const usage = 'Usage: npm run tail -- [--data <folder>] [--pattern <event pattern as JSON>] [--json]'

interface BusEvent {
  readonly 'detail-type': string
  readonly time: string
  readonly detail: {
    readonly position?: number
    readonly id?: string
    readonly recordedby?: string
    readonly time?: string
  }
}

try {
  const { values } = parseArgs({
    options: { data: { type: 'string' }, pattern: { type: 'string' }, json: { type: 'boolean' } },
  })
  process.on('SIGINT', () => process.exit(0))
  process.on('SIGTERM', () => process.exit(0))
  process.stdout.on('error', () => process.exit(0)) // the reader of our pipe has gone
  await follow(values.data, values.pattern, values.json ? JSON.stringify : line)
} catch (error) {
  const mistaken = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  if (!mistaken && !(error instanceof Unusable)) throw error
  process.stderr.write(`${error.message}\n${mistaken ? `${usage}\n` : ''}`)
  process.exitCode = mistaken ? 2 : 1
}

async function follow(data: string | undefined, pattern: string | undefined, shown: (event: BusEvent) => string) {
  let waiting = false
  for (;;) {
    const response = await connect(await findDeployment({ data }), pattern)
    if (response) {
      process.stderr.write('Listening: events appear as they are published\n')
      for await (const event of eventsIn(response)) process.stdout.write(`${shown(event)}\n`)
    } else if (!waiting) process.stderr.write('No local cloud answers: waiting for "npm run dev"\n')
    waiting = !response
    await delay(500)
  }
}

/** Undefined while nobody answers, or somebody who was started after the file was read. */
async function connect({ client }: Deployment, pattern: string | undefined): Promise<Response | undefined> {
  const url = new URL('/_local/events', client.endpoint)
  if (pattern !== undefined) url.searchParams.set('pattern', pattern)
  let response: Response
  try {
    response = await fetch(url, { headers: { authorization: `Bearer ${client.credentials?.secretAccessKey}` } })
  } catch {
    return undefined
  }
  if (response.status === 400) throw new Unusable(((await response.json()) as { message: string }).message)
  return response.ok ? response : undefined
}

/** Ends when the connection does. */
async function* eventsIn(response: Response): AsyncGenerator<BusEvent> {
  let rest = ''
  try {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const text of lines) yield JSON.parse(text) as BusEvent
    }
  } catch {
    // the local cloud has gone
  }
}

/** `12  2031-02-06T09:14:03.127Z  PhaseRecorded  mission-harbour-watch/2  by local-desk` */
function line({ 'detail-type': type, time, detail }: BusEvent): string {
  const { position = '-', id = '-', recordedby } = detail
  return [position, detail.time ?? time, type, id, ...(recordedby ? [`by ${recordedby}`] : [])].join('  ')
}
