import { createHash } from 'node:crypto'

/** Shards of the stream, and the most that one delivery brings. */
const shards = 4
const most = 10

/**
 * The stream of the events table at its worst: it repeats, delays, reorders between streams, and now and then drops what
 * it should have brought. What a delivery failed at is delivered again.
 */
export class Deliveries {
  dropped = 0
  readonly #draw: () => number
  readonly #dropPercent: number
  readonly #queues = Array.from({ length: shards }, (): string[] => [])

  constructor(draw: () => number, dropPercent: number) {
    this.#draw = draw
    this.#dropPercent = dropPercent
  }

  /** A commit was put into a stream. */
  ring(streamId: string): void {
    if (this.#draw() * 100 < this.#dropPercent) {
      this.dropped++
      return
    }
    const queue = this.#queues[(createHash('sha256').update(streamId).digest()[0] ?? 0) % shards]
    for (let times = this.#draw() < 0.1 ? 2 : 1; times > 0; times--) {
      queue?.splice(Math.floor(this.#draw() * (queue.length + 1)), 0, streamId)
    }
  }

  /** Delivers each shard's records in turn to a sealer, until `isOver` and nothing is left. */
  async run(seal: (streamIds: string[], shard: number) => Promise<unknown>, isOver: () => boolean): Promise<void> {
    const pause = () => new Promise((resolve) => setTimeout(resolve, 5 + 60 * this.#draw()))
    await Promise.all(
      this.#queues.map(async (queue, shard) => {
        while (queue.length > 0 || !isOver()) {
          await pause()
          const batch = queue.splice(0, most)
          if (batch.length === 0) continue
          try {
            await seal(batch, shard)
          } catch {
            queue.unshift(...batch) // whatever it was: the stream delivers again
          }
        }
      }),
    )
  }
}
