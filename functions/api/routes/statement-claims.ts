import { Hono } from 'hono'
import { ReadClaim, WithdrawClaim } from '#events/statement/commands.ts'
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

/** What readers take statements to say. */
export const statementClaims = (deps: Deps) =>
  new Hono<Env>()
    .post(
      '/statements/:statementId/claims',
      describeWrite({
        operationId: 'readClaim',
        summary: 'Record that a reader takes these words to say this',
        tag: 'statements',
        scopes: ['record'],
        refusals: ['statement-not-recorded'],
      }),
      scope(deps.access, 'record'),
      ids('statementId'),
      query(Nothing),
      body(ReadClaim, 'statementId'),
      async (c) => {
        const { statementId } = c.req.valid('param')
        const data = c.req.valid('json')
        const at = await record(c, deps, statement, statementStream(statementId), { type: 'ReadClaim', data })
        return written(c, data.claimId, at, `/statements/${statementId}`)
      },
    )
    .post(
      '/statements/:statementId/claims/:claimId/withdrawal',
      describeWrite({
        operationId: 'withdrawClaim',
        summary: 'Take a reading back; it stays on record',
        tag: 'statements',
        scopes: ['revise'],
        refusals: ['statement-not-recorded', 'claim-not-recorded'],
      }),
      scope(deps.access, 'revise'),
      ids('statementId', 'claimId'),
      query(Nothing),
      body(WithdrawClaim, 'statementId', 'claimId'),
      async (c) => {
        const { statementId, claimId } = c.req.valid('param')
        const data = { ...c.req.valid('json'), claimId }
        const at = await record(c, deps, statement, statementStream(statementId), { type: 'WithdrawClaim', data })
        return written(c, claimId, at, `/statements/${statementId}`)
      },
    )
