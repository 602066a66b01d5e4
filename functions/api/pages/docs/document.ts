/** An OpenAPI 3.1 document, as far as the reference shows it. */
export interface OpenApi {
  readonly info: { readonly title: string; readonly description?: string }
  readonly tags: readonly { readonly name: string; readonly description?: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>
    readonly securitySchemes: Readonly<Record<string, { readonly description?: string }>>
  }
}

export interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, Response>>
}

export interface Parameter {
  readonly in: string
  readonly name: string
  readonly required?: boolean
  readonly description?: string
  readonly schema: Schema
}

export interface Response {
  readonly description: string
  readonly content?: Content
  readonly headers?: Readonly<Record<string, { readonly description?: string }>>
}

export type Content = Readonly<Record<string, { readonly schema: Schema }>>

/** JSON Schema, as far as ours go. */
export interface Schema {
  readonly $ref?: string
  readonly title?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly contentSchema?: Schema
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
}

/** An operation and where it is. */
export interface Placed extends Operation {
  readonly method: string
  readonly path: string
}

/** Every operation, by tag, in the tags' order; within one by path, reading before writing. */
export function byTag({ tags, paths }: OpenApi) {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]): Placed => ({ ...operation, method: method.toUpperCase(), path }),
    ),
  )
  const sorted = all.toSorted((a, b) => compare(a.path, b.path) || compare(a.method, b.method))
  return tags.map((tag) => ({ ...tag, operations: sorted.filter((one) => one.tags?.includes(tag.name)) }))
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** `Dating` of `#/components/schemas/Dating`. */
export const nameOf = ({ $ref }: Schema): string | undefined => /^#\/components\/schemas\/(\w+)$/.exec($ref ?? '')?.[1]

/** The schema behind a reference; itself where it is none. */
export function resolved({ components }: OpenApi, schema: Schema): Schema {
  const name = nameOf(schema)
  const named = name === undefined ? undefined : components.schemas[name]
  return named ? { ...named, ...(schema.description ? { description: schema.description } : {}) } : schema
}

/** The problems that an answer may name, by their codes. */
export const codesIn = ({ content = {} }: Response): string[] =>
  (content['application/problem+json']?.schema.properties?.type?.enum ?? []).flatMap((type) =>
    typeof type === 'string' && type.startsWith('/problems/') ? [type.slice('/problems/'.length)] : [],
  )
