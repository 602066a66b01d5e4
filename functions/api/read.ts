import type { Kind } from '#events/decide.ts'
import type { DomainEvent } from '#events/envelope.ts'
import type { Folded } from '#events/fold.ts'
import { foldStream, type StreamDeps } from '#functions/store/fold-stream.ts'
import { Problem } from './problem.ts'
import type { ProblemCode } from './problems/codes.ts'

/**
 * A stream as it is on record, read strongly: what was just written is there.
 * @throws {Problem} `otherwise`, where nothing is
 */
export async function readStream<State, Event extends DomainEvent>(
  deps: StreamDeps,
  kind: Pick<Kind<State, never, Event>, 'fold' | 'upcast'>,
  streamId: string,
  otherwise: ProblemCode,
): Promise<Folded<State>> {
  const { folded } = await foldStream(deps, kind, streamId)
  if (folded.version === 0) throw new Problem(otherwise, 'Nothing is on record under this id.')
  return folded
}
