import * as v from 'valibot'
import { integer } from '#events/schema.ts'
import type { Head, SignedCheckpoint } from '#functions/store/log-item.ts'
import type { Cosigned } from '#functions/store/witness-item.ts'
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
  witnesses: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          name: v.string(),
          size: v.pipe(position, v.description('Of the tree that it has cosigned last.')),
          behind: v.pipe(position, v.description('How many signed events it has not seen.')),
          error: v.optional(v.pipe(v.string(), v.description('Why it has cosigned no further.'))),
          since: v.optional(v.string()),
        }),
      ),
      v.description('Those who cosign checkpoints. Absent where there are none.'),
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
export function healthOf({
  log,
  views,
  published,
  now,
  witnesses = [],
}: Pick<Deps, 'log' | 'views' | 'published' | 'now' | 'witnesses'>) {
  const health = keeping(ask, now, () => keptMs)
  /** Since when this process has seen the log behind its head, signed to no more than `size`. */
  let behind: { size: number; since: number } | undefined
  let counting: { of: number; counted: () => ReturnType<typeof countParked> } | undefined
  return health

  async function ask(): Promise<Health> {
    // As it stood a moment ago will do: it is the half of a read unit.
    const [head, checkpoint, publish, project, cosigned] = await Promise.all([
      log.head(),
      log.checkpoint(false),
      published(),
      projected(),
      witnesses.length > 0 ? log.cosigned(witnesses) : [],
    ])
    const { seal, project: inRows } = project.parked
    return {
      status: isUnsigned(head, checkpoint?.size ?? 0) || seal + inRows > 0 ? 'degraded' : 'ok',
      head: head.size,
      ...(checkpoint ? { checkpoint: { size: checkpoint.size, signedAt: checkpoint.signedAt } } : {}),
      ...(witnesses.length > 0 ? { witnesses: witnesses.map((name) => witnessed(name, cosigned, checkpoint)) } : {}),
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

/** How far a witness has come: one that was never asked has seen nothing. */
function witnessed(name: string, cosigned: readonly Cosigned[], checkpoint: SignedCheckpoint | undefined) {
  const { size = 0, error, since } = cosigned.find((one) => one.name === name) ?? {}
  const why = error === undefined ? {} : { error, ...(since === undefined ? {} : { since }) }
  return { name, size, behind: Math.max(0, (checkpoint?.size ?? 0) - size), ...why }
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
