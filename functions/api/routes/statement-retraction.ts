import { Hono } from 'hono'
import { RetractStatement, WithdrawRetraction } from '#events/statement/commands.ts'
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

/** Statements that are taken back, and stand again. */
export const statementRetraction = (deps: Deps) =>
  new Hono<Env>()
    .post(
      '/statements/:statementId/retraction',
      describeWrite({
        operationId: 'retractStatement',
        summary: 'Retract the statement: it stays readable, marked wherever it appears',
        tag: 'statements',
        scopes: ['retract'],
        refusals: ['statement-not-recorded'],
      }),
      scope(deps.access, 'retract'),
      ids('statementId'),
      query(Nothing),
      body(RetractStatement, 'statementId'),
      async (c) => {
        const { statementId } = c.req.valid('param')
        const data = c.req.valid('json')
        const at = await record(c, deps, statement, statementStream(statementId), { type: 'RetractStatement', data })
        return written(c, statementId, at, `/statements/${statementId}`)
      },
    )
    .post(
      '/statements/:statementId/retraction/withdrawal',
      describeWrite({
        operationId: 'withdrawRetraction',
        summary: 'Withdraw every retraction that stands',
        tag: 'statements',
        scopes: ['retract'],
        refusals: ['statement-not-recorded', 'not-retracted'],
      }),
      scope(deps.access, 'retract'),
      ids('statementId'),
      query(Nothing),
      body(WithdrawRetraction, 'statementId'),
      async (c) => {
        const { statementId } = c.req.valid('param')
        const data = c.req.valid('json')
        const at = await record(c, deps, statement, statementStream(statementId), { type: 'WithdrawRetraction', data })
        return written(c, statementId, at, `/statements/${statementId}`)
      },
    )
