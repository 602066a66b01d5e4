import { createHash } from 'node:crypto'
import { jcs } from '../jcs.ts'
import type { StatementRecorded } from './events.ts'

/** What a statement is known by: the document, the speaker, and the words in their modes. */
export type Fingerprinted = Pick<StatementRecorded, 'documentId' | 'occurrence'> & {
  readonly speaker: Pick<StatementRecorded['speaker'], 'actorId'>
  readonly fragments: readonly Pick<StatementRecorded['fragments'][number], 'mode' | 'text'>[]
}

/**
 * The statement's id: `s-` and 26 characters. The same report told twice is the same statement, so its id is made of
 * what was recorded first; a correction may change those fields, and the id stays.
 *
 * The first 26 characters of lowercase base32 (RFC 4648) of the SHA-256 of JCS of
 * `[documentId, actorId, [[mode, norm(text)], …]]`, and `occurrence` as a fourth member where it is given.
 */
export function statementId({ documentId, speaker, fragments, occurrence }: Fingerprinted): string {
  const words = fragments.map(({ mode, text }) => [mode, normalized(text)])
  const told = [documentId, speaker.actorId, words, ...(occurrence === undefined ? [] : [occurrence])]
  return `s-${base32(createHash('sha256').update(jcs(told)).digest()).slice(0, 26)}`
}

/** The *norm* of words: NFC, each run of Unicode White_Space one space, trimmed; nothing else is folded. */
export function normalized(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\p{White_Space}+/gu, ' ')
    .replace(/^ | $/g, '')
}

/** Without padding. Source: RFC 4648 §6, in lowercase. */
function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const groups = bits.match(/.{1,5}/g) ?? []
  return groups.map((group) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(group.padEnd(5, '0'), 2)]).join('')
}
