import * as v from 'valibot'
import { Prose, strict } from '../schema.ts'
import { replaceable, StatementRecorded } from './events.ts'

/** The body of `POST /statements`. */
export const RecordStatement = v.pipe(StatementRecorded, v.title('RecordStatement'))
export type RecordStatement = v.InferOutput<typeof RecordStatement>

/** The body of `POST /statements/{id}/corrections`. */
export const CorrectStatement = v.pipe(
  strict({
    reason: v.pipe(Prose, v.description('Why; the same correction with another reason is another one')),
    replaces: v.pipe(
      strict(replaceable),
      v.check((replaces) => Object.keys(replaces).length > 0, 'replaces nothing'),
      v.description('At least one member; each replaces the recorded one whole, and `null` takes an optional one away'),
    ),
  }),
  v.title('CorrectStatement'),
)
export type CorrectStatement = v.InferOutput<typeof CorrectStatement>

export type StatementCommand =
  | { type: 'RecordStatement'; data: RecordStatement }
  | { type: 'CorrectStatement'; data: CorrectStatement }
