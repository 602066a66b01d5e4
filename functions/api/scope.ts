import type { Context, MiddlewareHandler } from 'hono'
import type { Access } from '#functions/access/access.ts'
import { allows, type Scope } from '#functions/access/scopes.ts'
import type { Env } from './context.ts'
import { Problem } from './problem.ts'

/**
 * Lets a request pass whose key has the scope (RFC 6750: `Authorization: Bearer <key>`). With `revising`, that is the
 * scope of a request with `If-Match`.
 */
export const scope = (access: Access, recording: Scope, revising: Scope = recording): MiddlewareHandler<Env> =>
  admit(access, (c) => [c.req.header('If-Match') === undefined ? recording : revising])

/** Lets a request pass whose key has one of the scopes. */
export const anyScope = (access: Access, ...scopes: readonly Scope[]): MiddlewareHandler<Env> =>
  admit(access, () => scopes)

const admit =
  (access: Access, needs: (c: Context<Env>) => readonly Scope[]): MiddlewareHandler<Env> =>
  async (c, next) => {
    const needed = needs(c)
    const key = await access.find(bearer(c.req.header('Authorization')))
    if (!key) throw new Problem('unknown-key', 'No key like this opens here.', {}, challenge('error="invalid_token"'))
    if (!needed.some((one) => allows(key.scopes, one))) {
      const error = challenge(`error="insufficient_scope", scope="${needed.join(' ')}"`)
      throw new Problem(
        'scope-required',
        `This needs the scope ${needed.map((one) => `"${one}"`).join(' or ')}.`,
        {},
        error,
      )
    }
    c.set('key', key)
    await next()
  }

const challenge = (error?: string) => ({
  'WWW-Authenticate': ['Bearer realm="rapporteur"', ...(error ? [error] : [])].join(', '),
})

function bearer(header: string | undefined): string {
  const key = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1]
  if (key === undefined) throw new Problem('key-required', 'Send "Authorization: Bearer <key>".', {}, challenge())
  return key
}
