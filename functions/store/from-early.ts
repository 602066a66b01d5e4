import type { Kind } from '#events/decide.ts'
import type { CloudEvent, DomainEvent } from '#events/envelope.ts'
import { type Folded, nothing } from '#events/fold.ts'
import { type Withholdings, withholdingsIn } from '#events/withheld.ts'
import type { Commit } from './commit.ts'
import type { StreamDeps } from './fold-stream.ts'

/** A stream as far as it was read: a state early in it, and the events that follow. */
export interface FromEarly<State> {
  readonly from: Folded<State>
  readonly events: readonly CloudEvent[]
  /** Of the whole stream; 0 where there is none. */
  readonly version: number
  /** All that is withheld in the whole stream, however early the look: it is withheld from its past too. */
  readonly withholdings: Withholdings
}

/**
 * Reads what a look at a stream's past takes, strongly consistent: a long stream from its kept state on, where that is
 * `early` enough and has nothing that was withheld since; else from its beginning until a commit is `enough`, `atOnce`
 * commits at most with each call.
 */
export async function readFromEarly<State, Event extends DomainEvent>(
  { store, views }: StreamDeps,
  { fold }: Pick<Kind<State, never, Event>, 'fold'>,
  streamId: string,
  early: (kept: Folded<State>) => boolean,
  enough: (commit: Commit) => boolean,
  atOnce?: number,
): Promise<FromEarly<State>> {
  const { kept, commits, version } = await store.load(streamId, () => views.kept(streamId, fold.version))
  const eventsOf = (commits: readonly Commit[]) => commits.flatMap(({ events }) => events)
  const events = eventsOf(commits)
  if (!kept) return { from: nothing(fold), events, version, withholdings: withholdingsIn(events) }
  const from = JSON.parse(kept.json) as Folded<State>
  const withholdings = withholdingsIn(events, from.withheld) // all there are: those in the state, and those since
  if (early(from) && !holds(from, withholdings)) return { from, events, version, withholdings }
  const begun = eventsOf(await store.until(streamId, enough, atOnce))
  // Read later, so that it may tell of one that came in between.
  return {
    from: nothing(fold),
    events: begun,
    version,
    withholdings: new Map([...withholdingsIn(begun), ...withholdings]),
  }
}

/** Whether a state has something in it that is withheld. */
function holds({ version, withheld = [] }: Folded<unknown>, withholdings: Withholdings): boolean {
  const without = new Set(withheld.map((event) => event.version))
  return [...withholdings.keys()].some((withheld) => withheld <= version && !without.has(withheld))
}
