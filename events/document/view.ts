import * as v from 'valibot'
import { DatingView, datingView } from '../dating.ts'
import type { Folded } from '../fold.ts'
import { onRecord, viewed, viewOf } from '../view.ts'
import { DocumentRecorded } from './events.ts'
import type { Document } from './fold.ts'

/** A document as `GET /documents/{id}` answers. Its text is never in it. */
export const DocumentView = v.pipe(
  v.strictObject({
    ...DocumentRecorded.pipe[0].entries,
    ...viewed,
    publishedOn: v.exactOptional(DatingView),
    textHeld: v.exactOptional(v.pipe(v.boolean(), v.description('Whether the text of its latest revision is held'))),
  }),
  v.title('Document'),
)
export type DocumentView = v.InferOutput<typeof DocumentView>

/** Throws where none is on record. Whether its text is held is known elsewhere, and said if given. */
export function documentView(folded: Folded<Document>, textHeld?: boolean): DocumentView {
  const recorded = onRecord(folded.state.recorded)
  const { publishedOn, ...data } = recorded.data
  return {
    ...data,
    ...viewOf(folded, recorded),
    ...(publishedOn ? { publishedOn: datingView(publishedOn) } : {}),
    ...(textHeld === undefined ? {} : { textHeld }),
  }
}
