// After an install: every npm script runs under Node 24 or newer, with npm's own scripts' PATH putting `.bin` first.
// Plain JavaScript, for it is the one file that may run under an older Node.

import { execFileSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { sep } from 'node:path'

const wanted = 24
const major = (path) => Number(execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).split('.')[0])

const link = 'node_modules/.bin/node'
const brought = existsSync(link)
const platform = process.env.npm_node_execpath
// An npm that itself runs under the Node of this folder says nothing about the machine's own.
const nested = !platform || platform.includes(`${sep}node_modules${sep}`)

if (brought && !nested && major(platform) >= wanted) rmSync(link)
else if (!brought && major(platform ?? process.execPath) < wanted) {
  const found = execFileSync(platform ?? process.execPath, ['--version'], { encoding: 'utf8' }).trim()
  console.error(
    `Rapporteur needs Node ${wanted} or newer. This is ${found}, and no package brings a newer one for ${process.platform}-${process.arch}.`,
  )
  process.exit(1)
}
