import { type CloudEvent, versionOf } from '#events/envelope.ts'
import { isWithheld } from '#events/fold.ts'
import { entryOf } from '#events/log/entry.ts'
import { type Withholdings, withholdingsIn } from '#events/withheld.ts'
import { positionsOf } from '#functions/store/positions.ts'
import type { Deps } from '../context.ts'
import { fitting } from '../fitting.ts'
import { Problem } from '../problem.ts'
import type { ProblemCode } from '../problems/codes.ts'
import { versionOf as versionIn } from '../stream-page.ts'
import { proofFiles } from './proof-files.ts'

/** For how long events may be looked for whose position is not told: the gateway gives up at 30 seconds. */
const maxSeekMs = 15_000

/**
 * The events of a stream that are signed, after the version that `cursor` names, each with what proves that it is in the
 * log: its entry, and a proof under the latest checkpoint. Reads the stream, its mark, the log's identity and checkpoint,
 * and the tiles of all proofs at once.
 * @throws {Problem} `otherwise`, where nothing is on record; `not-signed-yet` @throws {InvalidCursor}
 */
export async function streamProof(
  { store, log, pageBytes, now }: Pick<Deps, 'store' | 'log' | 'pageBytes' | 'now'>,
  streamId: string,
  cursor: string | undefined,
  otherwise: ProblemCode,
) {
  const after = versionIn(cursor) ?? 0
  const commits = await store.after(streamId, 0)
  const events = commits.flatMap((commit) => commit.events)
  if (events.length === 0) throw new Problem(otherwise, 'Nothing is on record under this id.')

  const until = now() + maxSeekMs
  const [positions, checkpoint, identity] = await Promise.all([
    positionsOf(log, streamId, events, () => now() < until),
    log.checkpoint(),
    log.identity(),
  ])
  const signed = (version: number) => {
    const position = positions.get(version)
    return checkpoint && position !== undefined && position < checkpoint.size ? position : undefined
  }
  if (!checkpoint || !identity || signed(1) === undefined)
    throw notSigned('It is on record, and its events are not signed yet.')

  const withholdings = withholdingsIn(events)
  const rest = events.filter((event) => versionOf(event) > after && signed(versionOf(event)) !== undefined)
  return fitting(pageBytes, Math.max(rest.length, 1), async (count) => {
    const some = rest.slice(0, count)
    const places = some.map((event) => signed(versionOf(event)) ?? 0)
    const proofs = await proofFiles(log, places, checkpoint)
    const last = some.at(-1)
    return {
      origin: identity.origin,
      vkeys: identity.vkeys,
      checkpoint: checkpoint.note,
      events: some.map((event, at) => ({
        position: places[at] ?? 0,
        entry: Buffer.from(entryOf(event)).toString('utf8'),
        event: told(event, withholdings, signed),
        proof: proofs[at] ?? '',
      })),
      next: last && some.length < rest.length ? String(versionOf(last)) : null,
    }
  })
}

/** The event as it may be told: without its payload from when it is withheld, be that removed already or not. */
function told(
  event: CloudEvent,
  withholdings: Withholdings,
  signed: (version: number) => number | undefined,
): CloudEvent {
  if (!isWithheld(event, withholdings)) return event
  const by = withholdings.get(versionOf(event))
  const withheld = event.withheld ?? (by && signed(by.version))
  if (withheld === undefined) throw notSigned('What withholds a part of it is not signed yet.')
  const { data: _, datasalt: __, ...envelope } = event
  return { ...envelope, withheld }
}

const notSigned = (detail: string) => new Problem('not-signed-yet', detail, {}, { 'Retry-After': '2' })
