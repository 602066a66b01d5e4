import * as v from 'valibot'
import { DatingView, datingView } from '../dating.ts'
import type { Folded } from '../fold.ts'
import type { Recorded } from '../recorded.ts'
import { asOfThen, onRecord, viewed, viewOf, withheldResource, withheldViewOf, withholds } from '../view.ts'
import { StatementRecorded } from './events.ts'
import { currentStatement, type Statement } from './fold.ts'
import { statementId } from './id.ts'
import { statuses, statusOf } from './status.ts'
import { besides, besidesViews } from './view-beside.ts'

/** A statement as `GET /statements/{id}` answers, and as lists hold it: as recorded, with every correction made. */
export const StatementView = v.pipe(
  v.strictObject({
    statementId: v.string(),
    ...viewed,
    status: v.pipe(
      v.picklist(statuses),
      v.description(
        'The first that holds: `withheld` by law; `retracted`, while a retraction stands; `disputed`, while a dispute is not settled or was upheld; `recorded`',
      ),
    ),
    corrected: v.pipe(v.boolean(), v.description('Whether it was corrected since it was recorded')),
    ...StatementRecorded.pipe[0].entries,
    saidOn: v.exactOptional(DatingView),
    ...besidesViews,
    ...withholds,
    ...asOfThen,
  }),
  v.title('Statement'),
)
export type StatementView = v.InferOutput<typeof StatementView>

/** The same, or what remains of it where its recording is withheld. */
export const AnyStatementView = v.union([StatementView, withheldResource('statementId', 'WithheldStatement')])
export type AnyStatementView = v.InferOutput<typeof AnyStatementView>

/** Throws where none is on record, or that is withheld. Its id is made of what was recorded first. */
export function statementView(folded: Folded<Statement>): StatementView {
  const { state } = folded
  const recorded: Recorded<StatementRecorded> = onRecord(state.recorded)
  const { saidOn, ...data } = currentStatement(recorded, state.corrections)
  return {
    statementId: statementId(recorded.data),
    ...viewOf(folded, recorded),
    status: statusOf(state),
    corrected: state.corrections.length > 0,
    ...data,
    ...(saidOn ? { saidOn: datingView(saidOn) } : {}),
    ...besides(state, recorded),
  }
}

/** As it is answered, whether its recording is withheld or not. Throws where none is on record. */
export const anyStatementView = (folded: Folded<Statement>): AnyStatementView =>
  withheldViewOf(folded, 'statementId') ?? statementView(folded)
