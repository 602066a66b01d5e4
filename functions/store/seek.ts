import type { LogStore } from './log-store.ts'

/** An event of a stream, looked for in the log. */
export interface Sought {
  /** `<streamId>/<version>` */
  readonly id: string
  /** When it was recorded. */
  readonly time: string
}

/** How much earlier than an event another may be recorded that stands after it in the log, in milliseconds. */
const skewMs = 60_000

/**
 * The position of a sealed event, looked for from `from` on and before `end`, as long as `goOn` says so; undefined
 * where it is not found.
 */
export async function seek(
  log: LogStore,
  { id }: Pick<Sought, 'id'>,
  from: number,
  end: number,
  goOn: () => boolean,
): Promise<number | undefined> {
  for (let at = from; at < end && goOn(); ) {
    const events = await log.read(at)
    const found = events.find((event) => event.id === id)
    if (found) return found.position
    at += events.length
  }
  return undefined
}

/**
 * Where to begin to look for an event that stands before `end`: a position that it stands at or after, found by halving: the log is nearly in the order of its times.
 */
export async function startOf(log: LogStore, { time }: Pick<Sought, 'time'>, end: number): Promise<number> {
  const soonest = new Date(Date.parse(time) - skewMs).toISOString()
  let [low, high] = [0, end]
  // What stands at `low` was recorded before `soonest`, or is the first there is.
  while (high - low > step) {
    const middle = Math.floor((low + high) / 2)
    if ((await log.timeAt(middle)) < soonest) low = middle
    else high = middle
  }
  return low
}

/** Below this many events one read is as good as halving on. */
const step = 256
