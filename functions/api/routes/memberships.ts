import { Hono } from 'hono'
import { CorrectMembership, RecordMembership } from '#events/actor/commands.ts'
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

/** Roles that actors hold, over time. */
export const memberships = (deps: Deps) =>
  new Hono<Env>()
    .post(
      '/actors/:actorId/memberships',
      describeWrite({
        operationId: 'recordMembership',
        summary: 'Record that a source has the actor hold a role',
        tag: 'actors',
        scopes: ['record'],
        refusals: ['actor-not-registered'],
      }),
      scope(deps.access, 'record'),
      ids('actorId'),
      query(Nothing),
      body(RecordMembership, 'actorId'),
      async (c) => {
        const { actorId } = c.req.valid('param')
        const data = c.req.valid('json')
        const at = await record(c, deps, actor, actorStream(actorId), { type: 'RecordMembership', data })
        return written(c, data.membershipId, at, `/actors/${actorId}`)
      },
    )
    .post(
      '/actors/:actorId/memberships/:membershipId/corrections',
      describeWrite({
        operationId: 'correctMembership',
        summary: 'Correct the note of a role: each member of `replaces` replaces the recorded one whole',
        tag: 'actors',
        scopes: ['revise'],
        refusals: ['actor-not-registered', 'membership-not-recorded', 'nothing-to-correct'],
      }),
      scope(deps.access, 'revise'),
      ids('actorId', 'membershipId'),
      query(Nothing),
      body(CorrectMembership, 'actorId', 'membershipId'),
      async (c) => {
        const { actorId, membershipId } = c.req.valid('param')
        const data = { ...c.req.valid('json'), membershipId }
        const at = await record(c, deps, actor, actorStream(actorId), { type: 'CorrectMembership', data })
        return written(c, membershipId, at, `/actors/${actorId}`)
      },
    )
