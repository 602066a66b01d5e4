import type { SignedCheckpoint } from '#functions/store/log-item.ts'
import type { Deps } from './context.ts'
import { Problem } from './problem.ts'

/** The latest checkpoint's note, with the lines of those witnesses below it that have cosigned it. @throws {Problem} `log-not-begun` */
export async function cosignedNote(deps: Pick<Deps, 'log' | 'witnesses'>): Promise<string> {
  const { witnesses = [] } = deps
  if (witnesses.length === 0) return (await signedHead(deps)).note
  const [{ size, note }, cosigned] = await Promise.all([signedHead(deps), deps.log.cosigned(witnesses)])
  return note + cosigned.map((one) => (one.size === size ? one.lines : '')).join('')
}

/** The latest note that all witnesses have cosigned. @throws {Problem} `log-not-begun` */
export async function witnessedNote({ log }: Pick<Deps, 'log'>): Promise<string> {
  const checkpoint = await log.witnessed()
  if (!checkpoint) throw new Problem('log-not-begun', 'No checkpoint is cosigned by all witnesses.')
  return checkpoint.note
}

/** The latest checkpoint. @throws {Problem} `log-not-begun` */
export async function signedHead({ log }: Pick<Deps, 'log'>): Promise<SignedCheckpoint> {
  const checkpoint = await log.checkpoint()
  if (!checkpoint) throw notBegun()
  return checkpoint
}

export const notBegun = () => new Problem('log-not-begun', 'There is no checkpoint yet.')
