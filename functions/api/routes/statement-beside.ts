import { Hono } from 'hono'
import { AddSource, AddTranslation, LinkStatement } from '#events/statement/commands.ts'
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

/** What stands beside a statement: its words in other languages, other documents that carry it, and other statements. */
export const statementBeside = (deps: Deps) =>
  new Hono<Env>()
    .post(
      '/statements/:statementId/translations',
      describeWrite({
        operationId: 'addTranslation',
        summary: 'Add the words in another language, or some of them',
        tag: 'statements',
        scopes: ['record'],
        refusals: ['statement-not-recorded'],
      }),
      scope(deps.access, 'record'),
      ids('statementId'),
      query(Nothing),
      body(AddTranslation, 'statementId'),
      async (c) => {
        const { statementId } = c.req.valid('param')
        const data = c.req.valid('json')
        const at = await record(c, deps, statement, statementStream(statementId), { type: 'AddTranslation', data })
        return written(c, data.translationId, at, `/statements/${statementId}`)
      },
    )
    .post(
      '/statements/:statementId/sources',
      describeWrite({
        operationId: 'addSource',
        summary: 'Add another document that carries the statement',
        tag: 'statements',
        scopes: ['record'],
        refusals: ['statement-not-recorded'],
      }),
      scope(deps.access, 'record'),
      ids('statementId'),
      query(Nothing),
      body(AddSource, 'statementId'),
      async (c) => {
        const { statementId } = c.req.valid('param')
        const data = c.req.valid('json')
        const at = await record(c, deps, statement, statementStream(statementId), { type: 'AddSource', data })
        return written(c, statementId, at, `/statements/${statementId}`)
      },
    )
    .post(
      '/statements/:statementId/links',
      describeWrite({
        operationId: 'linkStatement',
        summary: 'Link the statement to another one, which the body names',
        tag: 'statements',
        scopes: ['record'],
        refusals: ['statement-not-recorded'],
      }),
      scope(deps.access, 'record'),
      ids('statementId'),
      query(Nothing),
      body(LinkStatement),
      async (c) => {
        const { statementId } = c.req.valid('param')
        const data = c.req.valid('json')
        const at = await record(c, deps, statement, statementStream(statementId), { type: 'LinkStatement', data })
        return written(c, statementId, at, `/statements/${statementId}`)
      },
    )
