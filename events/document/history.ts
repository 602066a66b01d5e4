import { type Shown, whole } from '../history.ts'
import type { DocumentEvent } from './events.ts'
import type { Document } from './fold.ts'
import { anyDocumentView } from './view.ts'

/** Whether a text is held is no event's doing, and in no history. */
export const documentShown: Shown<Document, DocumentEvent> = {
  identities: { revisions: 'version' },
  parts: () => (_, folded) => whole(folded, anyDocumentView),
}
