import * as v from 'valibot'
import { Evidence } from '../evidence.ts'
import { Prose, strict } from '../schema.ts'

/** That the report is taken back. It stays readable, marked wherever it appears. */
export const StatementRetracted = v.pipe(
  strict({
    by: v.pipe(
      v.picklist(['publisher', 'speaker', 'desk']),
      v.description('`publisher`: who printed it; `speaker`: who is said to have said it; `desk`: who recorded it'),
    ),
    reason: Prose,
    source: v.exactOptional(v.pipe(Evidence, v.description('Where the retraction is on record'))),
  }),
  v.title('StatementRetracted'),
  v.description(
    'The report is taken back. It stays readable, marked wherever it appears, until that is withdrawn. Each who retracts it is recorded; to retract it once more on the same ground, say so in `reason`.',
  ),
)
export type StatementRetracted = v.InferOutput<typeof StatementRetracted>

/** That the retractions that stand no longer do: all of them, whoever made them. */
export const RetractionWithdrawn = v.pipe(
  strict({ reason: Prose }),
  v.title('RetractionWithdrawn'),
  v.description('Every retraction that stands is withdrawn; it stays on record.'),
)
export type RetractionWithdrawn = v.InferOutput<typeof RetractionWithdrawn>
