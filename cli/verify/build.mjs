// Makes one file of `rapporteur-verify`, for any Node from 20 on and without anything beside it: `npm run build:verify`.
// Plain JavaScript: it runs under whatever Node a clone is first met with.

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The program as one ES module. */
export const built = () =>
  buildSync({
    absWorkingDir: root,
    entryPoints: ['cli/verify/main.ts'],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: '#!/usr/bin/env node' },
    minify: true,
    write: false,
    logLevel: 'warning',
  }).outputFiles[0].text

if (argv[1] === fileURLToPath(import.meta.url)) {
  const file = argv[2] ?? `${root}dist/rapporteur-verify.mjs`
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, built(), { mode: 0o755 })
  console.log(file)
}
