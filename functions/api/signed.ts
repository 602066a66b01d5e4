import type { SignedCheckpoint } from '#functions/store/log-item.ts'
import type { Deps } from './context.ts'
import { Problem } from './problem.ts'

/** The latest checkpoint. @throws {Problem} `log-not-begun` */
export async function signedHead({ log }: Pick<Deps, 'log'>): Promise<SignedCheckpoint> {
  const checkpoint = await log.checkpoint()
  if (!checkpoint) throw notBegun()
  return checkpoint
}

export const notBegun = () => new Problem('log-not-begun', 'There is no checkpoint yet.')
