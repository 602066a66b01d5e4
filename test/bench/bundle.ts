import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { apiEnv } from '#functions/api/env.ts'
import { bundled, loadedAtStart } from '../../infra/constructs/bundle.ts'
import { exactly, ms, type Part } from './figure.ts'
import { sideBySide } from './paired.ts'
import type { Size } from './size.ts'

/** What every API of this kind loads, and nothing of ours. */
const floor = `export { Hono } from 'hono'
export { handle } from 'hono/aws-lambda'
export { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
export * as v from 'valibot'
`

/** The API's bundle beside the floor's: bytes, and how long a new process takes to import it. */
export async function bundle(size: Size): Promise<Part> {
  const folder = mkdtempSync(join(tmpdir(), 'rapporteur-bench-'))
  try {
    const entry = join(folder, 'floor.ts')
    writeFileSync(entry, floor)
    const [api, base] = [write(join(folder, 'api'), 'functions/api/handler.ts'), write(join(folder, 'base'), entry)]
    const imports = await sideBySide(
      { api: async () => importing(api.index), floor: async () => importing(base.index) },
      { rounds: size.starts, warmUp: 1 },
    )
    const ratio = (value: number) => ({ median: value, low: value, high: value, n: 1 })
    return {
      name: 'bundle',
      title: 'Bundle and cold start of the API',
      how: 'Beside a bundle of hono, valibot and the DynamoDB client alone, made in the same way: minified, split where `import()` stands. Bytes are those that a start loads; what is loaded later, when it is asked for, is counted apart. A start is the import in a new process, the two in turn.',
      figures: [
        { what: 'floor: bytes loaded at the start', value: exactly(base.start, 'bytes') },
        {
          what: 'api: bytes loaded at the start',
          value: exactly(api.start, 'bytes'),
          ratio: ratio(api.start / base.start),
          beside: 'the floor',
          budget: { name: 'api bundle: bytes', atMost: 1.2 },
        },
        { what: 'floor: bytes loaded when asked for', value: exactly(base.later, 'bytes') },
        { what: 'api: bytes loaded when asked for', value: exactly(api.later, 'bytes') },
        { what: 'floor: import', value: ms(imports.of('floor')) },
        {
          what: 'api: import',
          value: ms(imports.of('api')),
          ratio: imports.ratio('api', 'floor'),
          beside: 'the floor',
          budget: { name: 'api cold start: import', atMost: 1.2 },
        },
      ],
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function write(folder: string, entry: string): { index: string; start: number; later: number } {
  const { outputFiles, metafile } = bundled(entry, { sourcemap: false, nodePaths: ['node_modules'] })
  mkdirSync(folder)
  for (const { path, contents } of outputFiles) writeFileSync(join(folder, basename(path)), contents)
  const loaded = loadedAtStart(metafile)
  const bytes = (atStart: boolean) =>
    Object.entries(metafile.outputs)
      .filter(([path]) => loaded.has(path) === atStart)
      .reduce((sum, [, output]) => sum + output.bytes, 0)
  return { index: join(folder, 'index.mjs'), start: bytes(true), later: bytes(false) }
}

/** Milliseconds, as the new process itself counts them. */
function importing(file: string): number {
  const code = `const from = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - from)`
  const env = Object.fromEntries(apiEnv.map((name) => [name, 'urn:rapporteur:bench']))
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
    env: { ...env, AWS_REGION: 'eu-central-1' },
  })
  return Number(said)
}
