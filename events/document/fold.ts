import type { Revision } from '../decide.ts'
import type { At, Fold } from '../fold.ts'
import { type Recorded, recorded } from '../recorded.ts'
import { replaced } from '../replaces.ts'
import type { DocumentCorrected, DocumentEvent, DocumentRecorded, DocumentRevised } from './events.ts'

/** What is on record in one document's stream. */
export interface Document {
  /** Of its last event: what a revision must be made from. */
  version: number
  /** As it was recorded first. */
  recorded?: Recorded<DocumentRecorded>
  /** What was revised or corrected since, oldest first. */
  changes: Recorded<DocumentRevised | DocumentCorrected>[]
  /** Oldest first; `sha256` and `codePoints` where they are known. */
  revisions: Revision[]
}

export const documentFold: Fold<Document, DocumentEvent> = {
  version: 2,
  initial: () => ({ version: 0, changes: [], revisions: [] }),
  evolve(state, event, at) {
    state.version = at.version
    switch (event.type) {
      case 'DocumentRecorded':
        state.recorded = recorded(event.data, at)
        state.revisions.push(revision(event.data, at))
        return state
      case 'DocumentRevised':
        state.changes.push(recorded(event.data, at))
        state.revisions.push(revision(event.data, at))
        return state
      case 'DocumentCorrected': {
        state.changes.push(recorded(event.data, at))
        const latest = state.revisions.pop()
        const { codePoints = latest?.codePoints } = event.data.replaces
        if (latest) state.revisions.push({ ...latest, ...(codePoints === undefined ? {} : { codePoints }) })
        return state
      }
    }
  },
  pass(state, _, at) {
    state.version = at.version
    return state
  },
}

const revision = ({ sha256, codePoints }: { sha256?: string; codePoints?: number }, at: At): Revision => ({
  version: at.version,
  ...(sha256 === undefined ? {} : { sha256 }),
  ...(codePoints === undefined ? {} : { codePoints }),
})

/** The document as it stands, or as it stood after the change of that version. */
export function currentDocument(
  { data }: Recorded<DocumentRecorded>,
  changes: Document['changes'],
  upTo = Number.POSITIVE_INFINITY,
): DocumentRecorded {
  const { documentId } = data
  return changes
    .filter(({ version }) => version <= upTo)
    .reduce<DocumentRecorded>(
      (current, { data }) => ('replaces' in data ? replaced(current, data.replaces) : { documentId, ...data }),
      data,
    )
}
