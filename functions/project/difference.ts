import { isDeepStrictEqual } from 'node:util'
import type { Row } from '#functions/projections/row.ts'

/** What is to be written so that a stream's rows are those of its last state. */
export interface Changes {
  readonly puts: readonly Row[]
  /** Keys of rows that are no more. */
  readonly gone: readonly Pick<Row, 'pk' | 'sk'>[]
}

/**
 * The difference between a stream's rows before a batch and after it, taken over every state on the way: a key whose
 * row differed from *before* in any of them is written, also if it ends as it began. Another invocation may have
 * written that intermediate row, or its tombstone, and only a write at a later position outdoes it.
 * Throws when two rows of one state have the same key.
 */
export class Difference {
  readonly #before: ReadonlyMap<string, Row>
  #now: ReadonlyMap<string, Row>
  readonly #differed = new Map<string, Row>()

  constructor(before: readonly Row[]) {
    this.#before = byKey(before)
    this.#now = this.#before
  }

  /** Takes the rows of the next state. */
  see(rows: readonly Row[]): void {
    this.#now = byKey(rows)
    for (const [key, row] of this.#now) {
      if (!isDeepStrictEqual(row, this.#before.get(key))) this.#differed.set(key, row)
    }
    for (const [key, row] of this.#before) if (!this.#now.has(key)) this.#differed.set(key, row)
  }

  changes(): Changes {
    const puts: Row[] = []
    const gone: Pick<Row, 'pk' | 'sk'>[] = []
    for (const [key, { pk, sk }] of this.#differed) {
      const row = this.#now.get(key)
      if (row) puts.push(row)
      else gone.push({ pk, sk })
    }
    return { puts, gone }
  }
}

function byKey(rows: readonly Row[]): Map<string, Row> {
  const found = new Map(rows.map((row) => [JSON.stringify([row.pk, row.sk]), row]))
  if (found.size < rows.length) throw new Error('Two rows of one state have the same key')
  return found
}
