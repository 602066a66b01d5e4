import type { Statement } from './fold.ts'

export const statuses = ['recorded', 'disputed', 'retracted', 'withheld'] as const
export type Status = (typeof statuses)[number]

/**
 * Retracted while a retraction stands. Else disputed while an objection stands: one that is not settled yet, or was
 * upheld; one that was rejected or withdrawn leaves no mark but its own. Else recorded.
 */
export function statusOf(state: Pick<Statement, 'retractions' | 'withdrawals' | 'disputes'>): Status {
  if (isRetracted(state)) return 'retracted'
  const stands = Object.values(state.disputes).some(({ settled }) => !settled || settled.data.outcome === 'upheld')
  return stands ? 'disputed' : 'recorded'
}

/** Whether there is a retraction since the last withdrawal. */
export const isRetracted = ({ retractions, withdrawals }: Pick<Statement, 'retractions' | 'withdrawals'>): boolean =>
  (retractions.at(-1)?.version ?? 0) > (withdrawals.at(-1)?.version ?? 0)
