import * as v from 'valibot'
import { DatingView, datingView } from '../dating.ts'
import type { Folded } from '../fold.ts'
import { asOfThen, onRecord, viewed, viewOf, withheldResource, withheldViewOf, withholds } from '../view.ts'
import { DocumentRecorded } from './events.ts'
import { currentDocument, type Document } from './fold.ts'

const Revision = v.pipe(
  v.strictObject({
    version: v.pipe(v.number(), v.integer(), v.minValue(1), v.description('Of the event that recorded it')),
    recordedAt: v.string(),
    sha256: v.exactOptional(v.string()),
    codePoints: v.exactOptional(v.number()),
  }),
  v.title('Revision'),
)

/** A document as `GET /documents/{id}` answers. Its text is never in it. */
export const DocumentView = v.pipe(
  v.strictObject({
    ...DocumentRecorded.pipe[0].entries,
    ...viewed,
    publishedOn: v.exactOptional(DatingView),
    revisions: v.pipe(
      v.array(Revision),
      v.description(
        'What it was found to say, oldest first: the hash and the length of each, as far as they are known',
      ),
    ),
    textHeld: v.exactOptional(v.pipe(v.boolean(), v.description('Whether the text of its latest revision is held'))),
    ...withholds,
    ...asOfThen,
  }),
  v.title('Document'),
)
export type DocumentView = v.InferOutput<typeof DocumentView>

/** The same, or what remains of it where its recording is withheld. */
export const AnyDocumentView = v.union([DocumentView, withheldResource('documentId', 'WithheldDocument')])
export type AnyDocumentView = v.InferOutput<typeof AnyDocumentView>

/** Throws where none is on record, or that is withheld. Whether its text is held is known elsewhere, and said if given. */
export function documentView(folded: Folded<Document>, textHeld?: boolean): DocumentView {
  const { recorded: first, changes, revisions } = folded.state
  const recorded = onRecord(first)
  const { publishedOn, ...data } = currentDocument(recorded, changes)
  const times = new Map([recorded, ...changes].map(({ version, recordedAt }) => [version, recordedAt]))
  return {
    ...data,
    ...viewOf(folded, recorded),
    ...(publishedOn ? { publishedOn: datingView(publishedOn) } : {}),
    revisions: revisions.map((revision) => ({ ...revision, recordedAt: times.get(revision.version) ?? '' })),
    ...(textHeld === undefined ? {} : { textHeld }),
  }
}

/** As it is answered, whether its recording is withheld or not. Throws where none is on record. */
export const anyDocumentView = (folded: Folded<Document>, textHeld?: boolean): AnyDocumentView =>
  withheldViewOf(folded, 'documentId') ?? documentView(folded, textHeld)
