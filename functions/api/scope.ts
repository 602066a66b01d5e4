import type { MiddlewareHandler } from 'hono'
import type { Access } from '#functions/access/access.ts'
import { allows, type Scope } from '#functions/access/scopes.ts'
import type { Env } from './context.ts'
import { Problem } from './problem.ts'

/**
 * Lets a request pass whose key has the scope (RFC 6750: `Authorization: Bearer <key>`). With `revising`, that is the
 * scope of a request with `If-Match`.
 */
export const scope =
  (access: Access, recording: Scope, revising: Scope = recording): MiddlewareHandler<Env> =>
  async (c, next) => {
    const needed = c.req.header('If-Match') === undefined ? recording : revising
    const key = await access.find(bearer(c.req.header('Authorization')))
    if (!key) throw new Problem('unknown-key', 'No key like this opens here.', {}, challenge('error="invalid_token"'))
    if (!allows(key.scopes, needed)) {
      const error = challenge(`error="insufficient_scope", scope="${needed}"`)
      throw new Problem('scope-required', `This needs the scope "${needed}".`, {}, error)
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
