import type { Kind } from '#events/decide.ts'
import type { CloudEvent, DomainEvent } from '#events/envelope.ts'
import { type Folded, nothing } from '#events/fold.ts'
import type { Commit } from './commit.ts'
import type { StreamDeps } from './fold-stream.ts'

/** A stream as far as it was read: a state early in it, and the events that follow. */
export interface FromEarly<State> {
  readonly from: Folded<State>
  readonly events: readonly CloudEvent[]
  /** Of the whole stream; 0 where there is none. */
  readonly version: number
}

/**
 * Reads what a look at a stream's past takes, strongly consistent: a long stream from its kept state on, where that is
 * `early` enough; else from its beginning until a commit is `enough`, `atOnce` commits at most with each call.
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
  if (!kept) return { from: nothing(fold), events: eventsOf(commits), version }
  const from = JSON.parse(kept.json) as Folded<State>
  if (early(from)) return { from, events: eventsOf(commits), version }
  return { from: nothing(fold), events: eventsOf(await store.until(streamId, enough, atOnce)), version }
}
