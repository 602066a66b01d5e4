import { differences } from './differences.ts'
import { pointer } from './pointer.ts'

/**
 * One change of a JSON document, as an operation of RFC 6902 on it: with `to` alone the value is added, in a list
 * before what stands at that index; with `from` alone it is taken away; with both it is replaced.
 */
export interface Change {
  /** A JSON Pointer as a URI fragment, into the document as the changes before this one leave it. */
  readonly pointer: string
  readonly from?: unknown
  readonly to?: unknown
}

/** By the name of a list, the member that tells its items apart. Lists that are not named are compared by place. */
export type Identities = Readonly<Record<string, string>>

type Path = readonly (string | number)[]
type Members = Readonly<Record<string, unknown>>

/**
 * What makes `after` of `before`, the deepest members that differ, in an order in which they can be made.
 * Undefined is what is not there; `path` is where the two stand.
 */
export function changesBetween(before: unknown, after: unknown, identities: Identities, path: Path = []): Change[] {
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(after), ...Object.keys(before)])]
    return names.flatMap((name) => changesBetween(own(before, name), own(after, name), identities, [...path, name]))
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const identity = own(identities, String(path.at(-1)))
    return identity === undefined
      ? byPlace(before, after, identities, path)
      : byIdentity(before, after, (item) => own(item, String(identity)), identities, path)
  }
  if (same(before, after)) return []
  return [
    {
      pointer: pointer(...path),
      ...(before === undefined ? {} : { from: before }),
      ...(after === undefined ? {} : { to: after }),
    },
  ]
}

/** What is the same at both ends is left; between them, place by place, and then what one has more than the other. */
function byPlace(before: readonly unknown[], after: readonly unknown[], identities: Identities, path: Path): Change[] {
  const shorter = Math.min(before.length, after.length)
  let [head, tail] = [0, 0]
  while (head < shorter && same(before[head], after[head])) head++
  while (tail < shorter - head && same(before.at(-1 - tail), after.at(-1 - tail))) tail++
  const both = shorter - tail
  return [
    ...after.slice(head, both).flatMap((item, index) => {
      return changesBetween(before[head + index], item, identities, [...path, head + index])
    }),
    ...taken(before, (index) => index >= both && index < before.length - tail, path),
    ...after.slice(both, after.length - tail).map((to, index) => ({ pointer: pointer(...path, both + index), to })),
  ]
}

/** Items that are in both and keep their order are compared with themselves; the others are taken away and put in. */
function byIdentity(
  before: readonly Members[],
  after: readonly Members[],
  idOf: (item: Members) => unknown,
  identities: Identities,
  path: Path,
): Change[] {
  const places = new Map(before.map((item, index) => [idOf(item), index]))
  const staying = longestAscending(after.flatMap((item) => places.get(idOf(item)) ?? []))
  return [
    ...taken(before, (index) => !staying.has(index), path),
    ...after.flatMap((to, index) => {
      const was = places.get(idOf(to))
      return was !== undefined && staying.has(was)
        ? changesBetween(before[was], to, identities, [...path, index])
        : [{ pointer: pointer(...path, index), to }]
    }),
  ]
}

/** From the end, so that none shifts the next. */
const taken = (before: readonly unknown[], gone: (index: number) => boolean, path: Path): Change[] =>
  before.flatMap((from, index) => (gone(index) ? [{ pointer: pointer(...path, index), from }] : [])).reverse()

/** The most of these distinct numbers that ascend as they stand: whatever has to move, it is the fewest. */
function longestAscending(numbers: readonly number[]): ReadonlySet<number> {
  const ends: number[] = [] // the least number that a run of each length ends with
  const before = new Map<number, number | undefined>()
  for (const number of numbers) {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle] as number) < number) low = middle + 1
      else high = middle
    }
    before.set(number, ends[low - 1])
    ends[low] = number
  }
  const run = new Set<number>()
  for (let number = ends.at(-1); number !== undefined; number = before.get(number)) run.add(number)
  return run
}

const same = (a: unknown, b: unknown): boolean => a === b || differences(a, b).length === 0

const isRecord = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A member of its own, so that `constructor` is nobody's by inheritance. */
const own = (value: Members, name: string): unknown => (Object.hasOwn(value, name) ? value[name] : undefined)
