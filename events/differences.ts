import { jcs } from './jcs.ts'
import { pointer } from './pointer.ts'

type Path = readonly (string | number)[]

/** Where two JSON values differ, as JSON Pointers: the deepest members that are not the same in both. Empty if equal. */
export const differences = (a: unknown, b: unknown): string[] => walk(a, b, []).map((path) => pointer(...path))

function walk(a: unknown, b: unknown, path: Path): Path[] {
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return [path]
    return a.flatMap((item, index) => walk(item, b[index], [...path, index]))
  }
  if (isRecord(a) && isRecord(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
    return keys.flatMap((key) => walk(own(a, key), own(b, key), [...path, key]))
  }
  return a === b || (a !== undefined && b !== undefined && jcs(a) === jcs(b)) ? [] : [path]
}

/**
 * `recorded` without the members of these names that `given` does not have at the same place: what was filled in when
 * it was recorded is not compared, unless the request says it too.
 */
export function asGiven(recorded: unknown, given: unknown, filledIn: readonly string[]): unknown {
  if (Array.isArray(recorded) && Array.isArray(given)) {
    return recorded.map((item, index) => asGiven(item, given[index], filledIn))
  }
  if (!isRecord(recorded) || !isRecord(given)) return recorded
  return Object.fromEntries(
    Object.entries(recorded)
      .filter(([key]) => Object.hasOwn(given, key) || !filledIn.includes(key))
      .map(([key, value]) => [key, asGiven(value, own(given, key), filledIn)]),
  )
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A member of its own, so that `constructor` is nobody's by inheritance. */
const own = (value: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(value, key) ? value[key] : undefined
