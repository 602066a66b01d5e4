import * as v from 'valibot'
import { Dating } from '../dating.ts'
import { Instant, integer, Language, list, Name, removable, Sha256, Slug, strict, WebUrl, words } from '../schema.ts'

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

const optional = {
  kind: v.picklist(['article', 'transcript', 'video', 'audio', 'post', 'letter']),
  title: words(2_000),
  publisher: v.pipe(Name, v.description('As printed')),
  publisherId: v.pipe(Slug, v.description('The publisher as an actor')),
  author: v.pipe(Name, v.description('As printed')),
  language: Language,
  publishedOn: Dating,
  url: WebUrl,
  retrievedAt: v.pipe(Instant, v.description('When it was read')),
  sha256: v.pipe(Sha256, v.description('SHA-256 of the UTF-8 text, in lowercase hex')),
  codePoints: v.pipe(integer(1), v.description('Length of the text in Unicode code points')),
  licence: words(1_000),
}
const lists = { credits: list(Credit, 50), archived: list(Archived, 20) }

/** All of a document's note but its id. */
export const documentFields = {
  kind: v.exactOptional(optional.kind),
  title: v.exactOptional(optional.title),
  publisher: v.exactOptional(optional.publisher),
  publisherId: v.exactOptional(optional.publisherId),
  author: v.exactOptional(optional.author),
  language: v.exactOptional(optional.language),
  publishedOn: v.exactOptional(optional.publishedOn),
  url: v.exactOptional(optional.url),
  retrievedAt: v.exactOptional(optional.retrievedAt),
  sha256: v.exactOptional(optional.sha256),
  codePoints: v.exactOptional(optional.codePoints),
  credits: v.exactOptional(lists.credits, []),
  licence: v.exactOptional(optional.licence),
  archived: v.exactOptional(lists.archived, []),
}

const textSent = v.exactOptional(v.pipe(v.literal(true), v.description('The text came with it')))

/** A publication as it was found. Its text is somebody's copyright and never in here: only its hash and its length. */
export const DocumentRecorded = v.pipe(
  strict({ documentId: Slug, ...documentFields, textSent }),
  v.title('DocumentRecorded'),
  v.description('A publication as it was found.'),
)
export type DocumentRecorded = v.InferOutput<typeof DocumentRecorded>

/** That the publication was found to say something else: the whole note anew. The hash it had before is kept. */
export const DocumentRevised = v.pipe(
  strict({ ...documentFields, sha256: optional.sha256, textSent }),
  v.title('DocumentRevised'),
  v.description('The same publication was found to say something else. What it said before stays on record.'),
)
export type DocumentRevised = v.InferOutput<typeof DocumentRevised>

/** That our note of it was wrong, of the same text: each member replaced whole, `null` for one taken away. */
export const DocumentCorrected = v.pipe(
  strict({
    replaces: strict({
      kind: removable(optional.kind),
      title: removable(optional.title),
      publisher: removable(optional.publisher),
      publisherId: removable(optional.publisherId),
      author: removable(optional.author),
      language: removable(optional.language),
      publishedOn: removable(optional.publishedOn),
      url: removable(optional.url),
      retrievedAt: removable(optional.retrievedAt),
      codePoints: v.exactOptional(optional.codePoints),
      credits: v.exactOptional(lists.credits),
      licence: removable(optional.licence),
      archived: v.exactOptional(lists.archived),
    }),
  }),
  v.title('DocumentCorrected'),
  v.description('Our note of the same text was wrong: this stands instead.'),
)
export type DocumentCorrected = v.InferOutput<typeof DocumentCorrected>

export type DocumentEvent =
  | { type: 'DocumentRecorded'; data: DocumentRecorded }
  | { type: 'DocumentRevised'; data: DocumentRevised }
  | { type: 'DocumentCorrected'; data: DocumentCorrected }
