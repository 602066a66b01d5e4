import type { Recorded } from './recorded.ts'
import { Refusal } from './refusal.ts'

/**
 * The change that a revision made from version `from` is, where it is told again: what follows that version and leaves
 * what is told. Undefined where it is made from the present version, so that it is still to be recorded.
 * @throws {Refusal} `version-conflict`: somebody else wrote in between
 */
export function toldFrom<Change extends Pick<Recorded<unknown>, 'version'>>(
  from: number,
  present: number,
  changes: readonly Change[],
  isTold: (change: Change) => boolean,
): Change | undefined {
  const next = changes.find(({ version }) => version === from + 1)
  if (next && isTold(next)) return next
  if (from === present) return undefined
  throw versionConflict(from, present)
}

export const versionConflict = (from: number, present: number) =>
  new Refusal('version-conflict', { expected: from, actual: present })
