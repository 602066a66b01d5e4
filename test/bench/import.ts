/**
 * What an import costs, on this machine: lines a second and the most memory of `npm run import`, for files of the given
 * lengths (by default 1,000, 10,000 and 30,000 lines), beside the same lines posted one by one; and how far seal,
 * publish and project are behind when it ends. `node test/bench/import.ts [<lines>…]`. Nothing here is asserted.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { importLines } from '../support/import-lines.ts'
import { type Local, startLocal } from '../support/local.ts'

const counts = process.argv.slice(2).map(Number)
const oneByOne = 300
const folder = mkdtempSync(join(tmpdir(), 'rapporteur-import-'))

for (const count of counts.length > 0 ? counts : [1_000, 10_000, 30_000]) await measure(count)
rmSync(folder, { recursive: true })

async function measure(count: number): Promise<void> {
  const data = mkdtempSync(join(folder, 'data-'))
  const local = await startLocal('--data', data, '--empty')
  try {
    const single = await postOneByOne(local)
    const file = join(folder, `${count}.ndjson`)
    await pipeline(Readable.from(asText(count)), createWriteStream(file))
    const from = performance.now()
    const { code, peak } = await runImport(file, data)
    const seconds = (performance.now() - from) / 1_000
    const behind = await lag(local)
    const until = performance.now()
    while ((await lag(local)).project > 0) await delay(500)
    const caughtUp = (performance.now() - until) / 1_000
    const rate = count / seconds
    console.log(`${count} lines: ${seconds.toFixed(1)} s, ${rate.toFixed(0)} a second, exit code ${code}`)
    console.log(
      `  one by one: ${single.toFixed(0)} a second; the import is ${(rate / single).toFixed(1)} times as fast`,
    )
    console.log(`  memory of the command: ${peak.map((mb) => mb.toFixed(0)).join(', ')} MB at each quarter of the way`)
    console.log(`  behind at its end: ${JSON.stringify(behind)} events, caught up in ${caughtUp.toFixed(1)} s`)
  } finally {
    await local.stop()
  }
}

function* asText(count: number): Generator<string> {
  for (const line of importLines(count)) yield `${JSON.stringify(line)}\n`
}

/** Lines a second, each sent when the one before is answered, of lines that are in no file. */
async function postOneByOne(local: Local): Promise<number> {
  const lines = [...importLines(oneByOne)].map((line) =>
    JSON.parse(JSON.stringify(line).replaceAll(/(speaker|bulletin|watch)-/g, '$1-single-')),
  )
  const from = performance.now()
  for (const { method, path, body } of lines) await local.request(method, path, body)
  return oneByOne / ((performance.now() - from) / 1_000)
}

/** Runs it and looks at its memory, in MB: the most in each quarter of the time it took. */
async function runImport(file: string, data: string): Promise<{ code: number; peak: number[] }> {
  const child = spawn(process.execPath, ['cli/import.ts', file, '--data', data], { stdio: 'inherit' })
  const seen: number[] = []
  const watching = setInterval(() => {
    try {
      const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? []
      if (kilobytes) seen.push(Number(kilobytes) / 1_024)
    } catch {
      // it has ended, or this is not Linux
    }
  }, 100)
  const [code] = (await once(child, 'exit')) as [number]
  clearInterval(watching)
  const quarter = Math.ceil(seen.length / 4)
  return { code, peak: [0, 1, 2, 3].map((at) => Math.max(0, ...seen.slice(at * quarter, (at + 1) * quarter))) }
}

/** How many sealed events are not published and not projected yet. */
async function lag(local: Local): Promise<{ publish: number; project: number }> {
  await delay(5_100) // healthz keeps its answer for 5 s
  const { body } = await local.request('GET', '/healthz')
  return { publish: body.head - body.publish.position, project: body.head - body.project.position }
}
