import { parseVkey, type VerifierKey } from '#events/log/note.ts'
import { type Source, textOf, Unchecked } from './source.ts'

/** The verifier keys that a log says are its own: what it has at `log/key`, a line each. @throws {Unchecked} */
export function keysIn({ name }: Pick<Source, 'name'>, lines: Uint8Array): VerifierKey[] {
  try {
    return textOf(lines).trimEnd().split('\n').map(parseVkey)
  } catch (cause) {
    throw new Unchecked(`${name} has no keys at log/key: ${(cause as Error).message}`, { cause })
  }
}
