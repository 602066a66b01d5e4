import { versionOf } from '#events/envelope.ts'
import { type Commit, restoredHash } from '#functions/store/commit.ts'
import type { Replayed } from './replaying.ts'

/**
 * The commits that events of a log came in, in its order: those of one command are sealed one after the other, at one
 * time. `open` are the events of a commit that may go on in what follows; give it with that. What is not told any more is
 * the hash of the request.
 */
export function commitsOf(
  events: readonly Replayed[],
  open: readonly Replayed[] = [],
): { commits: Commit[]; open: Replayed[] } {
  const commits: Commit[] = []
  let current = [...open]
  for (const next of events) {
    const last = current.at(-1)
    if (last && !goesOn(last, next)) {
      commits.push(commitOf(current))
      current = []
    }
    current.push(next)
  }
  return { commits, open: current }
}

const goesOn = ({ event: last }: Replayed, { event: next }: Replayed): boolean =>
  next.subject === last.subject &&
  next.commandid === last.commandid &&
  next.time === last.time &&
  versionOf(next) === versionOf(last) + 1

/** The commit of events that are one. */
export function commitOf(events: readonly Replayed[]): Commit {
  const [first] = events
  if (!first) throw new Error('A commit has an event')
  const { subject, time, commandid } = first.event
  return {
    streamId: subject,
    version: versionOf(first.event),
    time,
    recordedHour: time.slice(0, 13),
    commandid,
    commandhash: restoredHash,
    events: events.map(({ event }) => event),
  }
}
