/**
 * What it costs: ratios to what cannot be cheaper, side by side in one run, written to `docs/performance.md`. `--quick`
 * takes fewer rounds, `--tiny` only sees that all parts run, `--only <part>` takes one alone; these two only tell. Nothing
 * is asserted here.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import engine from '@dynoxide/linux-x64/package.json' with { type: 'json' }
import type { Part } from './figure.ts'
import { parts } from './parts.ts'
import { report, section } from './report.ts'
import { quick, tiny, whole } from './size.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean' },
    tiny: { type: 'boolean' },
  },
})
const size = values.tiny ? tiny : values.quick ? quick : whole
const names = values.only ?? Object.keys(parts)
const unknown = names.filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}: there are ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}

const describe = ({ name, version }: typeof engine) => `${name} ${version}`
const done: Part[] = []
for (const name of names) {
  const part = await parts[name]?.(size)
  if (!part) continue
  console.log(section(part))
  done.push(part)
  // After each part: a run that is cut short has told what it found.
  if (!values.only && !values.tiny) writeFileSync('docs/performance.md', report(done, new Date(), describe(engine)))
}
