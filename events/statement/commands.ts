import * as v from 'valibot'
import { Prose, strict } from '../schema.ts'
import { SourceAdded, StatementLinked, TranslationAdded } from './beside.ts'
import { ClaimRead, ClaimWithdrawn } from './claim.ts'
import { DisputeSettled, StatementDisputed } from './dispute.ts'
import { replaceable, StatementRecorded } from './events.ts'
import { RetractionWithdrawn, StatementRetracted } from './retraction.ts'

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

/** The body of `POST /statements/{id}/translations`. */
export const AddTranslation = v.pipe(TranslationAdded, v.title('AddTranslation'))
export type AddTranslation = v.InferOutput<typeof AddTranslation>

/** The body of `POST /statements/{id}/sources`. */
export const AddSource = v.pipe(SourceAdded, v.title('AddSource'))
export type AddSource = v.InferOutput<typeof AddSource>

/** The body of `POST /statements/{id}/links`. */
export const LinkStatement = v.pipe(StatementLinked, v.title('LinkStatement'))
export type LinkStatement = v.InferOutput<typeof LinkStatement>

/** The body of `POST /statements/{id}/disputes`. */
export const DisputeStatement = v.pipe(StatementDisputed, v.title('DisputeStatement'))
export type DisputeStatement = v.InferOutput<typeof DisputeStatement>

const { disputeId: _settled, ...settlement } = DisputeSettled.pipe[0].entries
/** The body of `POST /statements/{id}/disputes/{disputeId}/settlement`. */
export const SettleDispute = v.pipe(strict(settlement), v.title('SettleDispute'))
export type SettleDispute = v.InferOutput<typeof SettleDispute>

/** The body of `POST /statements/{id}/retraction`. */
export const RetractStatement = v.pipe(StatementRetracted, v.title('RetractStatement'))
export type RetractStatement = v.InferOutput<typeof RetractStatement>

/** The body of `POST /statements/{id}/retraction/withdrawal`. */
export const WithdrawRetraction = v.pipe(RetractionWithdrawn, v.title('WithdrawRetraction'))
export type WithdrawRetraction = v.InferOutput<typeof WithdrawRetraction>

/** The body of `POST /statements/{id}/claims`. */
export const ReadClaim = v.pipe(ClaimRead, v.title('ReadClaim'))
export type ReadClaim = v.InferOutput<typeof ReadClaim>

const { claimId: _withdrawn, ...withdrawal } = ClaimWithdrawn.pipe[0].entries
/** The body of `POST /statements/{id}/claims/{claimId}/withdrawal`. */
export const WithdrawClaim = v.pipe(strict(withdrawal), v.title('WithdrawClaim'))
export type WithdrawClaim = v.InferOutput<typeof WithdrawClaim>

export type StatementCommand =
  | { type: 'RecordStatement'; data: RecordStatement }
  | { type: 'CorrectStatement'; data: CorrectStatement }
  | { type: 'AddTranslation'; data: AddTranslation }
  | { type: 'AddSource'; data: AddSource }
  | { type: 'LinkStatement'; data: LinkStatement }
  | { type: 'DisputeStatement'; data: DisputeStatement }
  | { type: 'SettleDispute'; data: SettleDispute & { disputeId: string } }
  | { type: 'RetractStatement'; data: RetractStatement }
  | { type: 'WithdrawRetraction'; data: WithdrawRetraction }
  | { type: 'ReadClaim'; data: ReadClaim }
  | { type: 'WithdrawClaim'; data: WithdrawClaim & { claimId: string } }
