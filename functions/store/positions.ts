import type { CloudEvent } from '#events/envelope.ts'
import { versionOf } from '#events/envelope.ts'
import type { LogStore } from './log-store.ts'
import { positionsIn } from './runs.ts'
import { seek, startOf } from './seek.ts'

/**
 * Positions in the log of a stream's events, by version: of those among the given ones that are sealed. The stream's mark
 * tells nearly all of them in one read. What it does not reach, of a stream that was sealed more than 96 times or before
 * marks told this, is looked for by halving: 20 to 100 read units each.
 * Throws when a sealed event is not found, however long it is looked for, and when `goOn` says no.
 */
export async function positionsOf(
  log: LogStore,
  streamId: string,
  events: readonly Pick<CloudEvent, 'id' | 'subject' | 'time'>[],
  goOn: () => boolean,
): Promise<ReadonlyMap<number, number>> {
  const mark = await log.mark(streamId)
  const positions = new Map<number, number>()
  if (!mark) return positions
  const told = positionsIn(mark.runs, mark.version).set(mark.version, mark.position)
  let before = -1
  for (const event of events) {
    const version = versionOf(event)
    if (version > mark.version) break
    const position = told.get(version) ?? (await lookedFor(event))
    if (position === undefined) throw new Error(`Event ${event.id} is not found in the log before ${mark.position}`)
    positions.set(version, position)
    before = position
  }
  return positions

  async function lookedFor(event: Pick<CloudEvent, 'id' | 'time'>): Promise<number | undefined> {
    const from = Math.max(before + 1, await startOf(log, event, mark?.position ?? 0))
    return seek(log, event, from, mark?.position ?? 0, goOn)
  }
}
