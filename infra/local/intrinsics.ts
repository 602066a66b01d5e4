/** What a template holds: any JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** What the local cloud does not know. The message names it and where it stands; the start ends with it. */
export class Unsupported extends Error {
  constructor(at: string, what: string) {
    super(`${at}: ${what} is not known to the local cloud`)
    this.name = 'Unsupported'
  }
}

/** What a template's references stand for. Each throws `Unsupported` for what it does not know. */
export interface References {
  /** A resource's physical name, or a pseudo parameter such as `AWS::Region`. */
  ref(name: string, at: string): string
  attribute(logicalId: string, attribute: string, at: string): string
}

/**
 * The value with every intrinsic function in it replaced by what it gives. `at` says where the value stands, for errors.
 * Known are Ref, Fn::GetAtt, Fn::Sub, Fn::Join, Fn::Select and Fn::Split. @throws {Unsupported} for any other.
 */
export function resolve(value: Json, references: References, at: string): Json {
  if (value === null || typeof value !== 'object') return value
  if (isList(value)) return value.map((one, index) => resolve(one, references, `${at}.${index}`))
  const [name, ...more] = Object.keys(value)
  if (name !== undefined && more.length === 0 && (name === 'Ref' || name === 'Condition' || name.startsWith('Fn::'))) {
    const intrinsic = intrinsics[name]
    // `Condition` is also a member of a policy's statement, where it is an object.
    if (intrinsic) return intrinsic(value[name] as Json, references, at)
    if (name !== 'Condition' || typeof value[name] === 'string') throw new Unsupported(at, name)
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, resolve(member, references, `${at}.${key}`)]),
  )
}

type Intrinsic = (argument: Json, references: References, at: string) => Json

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, references, at) => references.ref(text(argument, at), at),
  'Fn::GetAtt': (argument, references, at) => {
    const [id, ...attribute] = isList(argument) ? argument.map((one) => text(one, at)) : text(argument, at).split('.')
    return references.attribute(id ?? '', attribute.join('.'), at)
  },
  'Fn::Sub': (argument, references, at) => {
    const [template, given] = isList(argument) ? argument : [argument, {}]
    const variables = resolve(given ?? {}, references, at) as Record<string, Json>
    return text(template ?? null, at).replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`
      if (name in variables) return text(variables[name] ?? null, at)
      const dot = name.indexOf('.')
      return dot < 0 ? references.ref(name, at) : references.attribute(name.slice(0, dot), name.slice(dot + 1), at)
    })
  },
  'Fn::Join': (argument, references, at) => {
    const [separator, parts] = list(argument, at)
    return list(resolve(parts ?? null, references, at), at)
      .map((part) => text(part, at))
      .join(text(separator ?? null, at))
  },
  'Fn::Select': (argument, references, at) => {
    const [index, from] = list(resolve(argument, references, at), at)
    const selected = list(from ?? null, at)[Number(index)]
    if (selected === undefined) throw new Error(`${at}: Fn::Select takes number ${index} of fewer`)
    return selected
  },
  'Fn::Split': (argument, references, at) => {
    const [separator, from] = list(resolve(argument, references, at), at)
    return text(from ?? null, at).split(text(separator ?? null, at))
  },
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

function text(value: Json, at: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new Error(`${at}: text is expected, not ${JSON.stringify(value)}`)
}

function list(value: Json, at: string): readonly Json[] {
  if (isList(value)) return value
  throw new Error(`${at}: a list is expected, not ${JSON.stringify(value)}`)
}
