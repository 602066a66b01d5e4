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
    filling: v.optional(
      v.pipe(
        v.strictObject({ generation: integer(1), position }),
        v.description('Rows that are being rebuilt, to be read instead once they have caught up.'),
      ),
    ),
  }),
  parked: v.pipe(
    v.strictObject({ seal: integer(0), project: integer(0) }),
    v.description('How many streams wait, by step; counted to 100.'),
  ),
})
export type Health = v.InferOutput<typeof Health>

/** How long an answer is kept, so that whoever asks all the time costs little. */
const keptMs = 5_000

/**
 * Asks the tables how far each step has come: 6 read units at most every 5 seconds. What is parked is counted less often
 * where there is so much of it that counting takes more than the one unit left for it.
 */
export function healthOf({ log, views, published, now }: Pick<Deps, 'log' | 'views' | 'published' | 'now'>) {
  const health = keeping(ask, now, () => keptMs)
  let counting: { of: number; counted: () => ReturnType<typeof countParked> } | undefined
  return health

  async function ask(): Promise<Health> {
    const [head, publish, project] = await Promise.all([log.head(), published(), projected()])
    const { seal, project: inRows } = project.parked
    return {
      status: seal + inRows > 0 ? 'degraded' : 'ok',
      head: head.size,
      publish: { position: publish },
      ...project,
    }
  }

  async function projected(): Promise<Pick<Health, 'project' | 'parked'>> {
    const { live = { n: 1 }, filling } = (await views.generations()) ?? {}
    const generation = live.n
    if (counting?.of !== generation) {
      const counted = keeping(
        () => countParked(generation),
        now,
        ({ units }) => keptMs * Math.max(1, units),
      )
      counting = { of: generation, counted }
    }
    const [position, { seal, project }, filled] = await Promise.all([
      views.position(generation),
      counting.counted(),
      filling && views.position(filling.n),
    ])
    const beside = filling && filled !== undefined ? { filling: { generation: filling.n, position: filled } } : {}
    return { project: { generation, position, ...beside }, parked: { seal, project } }
  }

  async function countParked(generation: number) {
    const [seal, project] = await Promise.all([log.parked(), views.countParked(generation)])
    return { seal: seal.count, project: project.count, units: seal.units + project.units }
  }
}

/** Asks once for all who ask within the time that an answer is kept. A failure is not kept: the next one asks again. */
function keeping<Answer>(ask: () => Promise<Answer>, now: () => number, forMs: (answer: Answer) => number) {
  let kept: { answer: Promise<Answer>; until: number } | undefined
  return (): Promise<Answer> => {
    if (kept && kept.until > now()) return kept.answer
    const asked = now()
    const mine = { answer: ask(), until: Number.POSITIVE_INFINITY }
    kept = mine
    mine.answer.then(
      (answer) => {
        mine.until = asked + forMs(answer)
      },
      () => {
        if (kept === mine) kept = undefined
      },
    )
    return mine.answer
  }
}
