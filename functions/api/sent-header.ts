import type { Context } from 'hono'
import type { Env } from './context.ts'

/** A header as it was sent. The adapter to Lambda leaves out an empty one, and makes ASCII of one that is not. */
export const sentHeader = (c: Context<Env>, name: string): string | undefined =>
  c.env?.event?.headers?.[name.toLowerCase()] ?? c.req.header(name)
