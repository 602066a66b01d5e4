import type { Item } from './commit.ts'
import { checkpointItem, type SignedCheckpoint } from './log-item.ts'

/** What a witness has cosigned last, and what went wrong since. */
export interface Cosigned {
  /** Of the witness, as its key has it. */
  readonly name: string
  /** Of the tree. */
  readonly size: number
  /** Signature lines, each with its newline; empty where it has cosigned nothing yet. */
  readonly lines: string
  /** RFC 3339: when it was asked with that outcome. */
  readonly at: string
  /** Why it has cosigned no further, and since when. */
  readonly error?: string
  readonly since?: string
}

export const cosignedKey = (name: string): Item => ({ pk: { S: `witness#${name}` }, sk: { S: '0' } })

/** The latest checkpoint that all witnesses have cosigned: as the checkpoint is kept, its note with all their lines. */
export const witnessedKey: Item = { pk: { S: 'witnessed' }, sk: { S: '0' } }
export const witnessedItem = (checkpoint: SignedCheckpoint): Item => ({
  ...checkpointItem(checkpoint),
  ...witnessedKey,
})

export const cosignedItem = ({ name, size, lines, at, error, since }: Cosigned): Item => ({
  ...cosignedKey(name),
  size: { N: String(size) },
  lines: { S: lines },
  at: { S: at },
  ...(error === undefined ? {} : { error: { S: error } }),
  ...(since === undefined ? {} : { since: { S: since } }),
})

export const cosignedOf = (item: Item): Cosigned => ({
  name: item.pk?.S?.slice('witness#'.length) ?? '',
  size: Number(item.size?.N),
  lines: item.lines?.S ?? '',
  at: item.at?.S ?? '',
  ...(item.error?.S === undefined ? {} : { error: item.error.S }),
  ...(item.since?.S === undefined ? {} : { since: item.since.S }),
})
