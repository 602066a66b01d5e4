import * as v from 'valibot'
import { integer } from '#events/schema.ts'
import type { Deps } from './context.ts'

const position = integer(0)

/** What `/healthz` answers. `head` is the log's size; the other positions are of the next event each step is to take. */
export const Health = v.strictObject({
  status: v.pipe(
    v.picklist(['ok', 'degraded']),
    v.description('`degraded`: a stream is parked and waits for a person.'),
  ),
  head: v.pipe(position, v.description('How many events are sealed.')),
  publish: v.strictObject({ position: v.pipe(position, v.description('All events before it are published.')) }),
  project: v.strictObject({
    generation: v.pipe(integer(1), v.description('Of the rows that lists are read from.')),
    position: v.pipe(position, v.description('All events before it are in lists.')),
  }),
  parked: v.pipe(
    v.strictObject({ seal: integer(0), project: integer(0) }),
    v.description('How many streams wait, by step; counted to 100.'),
  ),
})
export type Health = v.InferOutput<typeof Health>

/** How long an answer is kept, so that whoever asks all the time costs little. */
const keptMs = 5_000

/** Asks the tables how far each step has come: 6 read units at most, every 5 seconds at most. Throws as they do. */
export function healthOf({ log, views, published, now }: Pick<Deps, 'log' | 'views' | 'published' | 'now'>) {
  let kept: { health: Promise<Health>; until: number } | undefined
  return (): Promise<Health> => {
    if (!kept || kept.until <= now()) {
      const health = ask()
      kept = { health, until: now() + keptMs }
      // A failure is not kept: the next one asks again.
      health.catch(() => {
        if (kept?.health === health) kept = undefined
      })
    }
    return kept.health
  }

  async function ask(): Promise<Health> {
    const [head, publish, seal, project] = await Promise.all([
      log.head(),
      published(),
      log.parked(),
      views.generation({ fresh: true }).then(async (generation) => {
        const [position, parked] = await Promise.all([views.position(generation), views.parked(generation)])
        return { generation, position, parked: parked.length }
      }),
    ])
    const { parked, ...projected } = project
    return {
      status: seal + parked > 0 ? 'degraded' : 'ok',
      head: head.size,
      publish: { position: publish },
      project: projected,
      parked: { seal, project: parked },
    }
  }
}
