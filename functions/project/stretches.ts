import type { SealedEvent } from '#events/envelope.ts'
import type { SealedLog } from '#functions/store/pull.ts'

/**
 * How many events a generation that is being filled takes at once: many pages of the log, so that a stream is written
 * once for many of its events. Not to be changed but with the shape: see `isWhole`.
 */
export const stretchLength = 2_048

/** The log in stretches that end at multiples of their length, or at the head. The next one is read ahead. */
export class Stretches implements SealedLog {
  readonly #log: SealedLog
  readonly #length: number
  #ahead: { readonly from: number; readonly events: Promise<readonly SealedEvent[]> } | undefined

  constructor(log: SealedLog, length: number) {
    this.#log = log
    this.#length = length
  }

  head(): Promise<{ readonly size: number }> {
    return this.#log.head()
  }

  async read(from: number): Promise<readonly SealedEvent[]> {
    const { size } = await this.#log.head()
    const events = this.#ahead?.from === from ? await this.#ahead.events : await this.#read(from, size)
    const next = from + events.length
    this.#ahead = next < size ? { from: next, events: this.#read(next, size) } : undefined
    this.#ahead?.events.catch(() => undefined) // whoever reads on from there is told
    return events
  }

  async #read(from: number, size: number): Promise<readonly SealedEvent[]> {
    const end = Math.min(size, (Math.floor(from / this.#length) + 1) * this.#length)
    const events: SealedEvent[] = []
    while (from + events.length < end) events.push(...(await this.#log.read(from + events.length)))
    return events.slice(0, end - from)
  }
}

/**
 * Whether these events are a stretch that whoever fills the generation takes as one: it ended before the head that the
 * log had when the filling began, so nobody has ever found it shorter.
 */
export function isWhole(events: readonly SealedEvent[], length: number, head: number): boolean {
  const first = events[0]?.position ?? 0
  return first % length === 0 && events.length === length && first + length <= head
}
