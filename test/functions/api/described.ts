import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

/** An OpenAPI 3.1 document, as far as answers are checked against it. */
export interface Document {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, object>; readonly securitySchemes: Record<string, object> }
}
export interface Operation {
  readonly operationId: string
  readonly security?: readonly Record<string, readonly string[]>[]
  readonly parameters?: readonly { in: string; name: string; required?: boolean; schema: object }[]
  readonly requestBody?: { content: Record<string, { schema: object }> }
  readonly responses: Record<string, Response>
}
interface Response {
  readonly headers?: Record<string, { required?: boolean }>
  readonly content?: Record<string, { schema: object }>
}

/** Headers that a caller acts on: none of them is answered without being described. */
const ofInterest = ['Accept-Post', 'ETag', 'Link', 'Location', 'Preference-Applied', 'Retry-After', 'WWW-Authenticate']

export interface Described {
  readonly document: Document
  /** What of an answer the document does not say: nothing, for an API that does as it says. */
  misses(
    method: string,
    path: string,
    answer: { status: number; headers: Headers; text: string; body: unknown },
  ): string[]
  /** Each `<operationId> <status> <problem type>` that was answered so far. */
  readonly seen: Set<string>
}

/** Holds answers against the document. Schemas are JSON Schema 2020-12, as OpenAPI 3.1 has it. */
export function describedBy(document: Document): Described {
  // `strict` would refuse what a pattern or a title adds; formats are not checked, and none is relied on.
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
  ajv.addSchema({ $id: 'https://described.test/', components: document.components })
  const checks = new Map<object, ValidateFunction>()
  const seen = new Set<string>()

  return { document, misses, seen }

  function misses(...[method, path, answer]: Parameters<Described['misses']>): string[] {
    const operation = operationAt(document, method, path)
    if (!operation) return [`${method} ${path} is not described`]
    const at = `${operation.operationId} ${answer.status}`
    const type = (answer.body as { type?: string } | undefined)?.type
    seen.add(answer.status < 400 ? at : `${at} ${type}`)
    const response = operation.responses[answer.status]
    if (!response) return [`${at} is not described: ${answer.text}`]
    const missing = Object.entries(response.headers ?? {})
      .filter(([name, { required }]) => required && !answer.headers.has(name))
      .map(([name]) => `${at} has no header ${name}`)
    const silent = ofInterest
      .filter((name) => answer.headers.has(name) && !response.headers?.[name])
      .map((name) => `${at} has a header ${name} that is not described`)
    return [...missing, ...silent, ...bodyMisses(at, response, method, answer)]
  }

  function bodyMisses(at: string, { content }: Response, method: string, answer: Parameters<Described['misses']>[2]) {
    if (method === 'HEAD') return []
    const type = answer.headers.get('Content-Type')?.split(';')[0] ?? ''
    if (!content) return answer.text === '' ? [] : [`${at} has a body that is not described`]
    const media = content[type]
    if (!media) return [`${at} is described as ${Object.keys(content)}, not as ${type}`]
    const check = checks.get(media.schema) ?? compile(media.schema)
    checks.set(media.schema, check)
    if (check(answer.body === undefined ? answer.text : answer.body)) return []
    return (check.errors ?? []).map(({ instancePath, message, params }) => {
      return `${at} ${instancePath} ${message} ${JSON.stringify(params)}`
    })
  }

  function compile(schema: object): ValidateFunction {
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"https://described.test/#/components/')
    return ajv.compile(JSON.parse(text))
  }
}

/** The operation at a path: one with the fewest parameters first, as the router has it. A tile's number has slashes. */
function operationAt({ paths }: Document, method: string, path: string): Operation | undefined {
  const pathname = path.split('?')[0] ?? ''
  const matching = Object.keys(paths)
    .filter((template) =>
      new RegExp(
        `^${template
          .replaceAll('.', '\\.')
          .replace('{n}', '.+')
          .replace(/\{[^}]+\}/g, '[^/]+')}$`,
      ).test(pathname),
    )
    .sort((a, b) => a.split('{').length - b.split('{').length)
  return paths[matching[0] ?? '']?.[(method === 'HEAD' ? 'GET' : method).toLowerCase()]
}
