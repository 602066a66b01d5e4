import * as v from 'valibot'
import { Evidence } from '../evidence.ts'
import { Prose, Slug, strict } from '../schema.ts'

/** That somebody objects to the report: the speaker denies having said it. */
export const StatementDisputed = v.pipe(
  strict({
    disputeId: v.pipe(Slug, v.description('The caller’s, unique within the statement, so that a retry is recognized')),
    by: v.pipe(Slug, v.description('The actor that disputes it')),
    ground: v.pipe(Prose, v.description('What is objected')),
    source: v.pipe(Evidence, v.description('Where the objection is on record')),
  }),
  v.title('StatementDisputed'),
  v.description('Somebody objects to the report. The objection is the fact; the statement stays as it is.'),
)
export type StatementDisputed = v.InferOutput<typeof StatementDisputed>

/** What the desk found. A dispute is settled once; what is found out later is another dispute. */
export const DisputeSettled = v.pipe(
  strict({
    disputeId: Slug,
    outcome: v.pipe(
      v.picklist(['upheld', 'rejected', 'withdrawn']),
      v.description('`upheld`: the objection holds; `rejected`: it does not; `withdrawn`: by whoever made it'),
    ),
    reason: Prose,
    source: v.exactOptional(Evidence),
  }),
  v.title('DisputeSettled'),
)
export type DisputeSettled = v.InferOutput<typeof DisputeSettled>
