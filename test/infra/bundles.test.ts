import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import type { Metafile } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { bounds, edtfProblem } from '#events/edtf.ts'
import { bundled, loadedAtStart } from '../../infra/constructs/bundle.ts'
import { assembly, ofType, templateIn } from '../support/assembly.ts'

const folder = await assembly()
const functions = ofType(templateIn(folder), 'AWS::Lambda::Function')

interface SourceMap {
  readonly sources: readonly string[]
}

/** The folder that becomes the function's code, and the variables it will have. */
function deployed(step: string): { code: string; variables: string[] } {
  const found = functions.find(([id]) => id.toLowerCase().startsWith(`${step}function`))
  if (!found) throw new Error(`No function ${step}`)
  const { Code, Environment } = found[1].Properties
  return {
    code: join(folder, `asset.${Code.S3Key.replace(/\.zip$/, '')}`),
    variables: Object.keys(Environment.Variables),
  }
}

const metafileOf = (step: string) => JSON.parse(readFileSync(join(folder, `${step}.meta.json`), 'utf8')) as Metafile

/** The packages in a step's bundle, or in what of it is loaded at the start, and how many bytes each is of it. */
function packagesIn(step: string, which: 'all' | 'start' = 'all'): Map<string, number> {
  const metafile = metafileOf(step)
  const start = loadedAtStart(metafile)
  const packages = new Map<string, number>()
  for (const [output, { inputs }] of Object.entries(metafile.outputs)) {
    if (which === 'start' && !start.has(output)) continue
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'ours'
      packages.set(name, (packages.get(name) ?? 0) + bytesInOutput)
    }
  }
  return packages
}

describe.each(['api', 'seal', 'publish', 'project'])('the code of %s', (step) => {
  it('is modules and their source maps, without the sources', () => {
    const { code } = deployed(step)
    const modules = readdirSync(code).filter((file) => file.endsWith('.mjs'))
    expect(modules).toContain('index.mjs')
    expect(modules.filter((file) => !/^(index|chunk-[0-9A-Z]{8})\.mjs$/.test(file))).toEqual([])
    expect(readdirSync(code).sort()).toEqual(modules.flatMap((file) => [file, `${file}.map`]).sort())
    const maps = modules.map((file) => JSON.parse(readFileSync(join(code, `${file}.map`), 'utf8')) as SourceMap)
    expect(maps.filter((map) => 'sourcesContent' in map)).toEqual([])
    const sources = maps.flatMap((map) => map.sources)
    expect(sources).toContain(`functions/${step}/handler.ts`)
    // Paths from the project's folder: the same code is the same bytes, wherever it is bundled.
    expect(sources.filter((source) => /^(\.|\/)/.test(source))).toEqual([])
  })

  it('is the same to the byte, however often it is bundled', () => {
    const { code } = deployed(step)
    const again = bundled(`functions/${step}/handler.ts`).outputFiles
    expect(again.map(({ path }) => basename(path)).sort()).toEqual(readdirSync(code).sort())
    for (const { path, contents } of again) {
      expect(Buffer.compare(readFileSync(join(code, basename(path))), contents), path).toBe(0)
    }
  })

  it('starts with nothing but its variables, and hands out a handler', async () => {
    const { code, variables } = deployed(step)
    const env = Object.fromEntries(variables.map((name) => [name, 'urn:rapporteur:test']))
    const start = `import(${JSON.stringify(join(code, 'index.mjs'))}).then((code) => console.log(typeof code.handler))`
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', start], {
      cwd: '/', // no node_modules to fall back on
      env: { ...env, NODE_OPTIONS: '--enable-source-maps', AWS_REGION: 'eu-central-1' },
    })
    expect(stdout.trim()).toBe('function')
  })

  it('holds no schema library but ours, and no way to credentials that Lambda does not have', () => {
    const packages = packagesIn(step)
    expect(packages.get('ours')).toBeGreaterThan(1_000)
    for (const name of [
      'zod',
      'effect',
      'arktype',
      'sury',
      'typebox',
      '@sinclair/typebox',
      '@aws-sdk/nested-clients',
    ]) {
      expect(packages.has(name), name).toBe(false)
    }
  })

  it('holds the client of each service that it calls, and of no other', () => {
    const clients = [...packagesIn(step).keys()].filter((name) => name.startsWith('@aws-sdk/client-')).sort()
    const others: Record<string, string[]> = {
      publish: ['@aws-sdk/client-eventbridge'],
      seal: ['@aws-sdk/client-lambda', '@aws-sdk/client-ssm'],
    }
    expect(clients).toEqual(['@aws-sdk/client-dynamodb', ...(others[step] ?? [])])
  })
})

it('starts the api without what few requests need: pages, problems’ texts, proofs, and what describes it', () => {
  const start = packagesIn('api', 'start')
  const rarely = ['hono-openapi', '@valibot/to-json-schema', '@standard-community/standard-openapi', 'bowser']
  for (const name of rarely) expect([name, start.has(name)]).toEqual([name, false])
  expect([...packagesIn('api').keys()]).toEqual(expect.arrayContaining(rarely))
  const { outputs } = metafileOf('api')
  const loaded = [...loadedAtStart(metafileOf('api'))].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}))
  expect(loaded).toContain('functions/api/app.ts')
  const pages =
    /^functions\/api\/(log\/|gzip|pages\/|problems\/texts|document\.ts)|^functions\/store\/log-tiles|^events\/log\/(proof|note)|^node_modules\/hono\/dist\/jsx\//
  expect(loaded.filter((path) => pages.test(path))).toEqual([])
})

it('starts seal without those that it asks once something is to be signed, or was', () => {
  expect(packagesIn('seal', 'start').has('@aws-sdk/client-dynamodb')).toBe(true)
  expect(packagesIn('seal', 'start').has('@aws-sdk/client-ssm')).toBe(false)
  expect(packagesIn('seal', 'start').has('@aws-sdk/client-lambda')).toBe(false)
})

it('deploys nothing that is there for tests', () => {
  for (const step of ['api', 'seal', 'publish', 'project']) {
    const packages = packagesIn(step)
    for (const name of ['edtf', 'nearley', 'fast-check'])
      expect([step, name, packages.has(name)]).toEqual([step, name, false])
  }
})

it('reads dates once bundled as it does from its source', async () => {
  const { outputFiles } = bundled('events/edtf.ts', { sourcemap: false })
  const url = `data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`
  const code = (await import(url)) as { bounds: typeof bounds; edtfProblem: typeof edtfProblem }
  const dates = [
    ...['2031-02-12', '2031-02', '2031', '203', '20', '-0431', 'Y-17E7', '1950S2', '2031-21', '2031-33'],
    ...['2031-02-01/2031-02-10', '2031-02-12/..', '../2031', '2031-02-12/', '2031?/2032~', '2031-06/2031'],
    ...['{2031-02-05,2031-02-12}', '{2031..2033}', '[2031-02,2032]', '[2031-02-12..]', '[..2031-02-06]'],
    ...['XXXX-02-06', '203X-12-25', '2031-1X', '2031-02~', '2031-02-~06'],
  ]
  for (const date of dates) {
    expect([date, edtfProblem(date)]).toEqual([date, undefined])
    expect([date, code.edtfProblem(date)]).toEqual([date, undefined])
    expect(code.bounds(date)).toEqual(bounds(date))
  }
})
