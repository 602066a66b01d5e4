import * as v from 'valibot'
import { DatingView, datingView } from '../dating.ts'
import type { Folded } from '../fold.ts'
import { onRecord, viewed, viewOf } from '../view.ts'
import { StatementRecorded } from './events.ts'
import { currentStatement, type Statement } from './fold.ts'
import { statementId } from './id.ts'

/** A statement as `GET /statements/{id}` answers, and as lists hold it: as recorded, with every correction made. */
export const StatementView = v.pipe(
  v.strictObject({
    statementId: v.string(),
    ...viewed,
    status: v.picklist(['recorded', 'disputed', 'retracted', 'withheld']),
    corrected: v.pipe(v.boolean(), v.description('Whether it was corrected since it was recorded')),
    ...StatementRecorded.pipe[0].entries,
    saidOn: v.exactOptional(DatingView),
  }),
  v.title('Statement'),
)
export type StatementView = v.InferOutput<typeof StatementView>

/** Throws where none is on record. Its id is made of what was recorded first. */
export function statementView(folded: Folded<Statement>): StatementView {
  const recorded = onRecord(folded.state.recorded)
  const { saidOn, ...data } = currentStatement(recorded, folded.state.corrections)
  return {
    statementId: statementId(recorded.data),
    ...viewOf(folded, recorded),
    status: 'recorded',
    corrected: folded.state.corrections.length > 0,
    ...data,
    ...(saidOn ? { saidOn: datingView(saidOn) } : {}),
  }
}
