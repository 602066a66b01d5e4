import { Unsupported } from './intrinsics.ts'
import type { Route } from './stack.ts'

export interface Found {
  readonly route: Route
  readonly pathParameters: Readonly<Record<string, string>>
}

/** Finds the route of a request as an HTTP API does: the whole path first, then one with `{name+}`, then `$default`. */
export function router(routes: readonly Route[]): (method: string, path: string) => Found | undefined {
  const compiled = routes.map((route) => ({ route, ...compile(route.key) })).sort((one, other) => one.rank - other.rank)
  return (method, path) => {
    for (const { route, wanted, pattern } of compiled) {
      const match = wanted === 'ANY' || wanted === method ? pattern.exec(path) : null
      if (match) return { route, pathParameters: { ...match.groups } }
    }
    return undefined
  }
}

function compile(key: string): { wanted: string; pattern: RegExp; rank: number } {
  if (key === '$default') return { wanted: 'ANY', pattern: /^/, rank: 100 }
  const [, wanted, path] = /^([A-Z]+) (\/.*)$/.exec(key) ?? []
  if (!wanted || !path) throw new Unsupported('a route', `the key ${key}`)
  const source = path
    .split('/')
    .map((part) => {
      const [, name, greedy] = /^\{(\w+)(\+?)\}$/.exec(part) ?? []
      if (name) return `(?<${name}>${greedy ? '.+' : '[^/]+'})`
      return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    })
    .join('/')
  const rank = (path.includes('+}') ? 50 : path.includes('{') ? 20 : 0) + (wanted === 'ANY' ? 1 : 0)
  return { wanted, pattern: new RegExp(`^${source}$`), rank }
}
