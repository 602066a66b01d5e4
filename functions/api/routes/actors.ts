import { Hono } from 'hono'
import { type ActorCommand, RegisterActor } from '#events/actor/commands.ts'
import { actor } from '#events/actor/kind.ts'
import { AnyActorView, anyActorView } from '#events/actor/view.ts'
import { actorStream } from '#events/streams.ts'
import { ifMatch, moved, resource, resourceThen, written } from '../answer.ts'
import { AsOfQuery, readAsOf } from '../as-of.ts'
import { body } from '../body.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute } from '../describe.ts'
import { describeWrite, headers, json, problems, unchanged } from '../openapi.ts'
import { ids } from '../params.ts'
import { invalidParameter } from '../problem.ts'
import { Nothing, query } from '../query.ts'
import { readStream } from '../read.ts'
import { scope } from '../scope.ts'
import { survivorOf } from '../survivor.ts'
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
        if (actorId === 'resolve') {
          throw invalidParameter('invalid-input', 'actorId', 'is an address of its own: take another id')
        }
        const data = c.req.valid('json')
        const from = ifMatch(c)
        const command: ActorCommand =
          from === undefined
            ? { type: 'RegisterActor', data: { ...data, actorId } }
            : { type: 'ReviseActor', data: { ...data, from } }
        const at = await record(c, deps, actor, actorStream(actorId), command, { isRevision: from !== undefined })
        return written(c, actorId, at, `/actors/${actorId}`)
      },
    )
    .get(
      '/actors/:actorId',
      describeRoute({
        operationId: 'getActor',
        summary: 'An actor as it is on record, its roles over time among it; with `asOf`, as it was',
        tags: ['actors'],
        responses: {
          200: json('The actor', AnyActorView, headers.version),
          307: { description: 'It is merged into another: where that one is.', headers: headers.location },
          ...unchanged,
          ...problems('actor-not-registered', 'invalid-input'),
        },
      }),
      ids('actorId'),
      query(AsOfQuery),
      async (c) => {
        const { actorId } = c.req.valid('param')
        const { asOf } = c.req.valid('query')
        const read = async (id: string) => {
          const stream = actorStream(id)
          return asOf === undefined
            ? { folded: await readStream(deps, actor, stream, 'actor-not-registered'), provisional: false }
            : readAsOf(deps, actor, stream, asOf, 'actor-not-registered')
        }
        const { folded, provisional } = await read(actorId)
        const survivor = await survivorOf(actorId, folded.state, async (id) => (await read(id)).folded.state)
        if (survivor !== actorId) return moved(c, `/actors/${survivor}`)
        return asOf === undefined
          ? resource(c, anyActorView(folded))
          : resourceThen(c, anyActorView(folded), provisional)
      },
    )
