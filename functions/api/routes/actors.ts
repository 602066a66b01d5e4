import { Hono } from 'hono'
import { type ActorCommand, RegisterActor } from '#events/actor/commands.ts'
import { actor } from '#events/actor/kind.ts'
import { ActorView, actorView } from '#events/actor/view.ts'
import { actorStream } from '#events/streams.ts'
import { ifMatch, resource, resourceThen, written } from '../answer.ts'
import { AsOfQuery, readAsOf } from '../as-of.ts'
import { body } from '../body.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute } from '../describe.ts'
import { describeWrite, headers, json, problems, unchanged } from '../openapi.ts'
import { ids } from '../params.ts'
import { Nothing, query } from '../query.ts'
import { readStream } from '../read.ts'
import { scope } from '../scope.ts'
import { record } from '../write.ts'

/** Who speaks, publishes, sends and hosts. */
export const actors = (deps: Deps) =>
  new Hono<Env>()
    .put(
      '/actors/:actorId',
      describeWrite({
        operationId: 'registerActor',
        summary:
          'Register somebody who can speak, be spoken of, or act; with `If-Match`, revise who it is, anew and whole',
        tag: 'actors',
        scopes: ['record', 'revise'],
      }),
      scope(deps.access, 'record', 'revise'),
      ids('actorId'),
      query(Nothing),
      body(RegisterActor, 'actorId'),
      async (c) => {
        const { actorId } = c.req.valid('param')
        const data = c.req.valid('json')
        const from = ifMatch(c)
        const command: ActorCommand =
          from === undefined
            ? { type: 'RegisterActor', data: { ...data, actorId } }
            : { type: 'ReviseActor', data: { ...data, from } }
        const at = await record(c, deps, actor, actorStream(actorId), command)
        return written(c, actorId, at, `/actors/${actorId}`)
      },
    )
    .get(
      '/actors/:actorId',
      describeRoute({
        operationId: 'getActor',
        summary: 'An actor as it is on record; with `asOf`, as it was',
        tags: ['actors'],
        responses: {
          200: json('The actor', ActorView, headers.version),
          ...unchanged,
          ...problems('actor-not-registered', 'invalid-input'),
        },
      }),
      ids('actorId'),
      query(AsOfQuery),
      async (c) => {
        const stream = actorStream(c.req.valid('param').actorId)
        const { asOf } = c.req.valid('query')
        if (asOf !== undefined) {
          const then = await readAsOf(deps, actor, stream, asOf, 'actor-not-registered')
          return resourceThen(c, actorView(then.folded), then.provisional)
        }
        return resource(c, actorView(await readStream(deps, actor, stream, 'actor-not-registered')))
      },
    )
