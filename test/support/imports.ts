import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }

export interface Import {
  readonly file: string
  /** As written. */
  readonly specifier: string
  /** Whether it is one of our files, and no package. */
  readonly ours: boolean
  /** Our file by its path from the project's folder; or the package's name, `node:crypto` as it is. */
  readonly target: string
}

/** Every source file below a folder, by its path from the project's folder. */
export function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mts|mjs|js)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

export function importsOf(file: string): Import[] {
  return specifiersIn(readFileSync(file, 'utf8')).map((specifier) => {
    const ours = /^[.#]/.test(specifier)
    return { file, specifier, ours, target: ours ? pathOf(file, specifier) : packageOf(specifier) }
  })
}

/** Of static, dynamic and type imports and of re-exports. Comments do not count. */
export function specifiersIn(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  return [
    ...code.matchAll(/\b(?:import|export)\b[^'"`;]*?\bfrom\s*(['"])(?<specifier>[^'"]+)\1/g),
    ...code.matchAll(/^\s*import\s*(['"])(?<specifier>[^'"]+)\1/gm),
    ...code.matchAll(/\bimport\s*\(\s*(['"`])(?<specifier>[^'"`]+)\1/g),
  ].map((found) => found.groups?.specifier as string)
}

/** Names of package.json that stand for one file; in a browser, for another one beside it. */
const named: Record<string, string> = { '#crypto': packageJson.imports['#crypto'].default }

const pathOf = (file: string, specifier: string) =>
  named[specifier] !== undefined
    ? normalize(named[specifier])
    : specifier.startsWith('#')
      ? specifier.slice(1)
      : join(dirname(file), specifier)

const packageOf = (specifier: string) =>
  specifier.startsWith('node:') ? specifier : specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
