import type { Context, MiddlewareHandler } from 'hono'
import { Hono } from 'hono'
import * as v from 'valibot'
import type { Kind } from '#events/decide.ts'
import type { DomainEvent } from '#events/envelope.ts'
import { kinds } from '#events/kinds.ts'
import { parseStream, type StreamKind, slugPattern } from '#events/streams.ts'
import { WithholdPayload } from '#events/withholding.ts'
import { written } from '../answer.ts'
import { body } from '../body.ts'
import type { Deps, Env } from '../context.ts'
import { taking } from '../describe.ts'
import { describeWrite } from '../openapi.ts'
import { invalidParameter } from '../problem.ts'
import { Nothing, query } from '../query.ts'
import { scope } from '../scope.ts'
import { record } from '../write.ts'

/** Where the resource is that a stream of each kind is of. */
const resources = { document: 'documents', actor: 'actors', statement: 'statements', mission: 'missions' } as const

/** Payloads that are withheld by law. */
export const withholding = (deps: Deps) =>
  new Hono<Env>().post(
    '/events/:streamId/:version/withholding',
    describeWrite({
      operationId: 'withholdPayload',
      summary:
        'Withhold the payload of an event by law: it is shown no more, anywhere and at no time, and the ground is. There is no way back',
      tag: 'log',
      scopes: ['admin'],
      refusals: ['event-not-recorded', 'withholding-stays'],
    }),
    scope(deps.access, 'admin'),
    eventId(),
    query(Nothing),
    body(WithholdPayload, 'streamId', 'version'),
    async (c) => {
      const { streamId, version, kind, id } = c.req.valid('param')
      const command = { type: 'WithholdPayload', data: { ...c.req.valid('json'), version } } as const
      const at = await record(c, deps, kinds[kind] as unknown as Kind<unknown, unknown, DomainEvent>, streamId, command)
      return written(c, id, at, `/${resources[kind]}/${id}`)
    },
  )

/** The parts of the path that name an event. */
interface EventId {
  readonly streamId: string
  readonly version: number
  readonly kind: StreamKind
  /** Within its kind. */
  readonly id: string
}

const Described = v.object({
  streamId: v.pipe(v.string(), v.description('Of the event, as its `subject` has it')),
  version: v.pipe(v.string(), v.regex(/^[1-9][0-9]{0,14}$/), v.description('Of the event, as its `id` ends')),
})

function eventId<Path extends string>(): MiddlewareHandler<
  Env,
  Path,
  { in: { param: { streamId: string; version: string } }; out: { param: EventId } }
> {
  const middleware: MiddlewareHandler<Env, Path> = async (c: Context, next) => {
    const streamId = c.req.param('streamId') ?? ''
    const version = c.req.param('version') ?? ''
    const stream = parseStream(streamId)
    if (!stream || !slugPattern.test(stream.id)) {
      throw invalidParameter(
        'invalid-input',
        'streamId',
        'is of no stream: it begins as document-, actor-, statement- or mission-, and its id follows',
      )
    }
    if (!/^[1-9][0-9]{0,14}$/.test(version)) {
      throw invalidParameter('invalid-input', 'version', 'is not the version of an event: an integer from 1')
    }
    c.req.addValidatedData('param', { streamId, version: Number(version), ...stream })
    await next()
  }
  return taking(middleware, 'param', Described)
}
