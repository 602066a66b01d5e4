import { type Checkpoint, parseCheckpoint } from '#events/log/checkpoint.ts'
import { formatVkey, parseNote, parseVkey, type VerifierKey, verifyNote } from '#events/log/note.ts'
import { Unchecked } from './source.ts'

/** What is kept from one check to the next: the last checkpoint that was verified, and the keys that it is trusted by. */
export interface Kept {
  /** As it was served. */
  readonly note: string
  readonly keys: readonly VerifierKey[]
}

/** The note itself, an empty line, and a line for each key: `key harbour-watch.example/log+…`. */
export const formatKept = ({ note, keys }: Kept): string =>
  `${note}\n${keys.map((key) => `key ${formatVkey(key)}\n`).join('')}`

/** @throws {Unchecked} where it is no such text, or the keys have not signed the note */
export function parseKept(text: string): Kept & { readonly checkpoint: Checkpoint } {
  const split = text.lastIndexOf('\n\n')
  const note = text.slice(0, split + 1)
  const lines = text.slice(split + 2).split('\n')
  try {
    if (split < 0 || lines.pop() !== '') throw new Error('it does not end as one')
    const keys = lines.map((line) => parseVkey(/^key (.+)$/.exec(line)?.[1] ?? line))
    const parsed = parseNote(note)
    if (verifyNote(parsed, keys).length === 0) throw new Error('its checkpoint is not signed by its key')
    return { note, keys, checkpoint: parseCheckpoint(parsed.text) }
  } catch (error) {
    throw new Unchecked(`It is no kept checkpoint: ${(error as Error).message}`, { cause: error })
  }
}
