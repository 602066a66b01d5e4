import type { Decision } from './decide.ts'
import { asGiven, differences } from './differences.ts'
import type { Recorded } from './recorded.ts'
import { Refusal } from './refusal.ts'

/**
 * Where a request differs from what was recorded under the same id, as JSON Pointers; empty if it is told the same
 * again. Only what the request gave is compared, never what was filled in when it was recorded.
 */
export const toldDifferently = (recorded: object, given: object, filledIn: readonly string[] = []): string[] =>
  differences(asGiven(recorded, given, filledIn), given)

/** The decision where the stream holds all this already. */
export const already = ({ version }: Pick<Recorded<unknown>, 'version'>): Decision<never> => ({ events: [], version })

export const alreadyRecorded = (differences: readonly string[]) => new Refusal('already-recorded', { differences })
