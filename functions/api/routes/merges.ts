import { Hono } from 'hono'
import { MergeActor, UndoMerge } from '#events/actor/commands.ts'
import { actor } from '#events/actor/kind.ts'
import { actorStream } from '#events/streams.ts'
import { written } from '../answer.ts'
import { body } from '../body.ts'
import type { Deps, Env } from '../context.ts'
import { describeWrite } from '../openapi.ts'
import { ids } from '../params.ts'
import { Nothing, query } from '../query.ts'
import { scope } from '../scope.ts'
import { record } from '../write.ts'

/** Actors that turned out to be one, and that they are two after all. */
export const merges = (deps: Deps) =>
  new Hono<Env>()
    .post(
      '/actors/:actorId/merge',
      describeWrite({
        operationId: 'mergeActor',
        summary: 'Merge the actor into another, by whose id both then go; nothing is rewritten',
        tag: 'actors',
        scopes: ['revise'],
        refusals: ['actor-not-registered', 'actor-merged'],
      }),
      scope(deps.access, 'revise'),
      ids('actorId'),
      query(Nothing),
      body(MergeActor, 'actorId'),
      async (c) => {
        const { actorId } = c.req.valid('param')
        const data = c.req.valid('json')
        const at = await record(c, deps, actor, actorStream(actorId), { type: 'MergeActor', data })
        return written(c, actorId, at, `/actors/${actorId}`)
      },
    )
    .post(
      '/actors/:actorId/merge/withdrawal',
      describeWrite({
        operationId: 'undoMerge',
        summary: 'Undo the merge: the actor is another after all',
        tag: 'actors',
        scopes: ['revise'],
        refusals: ['actor-not-registered', 'actor-not-merged'],
      }),
      scope(deps.access, 'revise'),
      ids('actorId'),
      query(Nothing),
      body(UndoMerge, 'actorId'),
      async (c) => {
        const { actorId } = c.req.valid('param')
        const data = c.req.valid('json')
        const at = await record(c, deps, actor, actorStream(actorId), { type: 'UndoMerge', data })
        return written(c, actorId, at, `/actors/${actorId}`)
      },
    )
