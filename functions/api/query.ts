import type { MiddlewareHandler } from 'hono'
import * as v from 'valibot'
import { integer, isStranger, Slug, strict } from '#events/schema.ts'
import { fieldErrors } from '#events/validate.ts'
import type { Env } from './context.ts'
import { taking } from './describe.ts'
import { type ParameterError, Problem } from './problem.ts'

const maxLimit = 100

/** How many items a page has. */
export const Limit = v.optional(
  v.pipe(
    v.number('is not a whole number'),
    v.integer('is not a whole number'),
    v.minValue(1, 'is less than 1'),
    v.maxValue(maxLimit, `is more than ${maxLimit}`),
    v.description('How many items a page has at most. It has fewer where they are very large.'),
  ),
  50,
)
export const CursorText = v.pipe(
  v.string(),
  v.minLength(1, 'is empty'),
  v.maxLength(4096, 'is longer than any cursor'),
  v.description('Where the last page ended, as its `next` gave it.'),
)
/** What every list takes that has no filters; the others have its entries among theirs. */
export const Paging = strict({ limit: Limit, cursor: v.exactOptional(CursorText) })
/** A filter by the id of something. */
export const Id = (of: string, ...examples: string[]) =>
  v.pipe(Slug, v.description(of), v.metadata(examples.length > 0 ? { examples } : {}))
export const Position = v.pipe(
  integer(0),
  v.description('A position in the log, from 0; events after it are answered.'),
)
/** For routes that take no parameters. */
export const Nothing = strict({})

type QuerySchema = v.StrictObjectSchema<v.ObjectEntries, undefined>

/**
 * Checks the query against the schema, which is also what `/openapi.json` shows of it. A parameter that it does not
 * know, or that comes twice, is refused by name: a filter that is ignored in silence answers another question.
 * `numbers` names the parameters that are read as integers.
 */
export function query<Schema extends QuerySchema, Path extends string>(
  schema: Schema,
  numbers: readonly (keyof v.InferOutput<Schema> & string)[] = [],
): MiddlewareHandler<Env, Path, { in: { query: Record<string, string> }; out: { query: v.InferOutput<Schema> } }> {
  const middleware: MiddlewareHandler<Env, Path> = async (c, next) => {
    const given: Record<string, unknown> = Object.create(null)
    const errors: ParameterError[] = []
    for (const [parameter, values] of Object.entries(c.req.queries())) {
      const [value = ''] = values
      if (values.length > 1) errors.push({ parameter, detail: 'is given more than once' })
      given[parameter] = numbers.includes(parameter) && /^-?[0-9]+(\.[0-9]+)?$/.test(value) ? Number(value) : value
    }
    const parsed = v.safeParse(schema, given)
    for (const issue of parsed.issues ?? []) errors.push(errorOf(schema, issue))
    if (errors.length > 0) {
      const [first] = errors
      throw new Problem('invalid-input', `${first?.parameter} ${first?.detail}.`, { errors })
    }
    c.req.addValidatedData('query', parsed.output as object)
    await next()
  }
  return taking(middleware, 'query', schema)
}

function errorOf(schema: QuerySchema, issue: v.BaseIssue<unknown>): ParameterError {
  const parameter = String(issue.path?.[0]?.key)
  if (!isStranger(issue)) return { parameter, detail: fieldErrors([issue])[0]?.detail ?? issue.message }
  const known = Object.keys(schema.entries)
  const others = known.length > 0 ? `here there are: ${known.join(', ')}` : 'this takes none'
  return { parameter, detail: `is not known; ${others}` }
}
