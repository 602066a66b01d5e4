import type { CloudEvent, SealedEvent } from '#events/envelope.ts'
import { without, withoutWithheld } from '#events/withheld.ts'
import { type WithheldBy, withheldBetween } from '#functions/projections/withheld/query.ts'
import { positionsOf } from '#functions/store/positions.ts'
import type { Deps } from './context.ts'

/** For how long what withholds an event may be looked for, of a stream whose mark does not tell: the gateway gives up at 30 seconds. */
const maxSeekMs = 15_000

/**
 * Events of the log as they may be told: without what is withheld, though it is not removed yet, or never is. What
 * withholds them may be much later in the log, so its rows are asked: one Query for a page, of one read unit as a rule.
 * Where it was sealed a moment ago and its rows are not written yet, it is known here from the page alone.
 */
export async function asMayBeTold(
  deps: Pick<Deps, 'views' | 'log' | 'now'>,
  events: readonly SealedEvent[],
): Promise<SealedEvent[]> {
  const known = withoutWithheld(events)
  const times = known.filter(({ withheld }) => withheld === undefined).map(({ time }) => time)
  if (times.length === 0) return known
  times.sort()
  const rows = await withheldBetween(deps.views, times[0] ?? '', times.at(-1) ?? '')
  return Promise.all(
    known.map(async (event) => {
      const by = event.withheld === undefined ? rows.get(event.id) : undefined
      return by ? without(event, await positionOf(deps, event, by)) : event
    }),
  )
}

async function positionOf(
  { log, now }: Pick<Deps, 'log' | 'now'>,
  { subject }: Pick<CloudEvent, 'subject'>,
  { id, time }: WithheldBy,
): Promise<number> {
  const until = now() + maxSeekMs
  const [position] = (await positionsOf(log, subject, [{ id, subject, time }], () => now() < until)).values()
  if (position === undefined) throw new Error(`The rows know of ${id}, and the log does not`)
  return position
}
