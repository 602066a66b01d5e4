import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Another local cloud runs on the same data folder. */
export class InUse extends Error {
  constructor(folder: string) {
    super(`Another local cloud is using ${folder}: stop it, or give this one a folder of its own`)
    this.name = 'InUse'
  }
}

/**
 * What the local cloud remembers besides the tables: how far each mapping has delivered, events that a target has yet to
 * take, and notes. One SQLite file, locked as long as it is open, by the operating system: so the lock of a process that
 * was killed is gone, and never stale.
 */
export class State {
  readonly #database: DatabaseSync

  /** @throws {InUse} Without a folder it is all in memory. */
  constructor(folder?: string) {
    if (folder !== undefined) mkdirSync(folder, { recursive: true, mode: 0o700 })
    const file = folder === undefined ? ':memory:' : join(folder, 'local.sqlite')
    this.#database = new DatabaseSync(file)
    try {
      this.#database.exec(`
        PRAGMA locking_mode = EXCLUSIVE;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS checkpoints (mapping TEXT PRIMARY KEY, delivered TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS deliveries (id INTEGER PRIMARY KEY, target TEXT NOT NULL, event TEXT NOT NULL);
        INSERT OR REPLACE INTO notes VALUES ('process', '${process.pid}');
      `)
    } catch (error) {
      this.#database.close()
      if (/locked/.test(String(error))) throw new InUse(folder ?? 'memory')
      throw error
    }
    if (folder !== undefined) chmodSync(file, 0o600)
  }

  note(name: string): string | undefined {
    return this.#database.prepare('SELECT value FROM notes WHERE name = ?').get(name)?.value as string | undefined
  }

  /** On the disk when it returns: a key that is lost in a power cut is not made again. */
  setNote(name: string, value: string): void {
    this.#database.exec('PRAGMA synchronous = FULL')
    this.#database.prepare('INSERT OR REPLACE INTO notes VALUES (?, ?)').run(name, value)
    this.#database.exec('PRAGMA synchronous = NORMAL')
  }

  /** Of each shard, the sequence number of the last record that is done with. */
  checkpoint(mapping: string): readonly string[] | undefined {
    const row = this.#database.prepare('SELECT delivered FROM checkpoints WHERE mapping = ?').get(mapping)
    return row && (JSON.parse(row.delivered as string) as string[])
  }

  setCheckpoint(mapping: string, delivered: readonly string[]): void {
    this.#database.prepare('INSERT OR REPLACE INTO checkpoints VALUES (?, ?)').run(mapping, JSON.stringify(delivered))
  }

  /** Keeps an event for a target until it is `delivered`, also through a kill. */
  addDelivery(target: string, event: string): number {
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO deliveries (target, event) VALUES (?, ?)')
      .run(target, event)
    return Number(lastInsertRowid)
  }

  deliveries(): readonly { readonly id: number; readonly target: string; readonly event: string }[] {
    return this.#database
      .prepare('SELECT id, target, event FROM deliveries ORDER BY id')
      .all() as unknown as ReturnType<State['deliveries']>
  }

  delivered(id: number): void {
    this.#database.prepare('DELETE FROM deliveries WHERE id = ?').run(id)
  }

  close(): void {
    this.#database.close()
  }
}
