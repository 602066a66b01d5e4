/** Lets Node load what otherwise the bundler does: pages (`.tsx`) and the texts of problems (`.md`). */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'

registerHooks({
  load(url, context, next) {
    if (!/\.(tsx|md)$/.test(url)) return next(url, context)
    const text = readFileSync(fileURLToPath(url), 'utf8')
    const source = url.endsWith('.md')
      ? `export default ${JSON.stringify(text)}`
      : transformSync(text, { loader: 'tsx', jsx: 'automatic', jsxImportSource: 'hono/jsx', target: 'node24' }).code
    return { format: 'module', source, shortCircuit: true }
  },
})
