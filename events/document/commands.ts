import * as v from 'valibot'
import { characters, strict } from '../schema.ts'
import { documentFields } from './events.ts'

/** The longest text that fits a request, in UTF-16 units. */
const longestText = 262_144

/** The body of `PUT /documents/{id}`, which with `If-Match` revises or corrects the document. */
export const RecordDocument = v.pipe(
  strict({
    ...documentFields,
    text: v.exactOptional(
      v.pipe(
        characters(longestText),
        v.description(
          'The text that selectors resolve in. It is kept apart, is in no event, and is served only with the scope `read-text`. A `sha256` or `codePoints` beside it must be its own.',
        ),
      ),
    ),
  }),
  v.title('RecordDocument'),
)
export type RecordDocument = v.InferOutput<typeof RecordDocument>

/** The note of a document, without its text. */
export type Note = Omit<RecordDocument, 'text'>

/** The text stands beside the note: it goes to where texts are kept, and never into an event. */
export type DocumentCommand =
  | { type: 'RecordDocument'; data: Note & { documentId: string }; text?: string }
  /** The whole note anew; `from` is the version that `If-Match` names. */
  | { type: 'ReviseDocument'; data: Note & { from: number }; text?: string }
