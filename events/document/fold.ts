import type { Revision } from '../decide.ts'
import type { Fold } from '../fold.ts'
import { type Recorded, recorded } from '../recorded.ts'
import type { DocumentEvent, DocumentRecorded } from './events.ts'

/** What is on record in one document's stream. */
export interface Document {
  recorded?: Recorded<DocumentRecorded>
  /** Oldest first; `sha256` and `codePoints` where they are known. */
  revisions: Revision[]
}

export const documentFold: Fold<Document, DocumentEvent> = {
  version: 1,
  initial: () => ({ revisions: [] }),
  evolve(state, event, at) {
    switch (event.type) {
      case 'DocumentRecorded': {
        const { sha256, codePoints } = event.data
        state.recorded = recorded(event.data, at)
        state.revisions.push({
          version: at.version,
          ...(sha256 === undefined ? {} : { sha256 }),
          ...(codePoints === undefined ? {} : { codePoints }),
        })
        return state
      }
    }
  },
}
