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

/**
 * The decision on a thing with an id of its own: told the same again adds nothing, told differently is refused.
 * `add` gives its event; what it finds that cannot be right is thrown before what is told differently.
 */
export function once<Event>(
  found: Recorded<object> | undefined,
  given: object,
  filledIn: readonly string[],
  add: () => Event,
): Decision<Event> {
  const differences = found && toldDifferently(found.data, given, filledIn)
  if (found && differences?.length === 0) return already(found)
  const event = add()
  if (differences) throw alreadyRecorded(differences)
  return { events: [event] }
}

/** The decision on a thing without an id of its own: what was ever recorded with this very data is not meant again. */
export function unlessTold<Event>(
  recorded: readonly Recorded<object>[],
  given: object,
  filledIn: readonly string[],
  add: () => Event,
): Decision<Event> {
  const told = recorded.find(({ data }) => toldDifferently(data, given, filledIn).length === 0)
  return told ? already(told) : { events: [add()] }
}
