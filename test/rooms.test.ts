import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { filesUnder, type Import, importsOf, specifiersIn } from './support/imports.ts'

const rooms = ['events', 'functions', 'infra', 'cli']
const steps = ['api', 'seal', 'publish', 'project', 'deliver', 'withhold', 'witness']
const files = rooms.flatMap(filesUnder)
const imports = files.flatMap(importsOf)

/** Who may import what, by path. A file is held to the first line that names it; what is not allowed is forbidden. */
const arrows: readonly [who: RegExp, ...may: RegExp[]][] = [
  [/^events\//, /^events\//],
  ...steps.map((step): [RegExp, ...RegExp[]] => [
    new RegExp(`^functions/${step}/`),
    new RegExp(`^functions/${step}/`),
    /^functions\/(store|projections|runtime|access)\//,
    /^events\//,
    /^docs\/problems\//, // a problem's page is the answer's text
  ]),
  [/^functions\/projections\//, /^functions\/(store|projections|runtime|access)\//, /^events\//],
  ...['store', 'access'].map((room): [RegExp, ...RegExp[]] => [
    new RegExp(`^functions/${room}/`),
    new RegExp(`^functions/(${room}|runtime)/`),
    /^events\//,
  ]),
  [/^functions\/runtime\//, /^functions\/runtime\//, /^events\//],
  [/^infra\/local\//, /^infra\/local\//],
  [/^infra\//, /^infra\/(?!local\/)/, /^functions\/[a-z]+\/env\.ts$/],
  [
    /^cli\/dev\.ts$/,
    /^cli\//,
    /^events\//,
    /^functions\/(store|projections|runtime|access)\//,
    /^infra\/(local\/|assembly\.ts$)/,
  ],
  [/^cli\//, /^cli\//, /^events\//, /^functions\/(store|projections|runtime|access)\//],
]

/** `functions/seal`, `events`, `infra/local`: inside it an import is relative. */
const roomOf = (path: string) => /^(functions\/[^/]+|infra\/local|[^/]+)\//.exec(path)?.[1] ?? path

const shown = (found: readonly Import[]) => found.map(({ file, specifier }) => `${file} imports ${specifier}`)

describe('the rooms', () => {
  it('are read: every file, every import', () => {
    const least = { events: 100, functions: 160, infra: 50, cli: 15 }
    for (const [room, count] of Object.entries(least)) {
      expect(files.filter((file) => file.startsWith(`${room}/`)).length, room).toBeGreaterThanOrEqual(count)
    }
    for (const file of files) {
      const statements = readFileSync(file, 'utf8').match(/^(import|export) .*\bfrom ['"]|^\} from ['"]/gm) ?? []
      expect(imports.filter((one) => one.file === file).length, file).toBeGreaterThanOrEqual(statements.length)
    }
  })

  it('are read in every way there is to import', () => {
    const source = [
      `import a, { type B } from './a.ts'`,
      `import type {\n  C,\n} from "./c.ts"`,
      `export * from './d.ts'`,
      `import './e.ts'`,
      `const f = await import('./f.ts')`,
      `// import g from './g.ts'`,
      `/* import h from './h.ts' */`,
    ]
    expect(specifiersIn(source.join('\n')).sort()).toEqual(['./a.ts', './c.ts', './d.ts', './e.ts', './f.ts'])
  })

  it('hold the arrows: each imports only what it may', () => {
    const ours = imports.filter((one) => one.ours)
    expect(ours.length).toBeGreaterThan(900)
    const against = ours.filter(({ file, target }) => {
      const [, ...may] = arrows.find(([who]) => who.test(file)) ?? []
      return !may.some((allowed) => allowed.test(target))
    })
    expect(shown(against)).toEqual([])
  })

  it('import files that are there, by their whole name', () => {
    expect(shown(imports.filter(({ ours, target }) => ours && !existsSync(target)))).toEqual([])
  })

  it('are entered by #events and #functions from outside, and walked by relative paths inside', () => {
    const wrong = imports.filter(({ ours, file, specifier, target }) => {
      const inside = roomOf(file) === roomOf(target)
      const named = specifier.startsWith('#')
      if (specifier === '#crypto') return false // by that name from everywhere: in a browser it is another file
      return ours && (inside ? named : !named && /^(events|functions)\//.test(target))
    })
    expect(shown(wrong)).toEqual([])
  })

  it('keep events pure: the schemas, the canonical form and a hash, and nothing else', () => {
    const allowed = ['valibot', 'canonicalize', 'node:crypto', '@noble/ed25519', '@noble/hashes']
    const outside = imports.filter(({ file, ours }) => file.startsWith('events/') && !ours)
    expect(outside.map(({ target }) => target)).toContain('valibot')
    expect(shown(outside.filter(({ target }) => !allowed.includes(target)))).toEqual([])
  })

  it('deploy only what package.json lists to be deployed', () => {
    const deployed = imports.filter(({ file, ours }) => /^(events|functions)\//.test(file) && !ours)
    const listed = Object.keys(packageJson.dependencies)
    const typesAlone = ['aws-lambda'] // of @types/aws-lambda: there is no such package at run time
    const missing = deployed.filter(({ target }) => ![...listed, ...typesAlone].includes(target))
    expect(shown(missing.filter(({ target }) => !target.startsWith('node:')))).toEqual([])
  })

  it('are named for what they hold', () => {
    expect(files.filter((file) => /(^|\/)(utils?|shared|helpers?|common|misc)(\/|\.ts)/.test(file))).toEqual([])
    expect(files.filter((file) => basename(file).startsWith('index.'))).toEqual([])
  })
})
