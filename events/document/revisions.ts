import * as v from 'valibot'
import type { CloudEvent } from '../envelope.ts'
import { foldOnto, nothing } from '../fold.ts'
import { HistoryItem, historyAfter } from '../history.ts'
import { documentShown } from './history.ts'
import { document } from './kind.ts'

const { version, recordedAt, recordedBy, changes } = HistoryItem.pipe[0].entries

/** What a document was found to say at one time. */
export const DocumentRevision = v.pipe(
  v.strictObject({
    version,
    recordedAt,
    recordedBy,
    sha256: v.exactOptional(v.string()),
    codePoints: v.exactOptional(v.pipe(v.number(), v.description('As corrected since'))),
    textHeld: v.pipe(v.boolean(), v.description('Whether its text is held')),
    changes: v.pipe(changes, v.description('What it changed in the document as it is served, as its history says')),
  }),
  v.title('DocumentRevision'),
)
export type DocumentRevision = v.InferOutput<typeof DocumentRevision>

/** A document's revisions, the oldest first. `events` are its whole stream. Which texts are held is known elsewhere. */
export function documentRevisions(events: readonly CloudEvent[]): Omit<DocumentRevision, 'textHeld'>[] {
  const history = historyAfter(document, documentShown, events, 0, events.length)
  const { state } = foldOnto(document.fold, document.upcast, nothing(document.fold), events)
  if (!state.recorded) return [] // of what is withheld nothing is shown
  return state.revisions.flatMap((revision) => {
    const told = history[revision.version - 1]
    if (!told) return []
    const { recordedAt, recordedBy, changes } = told
    return [{ ...revision, recordedAt, recordedBy, changes }]
  })
}
