import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { base64url } from '#events/log/base.ts'
import type { Checkpoint } from '#events/log/checkpoint.ts'
import { formatKept, type Kept, parseKept } from './kept.ts'
import { Unchecked } from './source.ts'

/** What an earlier run has kept; undefined before the first. @throws {Unchecked} */
export function readState(file: string): ReturnType<typeof parseKept> | undefined {
  try {
    return parseKept(readFileSync(file, 'utf8'))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Unchecked(`${file} cannot be used: ${(cause as Error).message}`, { cause })
  }
}

/** Keeps what was verified: the file is the old one or the new one, whenever the power fails. */
export function writeState(file: string, kept: Kept): void {
  const half = `${file}.${process.pid}.new`
  try {
    writeFileSync(half, formatKept(kept), { flush: true })
    renameSync(half, file)
  } catch (cause) {
    rmSync(half, { force: true })
    throw new Unchecked(`${file} cannot be written: ${(cause as Error).message}`, { cause })
  }
}

/**
 * Keeps the two signed notes that cannot both be of one honest log: evidence for anyone. The kept checkpoint stays as it
 * is. Answers the file's name, which says what the new note is of.
 */
export function keepFork(file: string, kept: Kept, note: string, now: Checkpoint): string {
  const evidence = `${file}.fork-${now.size}-${base64url(now.root).slice(0, 8)}`
  writeFileSync(evidence, `${kept.note}\n${note}`)
  return evidence
}
