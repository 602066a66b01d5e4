import type { Head } from '#functions/projections/kept.ts'
import type { Point } from './advance.ts'

/** A stream as far as its rows are written: what the next events go on from. Its holder owns the state. */
export interface Base extends Point {
  /** Undefined where no state is kept yet. */
  readonly kept: Head | undefined
  /** Of the state's JSON, in characters, when it was last made; what it weighs in memory. */
  readonly size: number
}

/** The most characters of JSON that are held at once. In memory a state takes some three times as many bytes. */
const maxSize = 32_000_000

/** States of streams that this process has written, the ones used last. Whoever takes one out owns it. */
export class Memory {
  readonly #held = new Map<string, Base>()
  #size = 0

  take(streamId: string): Base | undefined {
    const base = this.#held.get(streamId)
    if (!base) return undefined
    this.#held.delete(streamId)
    this.#size -= base.size
    return base
  }

  put(streamId: string, base: Base): void {
    this.take(streamId)
    this.#held.set(streamId, base)
    this.#size += base.size
    for (const oldest of this.#held.keys()) {
      if (this.#size <= maxSize) break
      this.take(oldest)
    }
  }

  clear(): void {
    this.#held.clear()
    this.#size = 0
  }
}
