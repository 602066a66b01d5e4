import { Hono } from 'hono'
import { BacklinkView } from '#events/backlink.ts'
import { statement } from '#events/statement/kind.ts'
import { statementStream } from '#events/streams.ts'
import { listBacklinks } from '#functions/projections/backlinks/query.ts'
import { page } from '../answer.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute } from '../describe.ts'
import { fitting } from '../fitting.ts'
import { headers, json, pageOf, problems, unchangedPage } from '../openapi.ts'
import { ids } from '../params.ts'
import { Paging, query } from '../query.ts'
import { readStream } from '../read.ts'

/** What refers to statements, from other statements and from missions. */
export const statementBacklinks = (deps: Deps) =>
  new Hono<Env>().get(
    '/statements/:statementId/backlinks',
    describeRoute({
      operationId: 'listBacklinks',
      summary: 'Links, claims and lessons that refer to a statement, newest first',
      tags: ['statements'],
      responses: {
        200: json('A page of references', pageOf(BacklinkView), headers.etag, headers.link),
        ...unchangedPage,
        ...problems('statement-not-recorded', 'invalid-input', 'invalid-cursor', 'cursor-expired'),
      },
    }),
    ids('statementId'),
    query(Paging, ['limit']),
    async (c) => {
      const { statementId } = c.req.valid('param')
      const { limit, cursor } = c.req.valid('query')
      await readStream(deps, statement, statementStream(statementId), 'statement-not-recorded')
      const found = await fitting(deps.pageBytes, limit, (count) =>
        listBacklinks(deps.views, { statementId, limit: count, cursor }),
      )
      return page(c, found, 'cursor')
    },
  )
