import type { Kind } from '#events/decide.ts'
import type { DomainEvent } from '#events/envelope.ts'
import { type Folded, foldOnto, nothing } from '#events/fold.ts'
import type { EventStore } from '#functions/store/event-store.ts'
import { Problem } from './problem.ts'
import type { ProblemCode } from './problems/codes.ts'

/**
 * A stream as it is on record, read strongly: what was just written is there.
 * @throws {Problem} `otherwise`, where nothing is
 */
export async function readStream<State, Event extends DomainEvent>(
  store: EventStore,
  { fold, upcast }: Pick<Kind<State, never, Event>, 'fold' | 'upcast'>,
  streamId: string,
  otherwise: ProblemCode,
): Promise<Folded<State>> {
  const { commits, version } = await store.load(streamId)
  if (version === 0) throw new Problem(otherwise, 'Nothing is on record under this id.')
  const events = commits.flatMap((commit) => commit.events)
  return foldOnto(fold, upcast, nothing(fold), events)
}
