import type { Context, MiddlewareHandler } from 'hono'
import type * as v from 'valibot'
import { pointer } from '#events/pointer.ts'
import { InvalidInput } from '#events/refusal.ts'
import { parseBody } from '#events/validate.ts'
import type { Env } from './context.ts'
import { taking } from './describe.ts'
import { Problem } from './problem.ts'
import { readStrictJson } from './strict-json.ts'

export const maxBodyBytes = 256 * 1024

type ObjectSchema = v.GenericSchema<Record<string, unknown>, Record<string, unknown>>

/**
 * Reads the body, strictly, and checks it against the schema, which is also what `/openapi.json` shows of it.
 * `pathIds` are the names of ids in the path: the body may repeat them, and may not contradict them.
 */
export function body<Schema extends ObjectSchema, Path extends string>(
  schema: Schema,
  ...pathIds: readonly string[]
): MiddlewareHandler<Env, Path, { in: { json: v.InferInput<Schema> }; out: { json: v.InferOutput<Schema> } }> {
  const middleware: MiddlewareHandler<Env, Path> = async (c, next) => {
    const sent = readStrictJson(await readBytes(c, 'application/json', maxBodyBytes))
    c.set('sent', sent)
    const rest = pathIds.reduce((said, name) => withoutPathId(said, name, c.req.param(name as never)), sent)
    c.req.addValidatedData('json', parseBody(schema, rest))
    await next()
  }
  return taking(middleware, 'json', schema)
}

/** The body as it came: of this media type, in no coding, of `most` bytes at most. @throws {Problem} */
export async function readBytes(c: Context, mediaType: string, most: number): Promise<Uint8Array> {
  const accepts = { 'Accept-Post': mediaType }
  const type = c.req.header('Content-Type') ?? ''
  if (type.split(';')[0]?.trim().toLowerCase() !== mediaType) {
    throw new Problem('unsupported-media-type', `${mediaType} is taken here, not "${type}".`, {}, accepts)
  }
  const coding = c.req.header('Content-Encoding')
  if (coding !== undefined && coding !== 'identity') {
    throw new Problem('unsupported-media-type', `The body is taken as it is, not in "${coding}".`, {}, accepts)
  }
  const tooLarge = () => new Problem('body-too-large', `A body has at most ${most} bytes here.`)
  // Said before reading where the caller says so; a Lambda has the whole body by then, a server does not.
  if (Number(c.req.header('Content-Length') ?? 0) > most) throw tooLarge()
  const bytes = new Uint8Array(await c.req.arrayBuffer())
  if (bytes.length > most) throw tooLarge()
  return bytes
}

/** The body without the member that the path gives, which it may repeat. */
function withoutPathId(sent: unknown, name: string, id: string | undefined): unknown {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent) || !Object.hasOwn(sent, name)) return sent
  const { [name]: said, ...rest } = sent as Record<string, unknown>
  if (said === id) return rest
  throw new InvalidInput([{ pointer: pointer(name), detail: `is not "${id}", which the path names` }])
}
