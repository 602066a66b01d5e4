import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What the template is made of, and what the functions' code is made of besides. Anything else changes neither. */
const ofTemplate = ['infra', 'cdk.json', 'package-lock.json']
const ofCode = ['functions', 'events', 'docs/problems']
const notOfTemplate = /^infra\/local\//

export interface SynthesizeOptions {
  /** `sandbox` where none is given. One that does not exist is refused by the app. */
  readonly stage?: string | undefined
  /** Whether reading needs a key too. Not unless it is said. */
  readonly private?: boolean | undefined
  /** Whether there is a function that removes withheld payloads. Not unless it is said. */
  readonly withholding?: boolean | undefined
  /** Who is to cosign checkpoints: `<vkey> <url>, …`. Nobody unless it is said. */
  readonly witnesses?: string | undefined
  /** False for the template alone: it then names code that is not there, and is made in half the time. */
  readonly bundle?: boolean
  /** Where assemblies are kept. */
  readonly cache?: string
}

/**
 * The folder of the stack's cloud assembly, as `cdk synth` writes it. It is made only when something that it is made
 * of has changed since the last time, and by one process only when several ask at once. The checks that `cdk synth`
 * makes of the template are left to it. Throws with what the synthesis said when that fails.
 */
export async function synthesize(options: SynthesizeOptions = {}): Promise<string> {
  const { stage = 'sandbox', bundle = true, cache = join(root, 'node_modules/.cache/rapporteur/assemblies') } = options
  const said = { private: options.private ?? false, withholding: options.withholding ?? false }
  const { witnesses } = options
  const context = {
    stage,
    ...said,
    ...(witnesses ? { witnesses } : {}),
    ...(bundle ? {} : { 'aws:cdk:bundling-stacks': [] }),
  }
  const chosen = Object.entries(said).flatMap(([name, isSo]) => (isSo ? [name] : []))
  if (witnesses) chosen.push(`witnesses-${createHash('sha256').update(witnesses).digest('hex').slice(0, 8)}`)
  const sources = bundle ? [...ofTemplate, ...ofCode] : ofTemplate
  const current = () => join(cache, [stage, ...chosen, bundle ? 'whole' : 'template', hashOf(sources)].join('-'))
  mkdirSync(cache, { recursive: true })
  for (;;) {
    const folder = current()
    if (existsSync(folder)) return folder
    const release = lock(`${folder}.lock`)
    if (!release) {
      await delay(50) // somebody else makes it
      continue
    }
    try {
      if (existsSync(folder)) return folder
      forgetOld(cache)
      const draft = `${folder}.${process.pid}`
      const failure = await make(draft, context)
      const stale = current() !== folder // edited meanwhile: it may be half of each
      if (!failure && !stale && !existsSync(folder)) renameSync(draft, folder)
      rmSync(draft, { recursive: true, force: true })
      if (failure && !stale) throw new Error(`The stack cannot be synthesized:\n${failure}`)
    } finally {
      release()
    }
  }
}

/** Of every file's path and content. */
function hashOf(sources: readonly string[]): string {
  const hash = createHash('sha256').update(process.version)
  for (const path of sources.flatMap(filesUnder).sort()) {
    hash.update(`\0${path}\0`).update(readFileSync(join(root, path)))
  }
  return hash.digest('hex').slice(0, 32)
}

function filesUnder(path: string): string[] {
  if (!statSync(join(root, path)).isDirectory()) return [path]
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .filter((file) => !notOfTemplate.test(file))
}

/** Takes the lock, or returns undefined while a living process holds it. */
function lock(path: string): (() => void) | undefined {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return () => rmSync(path, { force: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if (!isHeld(path)) rmSync(path, { force: true }) // its process died: the next try takes it
    return undefined
  }
}

/** An assembly takes seconds: whatever holds a lock longer is another process, which got the dead one's number. */
function isHeld(path: string): boolean {
  try {
    const holder = Number(readFileSync(path, 'utf8'))
    const young = Date.now() - statSync(path).mtimeMs < 120_000
    return young && (holder === 0 || process.kill(holder, 0)) // 0: its number is not written yet
  } catch {
    return false
  }
}

/** Assemblies of a day ago and older are of sources that are no more. */
function forgetOld(cache: string): void {
  for (const name of readdirSync(cache)) {
    const old = statSync(join(cache, name), { throwIfNoEntry: false })
    if (old && Date.now() - old.mtimeMs > 86_400_000) rmSync(join(cache, name), { recursive: true, force: true })
  }
}

/** Synthesizes into `draft`. Returns what was said when it failed. */
async function make(draft: string, given: Record<string, unknown>): Promise<string | undefined> {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> }
  const child = spawn(process.execPath, ['infra/app.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CDK_OUTDIR: draft,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...given }),
      CDK_VALIDATION: 'false',
      NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/rapporteur/node'),
    },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  return code === 0 ? undefined : stripVTControlCharacters(said)
}
