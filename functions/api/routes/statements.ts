import { Hono } from 'hono'
import { CorrectStatement, RecordStatement } from '#events/statement/commands.ts'
import { statementId as idOf } from '#events/statement/id.ts'
import { statement } from '#events/statement/kind.ts'
import { AnyStatementView, anyStatementView } from '#events/statement/view.ts'
import { statementStream } from '#events/streams.ts'
import { resource, resourceThen, written } from '../answer.ts'
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

/** What documents give as said by somebody. */
export const statements = (deps: Deps) =>
  new Hono<Env>()
    .post(
      '/statements',
      describeWrite({
        operationId: 'recordStatement',
        summary: 'Record that a document gives these words as said by this person',
        tag: 'statements',
        scopes: ['record'],
      }),
      scope(deps.access, 'record'),
      query(Nothing),
      body(RecordStatement),
      async (c) => {
        const data = c.req.valid('json')
        const statementId = idOf(data)
        const command = { type: 'RecordStatement', data } as const
        const at = await record(c, deps, statement, statementStream(statementId), command)
        return written(c, statementId, at, `/statements/${statementId}`)
      },
    )
    .post(
      '/statements/:statementId/corrections',
      describeWrite({
        operationId: 'correctStatement',
        summary: 'Correct what was recorded: each member of `replaces` replaces the recorded one whole',
        tag: 'statements',
        scopes: ['revise'],
        refusals: ['statement-not-recorded', 'nothing-to-correct'],
      }),
      scope(deps.access, 'revise'),
      ids('statementId'),
      query(Nothing),
      body(CorrectStatement, 'statementId'),
      async (c) => {
        const { statementId } = c.req.valid('param')
        const command = { type: 'CorrectStatement', data: c.req.valid('json') } as const
        const at = await record(c, deps, statement, statementStream(statementId), command)
        return written(c, statementId, at, `/statements/${statementId}`)
      },
    )
    .get(
      '/statements/:statementId',
      describeRoute({
        operationId: 'getStatement',
        summary: 'A statement as it is on record, corrections included; with `asOf`, as it was',
        tags: ['statements'],
        responses: {
          200: json('The statement', AnyStatementView, headers.version),
          ...unchanged,
          ...problems('statement-not-recorded', 'invalid-input'),
        },
      }),
      ids('statementId'),
      query(AsOfQuery),
      async (c) => {
        const stream = statementStream(c.req.valid('param').statementId)
        const { asOf } = c.req.valid('query')
        if (asOf !== undefined) {
          const then = await readAsOf(deps, statement, stream, asOf, 'statement-not-recorded')
          return resourceThen(c, anyStatementView(then.folded), then.provisional)
        }
        return resource(c, anyStatementView(await readStream(deps, statement, stream, 'statement-not-recorded')))
      },
    )
