import * as v from 'valibot'
import { integer } from '#events/schema.ts'
import type { Head } from '#functions/store/log-item.ts'
import type { Deps } from './context.ts'

const position = integer(0)

/** What `/healthz` answers. `head` is the log's size; the other positions are of the next event each step is to take. */
export const Health = v.strictObject({
  status: v.pipe(
    v.picklist(['ok', 'degraded']),
    v.description(
      '`degraded`: a stream is parked and waits for a person, or what is sealed has not been signed for more than a minute.',
    ),
  ),
  head: v.pipe(position, v.description('How many events are sealed.')),
  checkpoint: v.optional(
    v.pipe(
      v.strictObject({ size: position, signedAt: v.string() }),
      v.description('Up to where the log is signed, and since when. Absent where nothing is.'),
    ),
  ),
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

/** How long what is sealed may wait for its signature: it takes a second or two. */
const signedWithinMs = 60_000

/** How long an answer is kept, so that whoever asks all the time costs little. */
const keptMs = 5_000

/**
 * Asks the tables how far each step has come: 6 read units at most every 5 seconds. What is parked is counted less often
 * where there is so much of it that counting takes more than the one unit left for it.
 */
export function healthOf({ log, views, published, now }: Pick<Deps, 'log' | 'views' | 'published' | 'now'>) {
  const health = keeping(ask, now, () => keptMs)
  /** Since when this process has seen the log behind its head, signed to no more than `size`. */
  let behind: { size: number; since: number } | undefined
  let counting: { of: number; counted: () => ReturnType<typeof countParked> } | undefined
  return health

  async function ask(): Promise<Health> {
    // As it stood a moment ago will do: it is the half of a read unit.
    const [head, checkpoint, publish, project] = await Promise.all([
      log.head(),
      log.checkpoint(false),
      published(),
      projected(),
    ])
    const { seal, project: inRows } = project.parked
    return {
      status: isUnsigned(head, checkpoint?.size ?? 0) || seal + inRows > 0 ? 'degraded' : 'ok',
      head: head.size,
      ...(checkpoint ? { checkpoint: { size: checkpoint.size, signedAt: checkpoint.signedAt } } : {}),
      publish: { position: publish },
      ...project,
    }
  }

  /** Whether something waits too long: the head was sealed long ago, or goes on while nothing of it is signed. */
  function isUnsigned({ size, sealedAt }: Head, signed: number): boolean {
    if (size <= signed) behind = undefined
    else if (behind?.size !== signed) behind = { size: signed, since: Math.min(now(), Date.parse(sealedAt)) }
    return behind !== undefined && now() - behind.since > signedWithinMs
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
