import type { CloudEvent } from '#events/envelope.ts'
import { nothing } from '#events/fold.ts'
import { kinds } from '#events/kinds.ts'
import { parseStream } from '#events/streams.ts'
import { type Current, type Foldable, type Kept, reached } from './kept.ts'

/** Where the events of a stream are read, strongly. */
export interface EventsAfter {
  /** Those after a version, in order. */
  after(streamId: string, version: number): Promise<readonly { readonly events: readonly CloudEvent[] }[]>
}

/**
 * A stream as its rows have it: its kept state, and the events that were projected since it was kept. Without a state
 * all events there are, as of the row's position `at`; undefined where there are none.
 */
export async function currentOf(
  streamId: string,
  kept: Kept | undefined,
  at: number,
  events: EventsAfter | undefined,
): Promise<Current | undefined> {
  if (kept?.since.length === 0) return { ...reached(kept), json: kept.json, events: [] }
  const kind = parseStream(streamId)?.kind
  if (!events || !kind) return undefined
  const commits = await events.after(streamId, kept?.version ?? 0)
  const following = commits.flatMap((commit) => commit.events)
  if (kept) return { ...reached(kept), json: kept.json, events: following.slice(0, kept.since.length) }
  const { fold }: Foldable = kinds[kind]
  if (following.length === 0) return undefined
  return { version: following.length, position: at, json: JSON.stringify(nothing(fold)), events: following }
}
