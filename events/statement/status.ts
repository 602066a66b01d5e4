import type { Statement } from './fold.ts'

export const statuses = ['recorded', 'disputed', 'retracted', 'withheld'] as const
export type Status = (typeof statuses)[number]

type Standing = Pick<
  Statement,
  'recorded' | 'retractions' | 'withdrawals' | 'disputes' | 'retractedWithheld' | 'withdrawnWithheld'
>

/**
 * Withheld where what was recorded first is. Else retracted while a retraction stands. Else disputed while an objection
 * stands: one that is not settled yet, or was upheld; one that was rejected or withdrawn leaves no mark but its own.
 * Else recorded.
 */
export function statusOf(state: Standing): Status {
  if (!state.recorded) return 'withheld'
  if (isRetracted(state)) return 'retracted'
  const stands = Object.values(state.disputes).some(({ settled }) => !settled || settled.data.outcome === 'upheld')
  return stands ? 'disputed' : 'recorded'
}

/** Whether there is a retraction since the last withdrawal, be they withheld or not. */
export const isRetracted = ({
  retractions,
  withdrawals,
  retractedWithheld = 0,
  withdrawnWithheld = 0,
}: Omit<Standing, 'recorded' | 'disputes'>): boolean =>
  Math.max(retractions.at(-1)?.version ?? 0, retractedWithheld) >
  Math.max(withdrawals.at(-1)?.version ?? 0, withdrawnWithheld)
