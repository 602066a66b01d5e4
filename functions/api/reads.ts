import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { Access } from '#functions/access/access.ts'
import type { Env } from './context.ts'
import { scope } from './scope.ts'

/** Who may read: anyone, or who has a key with the scope `read`. */
export type Reads = 'public' | 'private'

/** Of the word in the environment. Whatever it may be that is not `public` opens nothing. */
export const readsOf = (word: string): Reads => (word === 'public' ? 'public' : 'private')

/** Lets those read who may. */
export const reading = ({ reads, access }: { readonly reads: Reads; readonly access: Access }) =>
  reads === 'public' ? publicReads() : privateReads(access)

/** Anyone's page may read what is public; nobody's page may write. */
function publicReads(): MiddlewareHandler<Env> {
  const open = cors({
    origin: '*',
    allowMethods: ['GET', 'HEAD'],
    allowHeaders: ['If-None-Match'],
    exposeHeaders: ['ETag', 'Link'],
    maxAge: 86_400,
  })
  return (c, next) => (isRead(c.req.method) || c.req.method === 'OPTIONS' ? open(c, next) : next())
}

/** All that is read needs a key, also what is not there; nobody's page may do anything, and nobody keeps an answer. */
function privateReads(access: Access): MiddlewareHandler<Env> {
  const admit = scope(access, 'read')
  return async (c, next) => {
    if (!isRead(c.req.method)) return next()
    await admit(c, next)
    c.res.headers.set('Cache-Control', 'private, no-store')
  }
}

const isRead = (method: string) => method === 'GET' || method === 'HEAD'
