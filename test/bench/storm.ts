/**
 * A storm in full: `node --import ./test/bench/load.ts test/bench/storm.ts [<statements> [<seed>]]`, by default 10,000
 * statements by 16 writers. One call to AWS in twenty fails, processes are killed every few seconds, the stream of the
 * events table repeats, reorders and drops. Ends with the figures of the audit, and exit code 1 where anything was lost,
 * doubled or is not what it is to be.
 */
import { audit } from '../../cli/audit/auditing.ts'
import { startBus } from '../functions/publish/bus.ts'
import { createTables, startEngine } from '../support/engine.ts'
import { storm } from '../support/storm/storm.ts'

const [statements = 10_000, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number)
for (const level of ['info', 'error'] as const) console[level] = () => undefined // what the steps log
const engine = await startEngine()
const bus = await startBus()
const tables = await createTables(engine.client())
console.log(`seed ${seed}`)
const came = await storm(
  { client: () => engine.client(), tables, busEndpoint: bus.endpoint },
  { seed, statements, writers: 16, faultPercent: 5, dropPercent: 1, killMs: 500 },
  (line) => console.log(line),
)
const { ask, acknowledged, refused, ...figures } = came
const { findings, ...audited } = await audit({ client: engine.client(), ...tables }, () => undefined)

const wrong = refused.map((one) => `refused: ${one}`)
const { body: health } = await ask({ method: 'GET', path: '/healthz' })
if (health.checkpoint?.size !== audited.entries || health.parked.seal + health.parked.project > 0) {
  wrong.push(JSON.stringify(health))
}
const heard = new Set(bus.events().map(({ id }) => id))
const positions = new Set(bus.events().map(({ position }) => position))
if (positions.size !== audited.entries) wrong.push(`${audited.entries - positions.size} events were never published`)
for (const [id, versions] of acknowledged) {
  for (const version of versions) {
    const event = `statement-${id}/${version}`
    if (!heard.has(event)) wrong.push(`lost: ${event}`)
  }
}
const told = [...acknowledged.values()].flat().length
const recorded = [...heard].filter((id) => id.startsWith('statement-')).length
if (recorded !== told) wrong.push(`${recorded} events of statements are on record, and ${told} were acknowledged`)
wrong.push(...findings.named.map(({ kind, at, what }) => `${kind} ${at}: ${what}`))

console.log(JSON.stringify({ storm: { ...figures, told }, audit: { ...audited, findings: findings.total } }))
console.log(wrong.length === 0 ? 'Nothing lost, nothing doubled, audit clean' : wrong.slice(0, 40).join('\n'))
await bus.stop()
await engine.stop()
process.exit(wrong.length === 0 ? 0 : 1)
