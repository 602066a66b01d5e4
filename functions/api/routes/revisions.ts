import { Hono } from 'hono'
import type * as v from 'valibot'
import { document } from '#events/document/kind.ts'
import { DocumentRevision, documentRevisions } from '#events/document/revisions.ts'
import { anyDocumentView } from '#events/document/view.ts'
import { statement } from '#events/statement/kind.ts'
import { StatementRevision, sought } from '#events/statement/revisions.ts'
import { anyStatementView } from '#events/statement/view.ts'
import { documentStream, statementStream } from '#events/streams.ts'
import { page } from '../answer.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute } from '../describe.ts'
import { headers, json, problems, streamPageOf, unchangedPage } from '../openapi.ts'
import { ids } from '../params.ts'
import { Problem } from '../problem.ts'
import { Paging, query } from '../query.ts'
import { readStream } from '../read.ts'
import { streamPage, versionOf } from '../stream-page.ts'

/** What documents were found to say over time, and what became of a statement's words there. */
export const revisions = (deps: Deps) =>
  new Hono<Env>()
    .get(
      '/documents/:documentId/revisions',
      describeRoute({
        operationId: 'listDocumentRevisions',
        summary: 'What the document was found to say, the oldest first, and what each changed',
        tags: ['documents'],
        responses: {
          200: json('A page of revisions', streamPageOf(DocumentRevision), headers.etag, headers.link),
          ...unchangedPage,
          ...problems('document-not-recorded', 'invalid-input', 'invalid-cursor'),
        },
      }),
      ids('documentId'),
      query(Paging, ['limit']),
      async (c) => {
        const { documentId } = c.req.valid('param')
        const { commits, version } = await deps.store.load(documentStream(documentId))
        if (version === 0) throw new Problem('document-not-recorded', 'Nothing is on record under this id.')
        const all = documentRevisions(commits.flatMap((commit) => commit.events))
        return page(
          c,
          await pageOfEach(deps, c.req.valid('query'), all, async (revision) => {
            const { sha256 } = revision
            return { ...revision, textHeld: sha256 !== undefined && (await deps.texts.held(documentId, sha256)) }
          }),
          'cursor',
        )
      },
    )
    .get(
      '/statements/:statementId/revisions',
      describeRoute({
        operationId: 'listStatementRevisions',
        summary: 'Whether the words of the statement stand in each revision of its document, the oldest first',
        tags: ['statements'],
        responses: {
          200: json('A page of revisions', streamPageOf(StatementRevision), headers.etag, headers.link),
          ...unchangedPage,
          ...problems('statement-not-recorded', 'invalid-input', 'invalid-cursor'),
        },
      }),
      ids('statementId'),
      query(Paging, ['limit']),
      async (c) => {
        const stream = statementStream(c.req.valid('param').statementId)
        const read = anyStatementView(await readStream(deps, statement, stream, 'statement-not-recorded'))
        if (!('fragments' in read)) return page(c, { items: [], next: null }, 'cursor') // its words are withheld
        const { documentId, fragments } = read
        // A statement is recorded only of a document that is on record.
        const found = anyDocumentView(
          await readStream(deps, document, documentStream(documentId), 'document-not-recorded'),
        )
        return page(
          c,
          await pageOfEach(
            deps,
            c.req.valid('query'),
            'revisions' in found ? found.revisions : [],
            async (revision) => {
              const { version, recordedAt, sha256 } = revision
              if (sha256 === undefined) return { version, recordedAt, ...sought(fragments, undefined) }
              const text = await deps.texts.get(documentId, sha256)
              return { version, recordedAt, documentSha256: sha256, ...sought(fragments, text) }
            },
          ),
          'cursor',
        )
      },
    )

/** A page of revisions, with what is read of each. Their texts are read side by side, and those of this page alone. */
async function pageOfEach<Revision extends { version: number }, Item extends { version: number }>(
  { pageBytes }: Pick<Deps, 'pageBytes'>,
  { limit, cursor }: v.InferOutput<typeof Paging>,
  all: readonly Revision[],
  read: (revision: Revision) => Promise<Item>,
) {
  const after = versionOf(cursor) ?? 0
  const following = all.filter(({ version }) => version > after)
  const items = await Promise.all(following.slice(0, limit).map(read))
  return streamPage(pageBytes, items, following.length > limit)
}
