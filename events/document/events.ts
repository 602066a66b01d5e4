import * as v from 'valibot'
import { Dating } from '../dating.ts'
import { Instant, integer, Language, list, Name, Sha256, Slug, strict, WebUrl, words } from '../schema.ts'

/** Whom a document owes something to, as printed. */
export const Credit = v.pipe(
  strict({
    kind: v.picklist(['agency', 'photo', 'translation', 'other']),
    text: v.pipe(words(1_000), v.description('The credit as printed')),
    actorId: v.exactOptional(Slug),
    relation: v.exactOptional(v.picklist(['based-on', 'copy-of', 'translation-of'])),
  }),
  v.title('Credit'),
)

/** A third party's snapshot, so that the hash is not only the recorder's own word. Source: RFC 7089 (Memento). */
export const Archived = v.pipe(
  strict({ url: WebUrl, at: Instant, by: v.exactOptional(v.pipe(Name, v.description('Who keeps it, in words'))) }),
  v.title('Archived'),
)

/** All of a document's note but its id. */
export const documentFields = {
  kind: v.exactOptional(v.picklist(['article', 'transcript', 'video', 'audio', 'post', 'letter'])),
  title: v.exactOptional(words(2_000)),
  publisher: v.exactOptional(v.pipe(Name, v.description('As printed'))),
  publisherId: v.exactOptional(v.pipe(Slug, v.description('The publisher as an actor'))),
  author: v.exactOptional(v.pipe(Name, v.description('As printed'))),
  language: v.exactOptional(Language),
  publishedOn: v.exactOptional(Dating),
  url: v.exactOptional(WebUrl),
  retrievedAt: v.exactOptional(v.pipe(Instant, v.description('When it was read'))),
  sha256: v.exactOptional(v.pipe(Sha256, v.description('SHA-256 of the UTF-8 text, in lowercase hex'))),
  codePoints: v.exactOptional(v.pipe(integer(1), v.description('Length of the text in Unicode code points'))),
  credits: v.exactOptional(list(Credit, 50), []),
  licence: v.exactOptional(words(1_000)),
  archived: v.exactOptional(list(Archived, 20), []),
}

/** A publication as it was found. Its text is somebody's copyright and never in here: only its hash and its length. */
export const DocumentRecorded = v.pipe(
  strict({
    documentId: Slug,
    ...documentFields,
    textSent: v.exactOptional(v.pipe(v.literal(true), v.description('The text came with the recording'))),
  }),
  v.title('DocumentRecorded'),
  v.description('A publication as it was found.'),
)
export type DocumentRecorded = v.InferOutput<typeof DocumentRecorded>

export type DocumentEvent = { type: 'DocumentRecorded'; data: DocumentRecorded }
