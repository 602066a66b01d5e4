import { DatabaseSync } from 'node:sqlite'

/** So many records are delivered before any are forgotten. */
const every = 256n

/**
 * Forgets stream records that every reader is done with. AWS does so after a day; the embedded engine never does, and
 * looks through all of them for the next sequence number: with ten thousand a write takes 16 ms instead of one. The
 * newest record of a table stays, for the numbers go on from it. Works on the engine's own file, beside it, in short
 * transactions; a table made otherwise, as another version of the engine may, is left alone.
 */
export class Trim {
  readonly #database: DatabaseSync
  readonly #works: boolean
  readonly #forgotten = new Map<string, bigint>()

  constructor(file: string) {
    this.#database = new DatabaseSync(file)
    // NORMAL: the engine's own commits reach the disk, ours with the next of them.
    this.#database.exec('PRAGMA busy_timeout = 500; PRAGMA synchronous = NORMAL')
    const columns = this.#database.prepare('SELECT name FROM pragma_table_info(?)').all('_stream_records')
    const names = new Set(columns.map(({ name }) => name))
    this.#works = ['id', 'table_name', 'sequence_number'].every((name) => names.has(name))
  }

  /** A table's records up to this one are done with. */
  delivered(table: string, sequence: bigint): void {
    if (sequence - (this.#forgotten.get(table) ?? 0n) >= every) this.forget(table, sequence)
  }

  forget(table: string, sequence: bigint): void {
    if (!this.#works) return
    try {
      this.#database
        .prepare(
          `DELETE FROM _stream_records WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) <= ?2
           AND id < (SELECT MAX(id) FROM _stream_records WHERE table_name = ?1)`,
        )
        .run(table, sequence)
      this.#forgotten.set(table, sequence)
    } catch (error) {
      if (!/locked|busy/.test(String(error))) throw error // the engine is at it: another time
    }
  }

  close(): void {
    this.#database.close()
  }
}
