type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/**
 * An OpenAPI document in which each schema with a title stands once, under that name in `components.schemas`, and is
 * referred to elsewhere: half the size, and generated clients get types with names. A use that says something
 * of its own keeps its `description` beside the reference. Two schemas under one title: the first has the name.
 */
export function withNamedSchemas<Document extends { components: { schemas?: object } }>(document: Document): Document {
  const named = new Map<string, { content: string; schema: Json; descriptions: Set<Json | undefined> }>()
  const { components, ...rest } = document
  const hoisted = visit(rest as unknown as Json, hoist) as object
  const schemas = Object.fromEntries(
    [...named].map(([name, { schema, descriptions }]) => {
      const [description] = descriptions
      return [
        name,
        description === undefined || descriptions.size > 1 ? schema : { ...(schema as object), description },
      ]
    }),
  )
  return { ...hoisted, components: { ...components, schemas: { ...components.schemas, ...schemas } } } as Document

  function hoist(value: Json): Json {
    if (!isNamed(value)) return value
    const { description, ...schema } = value
    const content = JSON.stringify(schema)
    const known = named.get(value.title) ?? { content, schema, descriptions: new Set() }
    if (known.content !== content) return value
    named.set(value.title, known)
    known.descriptions.add(description)
    return { $ref: `#/components/schemas/${value.title}`, ...(description === undefined ? {} : { description }) }
  }
}

const isNamed = (value: Json): value is { title: string; [name: string]: Json } =>
  typeof value === 'object' &&
  value !== null &&
  'title' in value &&
  typeof value.title === 'string' &&
  /^[A-Z][A-Za-z0-9]+$/.test(value.title) &&
  ('type' in value || 'anyOf' in value || 'allOf' in value)

/** The value with `change` made to everything in it, the innermost first. */
function visit(value: Json, change: (value: Json) => Json): Json {
  if (Array.isArray(value)) return value.map((item) => visit(item, change))
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, member]) => [name, visit(member, change)])
  return change(Object.fromEntries(members))
}
