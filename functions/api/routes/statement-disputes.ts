import { Hono } from 'hono'
import { DisputeStatement, SettleDispute } from '#events/statement/commands.ts'
import { statement } from '#events/statement/kind.ts'
import { statementStream } from '#events/streams.ts'
import { written } from '../answer.ts'
import { body } from '../body.ts'
import type { Deps, Env } from '../context.ts'
import { describeWrite } from '../openapi.ts'
import { ids } from '../params.ts'
import { Nothing, query } from '../query.ts'
import { scope } from '../scope.ts'
import { record } from '../write.ts'

/** Objections to statements, and what became of them. */
export const statementDisputes = (deps: Deps) =>
  new Hono<Env>()
    .post(
      '/statements/:statementId/disputes',
      describeWrite({
        operationId: 'disputeStatement',
        summary: 'Record that somebody objects to the statement',
        tag: 'statements',
        scopes: ['revise'],
        refusals: ['statement-not-recorded'],
      }),
      scope(deps.access, 'revise'),
      ids('statementId'),
      query(Nothing),
      body(DisputeStatement, 'statementId'),
      async (c) => {
        const { statementId } = c.req.valid('param')
        const data = c.req.valid('json')
        const at = await record(c, deps, statement, statementStream(statementId), { type: 'DisputeStatement', data })
        return written(c, data.disputeId, at, `/statements/${statementId}`)
      },
    )
    .post(
      '/statements/:statementId/disputes/:disputeId/settlement',
      describeWrite({
        operationId: 'settleDispute',
        summary: 'Record what the desk found of an objection',
        tag: 'statements',
        scopes: ['revise'],
        refusals: ['statement-not-recorded', 'dispute-not-recorded'],
      }),
      scope(deps.access, 'revise'),
      ids('statementId', 'disputeId'),
      query(Nothing),
      body(SettleDispute, 'statementId', 'disputeId'),
      async (c) => {
        const { statementId, disputeId } = c.req.valid('param')
        const data = { ...c.req.valid('json'), disputeId }
        const at = await record(c, deps, statement, statementStream(statementId), { type: 'SettleDispute', data })
        return written(c, disputeId, at, `/statements/${statementId}`)
      },
    )
