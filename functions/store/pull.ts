import type { SealedEvent } from '#events/envelope.ts'

/** What a consumer reads: the log's size, strongly, and its events from a position on. */
export interface SealedLog {
  head(): Promise<{ readonly size: number }>
  /** Some of the events from `from` on, at least one, in order and without gaps. */
  read(from: number): Promise<readonly SealedEvent[]>
  /** The first of the events from `from` on, wherever the log ends; none where they do not show. A log need not offer it. */
  peek?(from: number): Promise<readonly SealedEvent[]>
}

/** How far a consumer has come: the position of the next event it is to have. */
export interface Checkpoint {
  /** Read strongly; 0 for a consumer that never ran. */
  read(): Promise<number>
  /** Moves it if it still stands at `from`; false if somebody else moved it. */
  move(from: number, to: number): Promise<boolean>
}

/** Less time is left than a batch may need, and the log has more. Thrown so that the doorbell rings again. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime'
  readonly position: number
  readonly size: number
  constructor(position: number, size: number) {
    super(`Out of time at position ${position} of ${size}; the next invocation goes on from there`)
    this.position = position
    this.size = size
  }
}

/** What a pull begins with. */
export interface Begun {
  /** Where the checkpoint stands, and how long the log is, both read strongly. */
  readonly position: number
  readonly size: number
  /** What showed in the log where the checkpoint was taken to stand. */
  readonly ahead?: { readonly from: number; readonly events: readonly SealedEvent[] } | undefined
}

export interface Pull {
  readonly log: SealedLog
  readonly checkpoint: Checkpoint
  /** Asked for beforehand, since this invocation has begun; otherwise it is asked for now. */
  readonly begun?: Begun | undefined
  /** The effect of these events, durable when it answers. It may be asked for the same events again. */
  apply(events: readonly SealedEvent[]): Promise<void>
  /** Cuts what was read, in order, into what is applied and checkpointed at once; by default it is not cut. */
  cut?(events: readonly SealedEvent[]): Iterable<readonly SealedEvent[]>
  /** Milliseconds until this invocation is ended from outside; without it there is no end. */
  remainingMs?(): number
}

/** Milliseconds kept back for a batch that is under way when the time runs out. */
export const reserveMs = 20_000

/**
 * Asks at once for all that a pull begins with. `guess`: where the checkpoint most likely stands, as this process left it
 * there. A guess that is wrong costs a peek and nothing else, for what was read is taken only if the checkpoint says so.
 */
export async function begin({ log, checkpoint }: Pick<Pull, 'log' | 'checkpoint'>, guess?: number): Promise<Begun> {
  const [position, { size }, events] = await Promise.all([
    checkpoint.read(),
    log.head(),
    guess === undefined ? [] : log.peek?.(guess).catch(() => []), // it is read again, and what is amiss is told then
  ])
  return { position, size, ahead: guess === undefined ? undefined : { from: guess, events: events ?? [] } }
}

/**
 * Brings a consumer from its checkpoint to the head, in the log's order. What woke it is not looked at: the next position
 * is computed, never received, so order, repeats and lost wake-ups are settled here and nowhere else.
 * @returns the position it came to
 * @throws {OutOfTime} after at least one batch, when the time is short
 */
export async function pull({
  log,
  checkpoint,
  begun,
  apply,
  cut = (events) => [events],
  remainingMs,
}: Pull): Promise<number> {
  let { position, size, ahead } = begun ?? (await begin({ log, checkpoint }))
  // Read side by side, the head may be the older of the two: it is asked again before it is believed.
  if (position > size) ({ size } = await log.head())
  if (position > size) throw new Error(`The checkpoint stands at ${position}, past the log's end at ${size}`)
  while (position < size) {
    const events = ahead?.from === position && ahead.events.length > 0 ? ahead.events : await log.read(position)
    ahead = undefined
    follow(position, events)
    for (const batch of cut(events)) {
      const end = position + batch.length
      await apply(batch) // effect first: a crash here repeats it
      if (!(await checkpoint.move(position, end))) {
        position = await moved(checkpoint, position) // not ours any more, and yet to be carried on: stopping loses a wake-up
        break
      }
      position = end
      if (position < size && remainingMs && remainingMs() < reserveMs) throw new OutOfTime(position, size)
    }
  }
  return position
}

async function moved(checkpoint: Checkpoint, from: number): Promise<number> {
  const position = await checkpoint.read()
  if (position <= from) throw new Error(`The checkpoint neither moved from ${from} nor was moved: it is at ${position}`)
  return position
}

function follow(position: number, events: readonly SealedEvent[]): void {
  if (events.length === 0) throw new Error(`The log answered nothing at position ${position}, below its size`)
  for (const [index, event] of events.entries()) {
    if (event.position !== position + index) {
      throw new Error(`The log answered position ${event.position} where ${position + index} belongs`)
    }
  }
}
