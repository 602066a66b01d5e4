import type { Change } from '#events/changes.ts'

type Json = ReturnType<typeof JSON.parse>

/**
 * The document with the changes made, each as RFC 6902 has it: `add`, `remove` and `replace`, of which the latter two
 * find what they say they find. Written from the RFC, and not from what makes the changes.
 */
export function patched(document: unknown, changes: readonly Change[]): Json {
  const root: Json = { '': structuredClone(document) }
  for (const change of changes) {
    const steps = ['', ...stepsOf(change.pointer)]
    const last = steps.pop() as string
    const holder = steps.reduce((at: Json, step) => memberOf(at, step, change), root)
    const list = Array.isArray(holder)
    if ('from' in change) {
      const found = memberOf(holder, last, change)
      if (JSON.stringify(sorted(found)) !== JSON.stringify(sorted(change.from))) {
        throw new Error(`At ${change.pointer} stands ${JSON.stringify(found)}, not ${JSON.stringify(change.from)}`)
      }
      if (list) holder.splice(Number(last), 1)
      else delete holder[last]
    }
    if ('to' in change) {
      if (list && !(Number(last) >= 0 && Number(last) <= holder.length)) throw new Error(`No place ${change.pointer}`)
      if (!list && !('from' in change) && Object.hasOwn(holder, last)) throw new Error(`${change.pointer} is there`)
      if (list) holder.splice(Number(last), 0, structuredClone(change.to))
      else Object.defineProperty(holder, last, { value: structuredClone(change.to), ...plain })
    }
  }
  return root['']
}

const plain = { enumerable: true, writable: true, configurable: true }

/** RFC 6901 §6: the fragment is percent-decoded, then `~1` and `~0`. */
const stepsOf = (pointer: string) =>
  pointer
    .slice(1)
    .split('/')
    .slice(1)
    .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))

function memberOf(holder: Json, step: string, { pointer }: Change): Json {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, step)) {
    throw new Error(`Nothing is at ${pointer}`)
  }
  return holder[step]
}

/** Whatever the order of members. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => [name, sorted(member)])
}
