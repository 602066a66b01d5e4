import { type Json, Unsupported } from './intrinsics.ts'

/** An event pattern: rules on the bus and filters of mappings speak this one language. */
export interface Pattern {
  readonly source: Json
  matches(event: Json): boolean
}

type Values = readonly Json[]
type Matcher = (values: Values, there: boolean) => boolean

/**
 * Known are exact values, `prefix`, `anything-but` and `exists`. A field of the event that is a list matches when one of
 * its elements does. `at` says whose pattern it is. @throws {Unsupported} for any other matcher, by name.
 */
export function compilePattern(pattern: Json, at: string): Pattern {
  const matches = object(pattern, at)
  return { source: pattern, matches: (event) => matches([event]) }
}

/** Of the values that stand at one place of the event (several within lists), one must hold every field. */
function object(pattern: Json, at: string): (values: Values) => boolean {
  if (pattern === null || typeof pattern !== 'object' || Array.isArray(pattern)) {
    throw new Unsupported(at, `the pattern ${JSON.stringify(pattern)}`)
  }
  const fields = Object.entries(pattern).map(([name, inner]) => {
    if (name.startsWith('$')) throw new Unsupported(at, `the matcher ${name}`)
    return { name, matches: Array.isArray(inner) ? leaf(inner, at) : within(object(inner, at)) }
  })
  return (values) =>
    values.some(
      (value) =>
        value !== null &&
        typeof value === 'object' &&
        !Array.isArray(value) &&
        fields.every(({ name, matches }) => {
          const there = Object.hasOwn(value, name)
          const member = there ? (value as Record<string, Json>)[name] : undefined
          return matches(Array.isArray(member) ? member : member === undefined ? [] : [member], there)
        }),
    )
}

// An absent object is looked into as an empty one: `exists: false` holds there too.
const within =
  (matches: (values: Values) => boolean): Matcher =>
  (values) =>
    matches(values.length > 0 ? values : [{}])

function leaf(alternatives: Values, at: string): Matcher {
  if (alternatives.length === 0) throw new Unsupported(at, 'an empty list of values')
  const matchers = alternatives.map((one) => matcher(one, at))
  return (values, there) => matchers.some((matches) => matches(values, there))
}

function matcher(wanted: Json, at: string): Matcher {
  if (wanted === null || typeof wanted !== 'object') return (values) => values.includes(wanted)
  const [name, ...more] = Object.keys(wanted)
  const make = name !== undefined && more.length === 0 && Object.hasOwn(matchers, name) ? matchers[name] : undefined
  if (!make) throw new Unsupported(at, `the matcher ${name ?? JSON.stringify(wanted)}`)
  return make((wanted as Record<string, Json>)[name as string] as Json, at)
}

const matchers: Readonly<Record<string, (argument: Json, at: string) => Matcher>> = {
  prefix: (argument, at) => {
    const prefix = text(argument, 'prefix', at)
    return (values) => values.some((value) => typeof value === 'string' && value.startsWith(prefix))
  },
  'anything-but': (argument, at) => {
    const others = Array.isArray(argument) ? argument : [argument]
    const matches = others.map((one) =>
      one !== null && typeof one === 'object' ? matcher(only(one, 'prefix', at), at) : matcher(one, at),
    )
    return (values) => values.some((value) => isPlain(value) && !matches.some((matches) => matches([value], true)))
  },
  exists: (argument, at) => {
    if (typeof argument !== 'boolean') throw new Unsupported(at, `exists ${JSON.stringify(argument)}`)
    return (values, there) => (there && values.every(isPlain)) === argument
  },
}

const isPlain = (value: Json) => value === null || typeof value !== 'object'

function text(value: Json, name: string, at: string): string {
  if (typeof value !== 'string') throw new Unsupported(at, `${name} ${JSON.stringify(value)}`)
  return value
}

function only(value: Json, name: string, at: string): Json {
  const [given] = Object.keys(value as object)
  if (given !== name) throw new Unsupported(at, `the matcher anything-but ${given}`)
  return value
}
