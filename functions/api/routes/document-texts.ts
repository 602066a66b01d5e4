import { Hono } from 'hono'
import * as v from 'valibot'
import { document } from '#events/document/kind.ts'
import { Sha256, strict } from '#events/schema.ts'
import { documentStream } from '#events/streams.ts'
import { answerText } from '../answer.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute } from '../describe.ts'
import { headers, needs, plainText, problems, unchanged } from '../openapi.ts'
import { ids } from '../params.ts'
import { invalidParameter, Problem } from '../problem.ts'
import { Nothing, query } from '../query.ts'
import { readStream } from '../read.ts'
import { scope } from '../scope.ts'

const Which = strict({
  sha256: v.exactOptional(v.pipe(Sha256, v.description('The revision that is meant; without it, the latest'))),
})
const keyed = ['key-required', 'unknown-key', 'scope-required', 'document-not-recorded', 'invalid-input'] as const

/** Texts of documents: somebody's copyright, so they are not for everybody, and can be taken away. */
export const documentTexts = (deps: Deps) =>
  new Hono<Env>()
    .get(
      '/documents/:documentId/text',
      describeRoute({
        operationId: 'getDocumentText',
        summary: 'The text of a revision, of the latest by default, where it is held',
        tags: ['documents'],
        security: needs('read-text'),
        responses: {
          200: plainText('The text, whose SHA-256 is its tag', headers.etag),
          ...unchanged,
          ...problems(...keyed, 'text-not-held'),
        },
      }),
      scope(deps.access, 'read-text'),
      ids('documentId'),
      query(Which),
      async (c) => {
        const { documentId } = c.req.valid('param')
        const asked = c.req.valid('query').sha256
        const hashes = await revisionsOf(deps, documentId)
        if (asked !== undefined && !hashes.includes(asked)) {
          throw invalidParameter('invalid-input', 'sha256', 'is not the hash of a revision of the document')
        }
        const sha256 = asked ?? hashes.at(-1)
        const held = sha256 && (await deps.texts.get(documentId, sha256))
        if (!held) throw new Problem('text-not-held', 'This text of the document is not held here.')
        return answerText(c, held, sha256)
      },
    )
    .delete(
      '/documents/:documentId/text',
      describeRoute({
        operationId: 'deleteDocumentText',
        summary: 'Delete the text of every revision, for good: none of them is kept when it is sent again',
        tags: ['documents'],
        security: needs('admin'),
        responses: {
          204: { description: 'Deleted, now or before. Within a minute it is served nowhere.' },
          ...problems(...keyed),
        },
      }),
      scope(deps.access, 'admin'),
      ids('documentId'),
      query(Nothing),
      async (c) => {
        const { documentId } = c.req.valid('param')
        const hashes = (await revisionsOf(deps, documentId)).filter((sha256) => sha256 !== undefined)
        await deps.texts.remove(documentId, hashes, c.get('key').slug)
        return c.body(null, 204, { 'Cache-Control': 'no-store' })
      },
    )

/** Hashes of its revisions, oldest first, as far as they are known. */
async function revisionsOf(deps: Deps, documentId: string): Promise<(string | undefined)[]> {
  const { state } = await readStream(deps, document, documentStream(documentId), 'document-not-recorded')
  return state.revisions.map(({ sha256 }) => sha256)
}
