/**
 * Withholds the payload of one event by law: `npm run withhold -- <stream>/<version> --ground "…"`. It is shown nowhere
 * any more, and the ground is; where the stack is deployed with `-c withholding=true`, it is removed as well. There is no
 * way back, so it asks to be told twice. Interrupted and started again, it goes on.
 */
import { createInterface } from 'node:readline/promises'
import { readArguments, run } from './command.ts'
import { deploymentOptions, findDeployment, Unusable } from './deployment.ts'
import { EventToWithhold, type Found } from './withhold/event.ts'
import { remove } from './withhold/removal.ts'

const usage = `npm run withhold -- <event id> --ground "…" [--authority "…"] [--yes <event id>] [--key <key>] [--data <folder> | --stack <name>]

  <event id>   <stream>/<version>, as the history of a resource has it: statement-s-…/2
  --ground     the legal ground, as everybody may read it
  --authority  who ordered it, if that may be told: a court, an office
  --yes        the event id once more, instead of being asked for it
  --key        a key with the scope admin, by default RAPPORTEUR_KEY, or that of the local deployment
  --data       folder of a local deployment, by default .rapporteur; it must be running
  --stack      name of a deployed stack`

const say = (line: string) => process.stderr.write(`${line}\n`)

async function main(args: readonly string[]): Promise<void> {
  const { eventId, yes, ground, authority, key, ...chosen } = read(args)
  const deployment = await findDeployment(chosen)
  const admin = key ?? process.env.RAPPORTEUR_KEY ?? deployment.apiKey
  if (!admin) throw new Unusable('Give a key with the scope admin by --key, or in RAPPORTEUR_KEY.')
  const event = new EventToWithhold({ url: deployment.url, key: admin, eventId })
  const found = await event.find()
  show(found)
  const again = yes ?? (await asked(eventId))
  if (again !== eventId) throw new Unusable(`That was ${JSON.stringify(again)}, not ${eventId}. Nothing is withheld.`)

  const told = await event.withhold({ ground, ...(authority === undefined ? {} : { authority }) }, say)
  say(`${eventId} is withheld by ${told.by}, at position ${told.position} of the log: it is shown nowhere any more.`)
  const removed = await remove(deployment, event, say)
  say(
    removed
      ? 'Its payload and its salt are removed, from its commit and from the log.'
      : 'Its bytes stay in the tables until the stack is deployed with -c withholding=true (locally: npm run dev -- --withholding) and this is run again.',
  )
  say('Copies may live on: in backups by point-in-time recovery for up to 35 days, with subscribers, who are told')
  say('by the event that withholds it, and in mirrors and exports that were made before.')
  console.log(JSON.stringify({ eventId, ...told, removed }))
}

/** What it is about, for this terminal alone. */
function show({ type, recordedAt, recordedBy, says, withheld, eventId, hasTexts }: Found): void {
  say(`${eventId} is ${type}, recorded at ${recordedAt} by ${recordedBy}.`)
  if (withheld) say('It is withheld already; what is left to do is done.')
  for (const line of says) say(`  ${line}`)
  if (says.length > 0) say('This is shown to this terminal and kept nowhere.')
  if (hasTexts) say('The text of a document is held apart: DELETE /documents/{id}/text removes it.')
}

async function asked(eventId: string): Promise<string> {
  if (!process.stdin.isTTY) throw new Unusable(`Nobody is there to ask. Say so twice: --yes ${eventId}`)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await terminal.question('There is no way back. Type the event id again to withhold it: ')).trim()
  } finally {
    terminal.close()
  }
}

function read(args: readonly string[]) {
  const { values, positionals } = readArguments(usage, {
    args: [...args],
    allowPositionals: true,
    options: {
      ground: { type: 'string' },
      authority: { type: 'string' },
      yes: { type: 'string' },
      key: { type: 'string' },
      ...deploymentOptions,
    },
  })
  const [eventId, ...others] = positionals
  const { ground } = values
  if (!eventId || others.length > 0 || !ground) throw new Unusable(usage)
  return { ...values, eventId, ground }
}

await run(main)
