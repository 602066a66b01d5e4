/**
 * Deploys the stack, and has its rows rebuilt where the code now writes them in another shape: `npm run deploy`. All
 * options are those of `cdk deploy`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './command.ts'
import { Unusable } from './deployment.ts'
import { rebuild } from './rebuild/rebuilding.ts'
import { Telling } from './rebuild/telling.ts'

async function main(args: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rapporteur-deploy-'))
  const file = join(folder, 'outputs.json')
  try {
    const code = await cdk(['deploy', '--outputs-file', file, ...args])
    if (code !== 0) throw new Unusable(`cdk deploy ended with ${code}; the rows are as they were.`)
    for (const [stack, outputs] of Object.entries(outputsIn(file))) {
      console.error(`${stack}: are the rows of the shape that this code writes?`)
      const telling = new Telling(process.stderr)
      const deployment = { url: outputs.ApiUrl ?? '', outputs, client: {} }
      await rebuild(deployment, { ifNeeded: true }, (filled, ms) => telling.hear(filled, ms))
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Outputs of each stack that was deployed; there are none after a `--no-execute`. */
const outputsIn = (file: string): Record<string, Record<string, string>> =>
  existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}

/** By npm, its own programs are found first. */
async function cdk(args: readonly string[]): Promise<number> {
  const [code] = await once(spawn('cdk', args, { stdio: 'inherit' }), 'exit')
  return code ?? 1
}

await run(main)
