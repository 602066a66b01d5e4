import { Hono } from 'hono'
import { type DocumentCommand, RecordDocument } from '#events/document/commands.ts'
import { document } from '#events/document/kind.ts'
import { describeText } from '#events/document/text.ts'
import { AnyDocumentView, anyDocumentView } from '#events/document/view.ts'
import { documentStream } from '#events/streams.ts'
import { ifMatch, resource, resourceThen, written } from '../answer.ts'
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

/** Publications, as they were found. */
export const documents = (deps: Deps) =>
  new Hono<Env>()
    .put(
      '/documents/:documentId',
      describeWrite({
        operationId: 'recordDocument',
        summary:
          'Record a publication as it was found; with `If-Match`, what it was found to say since, or a better note of it',
        tag: 'documents',
        scopes: ['record', 'revise'],
      }),
      scope(deps.access, 'record', 'revise'),
      ids('documentId'),
      query(Nothing),
      body(RecordDocument, 'documentId'),
      async (c) => {
        const { documentId } = c.req.valid('param')
        const { text: sent, ...data } = c.req.valid('json')
        const keepText = async () => {
          if (sent !== undefined) await deps.texts.put(documentId, describeText(sent).sha256, sent)
        }
        const text = sent === undefined ? {} : { text: sent }
        const from = ifMatch(c)
        const command: DocumentCommand =
          from === undefined
            ? { type: 'RecordDocument', data: { ...data, documentId }, ...text }
            : { type: 'ReviseDocument', data: { ...data, from }, ...text }
        const how = { before: keepText, isRevision: from !== undefined }
        const at = await record(c, deps, document, documentStream(documentId), command, how)
        return written(c, documentId, at, `/documents/${documentId}`)
      },
    )
    .get(
      '/documents/:documentId',
      describeRoute({
        operationId: 'getDocument',
        summary: 'A document as it is on record; with `asOf`, as it was',
        tags: ['documents'],
        responses: {
          200: json('The document', AnyDocumentView, headers.versionAndText),
          ...unchanged,
          ...problems('document-not-recorded', 'invalid-input'),
        },
      }),
      ids('documentId'),
      query(AsOfQuery),
      async (c) => {
        const { documentId } = c.req.valid('param')
        const { asOf } = c.req.valid('query')
        if (asOf !== undefined) {
          const then = await readAsOf(deps, document, documentStream(documentId), asOf, 'document-not-recorded')
          return resourceThen(c, anyDocumentView(then.folded), then.provisional) // of texts only the present is known
        }
        const folded = await readStream(deps, document, documentStream(documentId), 'document-not-recorded')
        const sha256 = folded.state.revisions.at(-1)?.sha256
        const textHeld = sha256 !== undefined && (await deps.texts.held(documentId, sha256))
        return resource(c, anyDocumentView(folded, textHeld), textHeld ? 'text' : undefined)
      },
    )
