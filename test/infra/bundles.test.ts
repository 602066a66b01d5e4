import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildSync, type Metafile } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { bounds, edtfProblem } from '#events/edtf.ts'
import { bundleOptions } from '../../infra/constructs/bundle.ts'
import { assembly, ofType, templateIn } from '../support/assembly.ts'

const folder = await assembly()
const functions = ofType(templateIn(folder), 'AWS::Lambda::Function')

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

/** The packages in a step's bundle, and how many bytes each is of it. */
function packagesIn(step: string): Map<string, number> {
  const { outputs } = JSON.parse(readFileSync(join(folder, `${step}.meta.json`), 'utf8')) as Metafile
  const packages = new Map<string, number>()
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'ours'
      packages.set(name, (packages.get(name) ?? 0) + bytesInOutput)
    }
  }
  return packages
}

describe.each(['api', 'seal', 'publish', 'project'])('the code of %s', (step) => {
  it('is one module and its source map, without the sources', () => {
    const { code } = deployed(step)
    expect(readdirSync(code).sort()).toEqual(['index.mjs', 'index.mjs.map'])
    const map = JSON.parse(readFileSync(join(code, 'index.mjs.map'), 'utf8')) as { sources: string[] }
    expect(map).not.toHaveProperty('sourcesContent')
    expect(map.sources).toContain(`functions/${step}/handler.ts`)
    // Paths from the project's folder: the same code is the same bytes, wherever it is bundled.
    expect(map.sources.filter((source) => /^(\.|\/)/.test(source))).toEqual([])
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
    const bus = step === 'publish' ? ['@aws-sdk/client-eventbridge'] : []
    expect(clients).toEqual(['@aws-sdk/client-dynamodb', ...bus])
  })
})

it('reads dates once bundled as it does from its source', async () => {
  const { outputFiles } = buildSync({ ...bundleOptions, sourcemap: false, entryPoints: ['events/edtf.ts'] })
  const code = `data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`
  const bundled = (await import(code)) as { bounds: typeof bounds; edtfProblem: typeof edtfProblem }
  const dates = [
    ...['2031-02-12', '2031-02', '2031', '203', '20', '-0431', 'Y-17E7', '1950S2', '2031-21', '2031-33'],
    ...['2031-02-01/2031-02-10', '2031-02-12/..', '../2031', '2031-02-12/', '2031?/2032~', '2031-06/2031'],
    ...['{2031-02-05,2031-02-12}', '{2031..2033}', '[2031-02,2032]', '[2031-02-12..]', '[..2031-02-06]'],
    ...['XXXX-02-06', '203X-12-25', '2031-1X', '2031-02~', '2031-02-~06'],
  ]
  for (const date of dates) {
    expect([date, edtfProblem(date)]).toEqual([date, undefined])
    expect([date, bundled.edtfProblem(date)]).toEqual([date, undefined])
    expect(bundled.bounds(date)).toEqual(bounds(date))
  }
})
