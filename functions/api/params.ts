import type { MiddlewareHandler } from 'hono'
import * as v from 'valibot'
import { Slug } from '#events/schema.ts'
import type { Env } from './context.ts'
import { taking } from './describe.ts'
import { Problem } from './problem.ts'

/**
 * Checks that the path's ids are such as can be on record, and says so in `/openapi.json`. The names are those of the
 * route's path.
 */
export function ids<const Name extends string, Path extends string>(
  ...names: readonly Name[]
): MiddlewareHandler<Env, Path, { in: { param: Record<Name, string> }; out: { param: Record<Name, string> } }> {
  const schema = v.object(Object.fromEntries(names.map((name) => [name, Slug])))
  const middleware: MiddlewareHandler<Env, Path> = async (c, next) => {
    const given = Object.fromEntries(names.map((name) => [name, c.req.param(name as never) as string]))
    for (const parameter of names) {
      const [issue] = v.safeParse(Slug, given[parameter]).issues ?? []
      if (!issue) continue
      const detail = issue.message
      throw new Problem('invalid-input', `${parameter} ${detail}.`, { errors: [{ parameter, detail }] })
    }
    c.req.addValidatedData('param', given)
    await next()
  }
  return taking(middleware, 'param', schema)
}
