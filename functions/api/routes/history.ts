import { Hono } from 'hono'
import type * as v from 'valibot'
import { actorShown } from '#events/actor/history.ts'
import { actor } from '#events/actor/kind.ts'
import type { Kind } from '#events/decide.ts'
import { documentShown } from '#events/document/history.ts'
import { document } from '#events/document/kind.ts'
import type { DomainEvent } from '#events/envelope.ts'
import { HistoryItem, historyAfter, type Shown } from '#events/history.ts'
import { missionShown } from '#events/mission/history.ts'
import { mission } from '#events/mission/kind.ts'
import { statementShown } from '#events/statement/history.ts'
import { statement } from '#events/statement/kind.ts'
import { actorStream, documentStream, missionStream, statementStream } from '#events/streams.ts'
import { lastVersion } from '#functions/store/commit.ts'
import { readFromEarly } from '#functions/store/from-early.ts'
import { page } from '../answer.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute } from '../describe.ts'
import { headers, json, problems, streamPageOf, unchangedPage } from '../openapi.ts'
import { ids } from '../params.ts'
import { Problem } from '../problem.ts'
import type { ProblemCode } from '../problems/codes.ts'
import { Paging, query } from '../query.ts'
import { streamPage, versionOf } from '../stream-page.ts'

/** What became of each resource, event by event. */
export const histories = (deps: Deps) =>
  new Hono<Env>()
    .get(
      '/documents/:documentId/history',
      describeHistory('getDocumentHistory', 'a document', 'documents', 'document-not-recorded'),
      ids('documentId'),
      query(Paging, ['limit']),
      async (c) => {
        const stream = documentStream(c.req.valid('param').documentId)
        const asked = c.req.valid('query')
        return page(c, await historyOf(deps, document, documentShown, stream, asked, 'document-not-recorded'), 'cursor')
      },
    )
    .get(
      '/actors/:actorId/history',
      describeHistory(
        'getActorHistory',
        'an actor, also of one that is merged into another',
        'actors',
        'actor-not-registered',
      ),
      ids('actorId'),
      query(Paging, ['limit']),
      async (c) => {
        const stream = actorStream(c.req.valid('param').actorId)
        const asked = c.req.valid('query')
        return page(c, await historyOf(deps, actor, actorShown, stream, asked, 'actor-not-registered'), 'cursor')
      },
    )
    .get(
      '/statements/:statementId/history',
      describeHistory('getStatementHistory', 'a statement', 'statements', 'statement-not-recorded'),
      ids('statementId'),
      query(Paging, ['limit']),
      async (c) => {
        const stream = statementStream(c.req.valid('param').statementId)
        const asked = c.req.valid('query')
        return page(
          c,
          await historyOf(deps, statement, statementShown, stream, asked, 'statement-not-recorded'),
          'cursor',
        )
      },
    )
    .get(
      '/missions/:missionId/history',
      describeHistory('getMissionHistory', 'a mission', 'missions', 'mission-not-opened'),
      ids('missionId'),
      query(Paging, ['limit']),
      async (c) => {
        const stream = missionStream(c.req.valid('param').missionId)
        const asked = c.req.valid('query')
        return page(c, await historyOf(deps, mission, missionShown, stream, asked, 'mission-not-opened'), 'cursor')
      },
    )

function describeHistory(operationId: string, of: string, tag: string, otherwise: ProblemCode) {
  return describeRoute({
    operationId,
    summary: `Every event of ${of}, the oldest first, with what it changed`,
    tags: [tag],
    responses: {
      200: json('A page of the history', streamPageOf(HistoryItem), headers.etag, headers.link),
      ...unchangedPage,
      ...problems(otherwise, 'invalid-input', 'invalid-cursor'),
    },
  })
}

/** A page of a stream's history. @throws {Problem} `otherwise`, where nothing is on record @throws {InvalidCursor} */
async function historyOf<State, Event extends DomainEvent>(
  deps: Pick<Deps, 'store' | 'views' | 'pageBytes'>,
  kind: Pick<Kind<State, never, Event>, 'fold' | 'upcast'>,
  shown: Shown<State, Event>,
  streamId: string,
  { limit, cursor }: v.InferOutput<typeof Paging>,
  otherwise: ProblemCode,
) {
  const after = versionOf(cursor) ?? 0
  const { from, events, version, withholdings } = await readFromEarly<State, Event>(
    deps,
    kind,
    streamId,
    (kept) => kept.version <= after,
    (commit) => lastVersion(commit) >= after + limit,
    after + limit, // as many commits have as many events at least
  )
  if (version === 0) throw new Problem(otherwise, 'Nothing is on record under this id.')
  const items = historyAfter(kind, shown, events, after, limit, from, withholdings)
  return streamPage(deps.pageBytes, items, after + limit < version)
}
