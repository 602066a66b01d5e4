import { TransactionCanceledException, TransactionInProgressException } from '@aws-sdk/client-dynamodb'
import { unanswered } from '#functions/store/unanswered.ts'

/** Why DynamoDB cancels a transaction that may well go through when it is made again from what then is true. */
const passing = new Set([
  'None',
  'ConditionalCheckFailed',
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
])
const throttled = new Set(['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded'])

/** Whether a transaction is to be made again from what is read anew; anything else is a bug, and would fail again. */
export function lostRace(error: unknown): boolean {
  if (error instanceof TransactionCanceledException) {
    return (error.CancellationReasons ?? []).every(({ Code }) => passing.has(Code ?? 'None'))
  }
  if (error instanceof TransactionInProgressException) return true
  return unanswered(error) || (error instanceof Error && throttled.has(error.name))
}
