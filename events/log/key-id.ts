import { sha256 } from '#crypto'
import { hex } from './base.ts'

/** 1: Ed25519 over the text. 4: Ed25519 over the text and a time, as a witness signs (C2SP tlog-cosignature). */
export type Algorithm = 1 | 4

/** A key's name as it is. Throws where it is empty, or has a space of any kind or a plus. */
export function keyName(name: string): string {
  if (!/^[^\p{White_Space}+]+$/u.test(name)) throw new Error(`"${name}" is no name of a key: no spaces, no plus`)
  return name
}

/**
 * The id that a key of 32 bytes has under a name, 8 hex digits: first bytes of SHA-256(name ‖ 0x0A ‖ algorithm ‖ key).
 * Source: C2SP signed-note v1.0.0.
 */
export function keyIdOf(name: string, publicKey: Uint8Array, algorithm: Algorithm): string {
  if (publicKey.length !== 32) throw new Error(`An Ed25519 key has 32 bytes, and not ${publicKey.length}`)
  const hash = sha256(new TextEncoder().encode(`${keyName(name)}\n`), Uint8Array.of(algorithm), publicKey)
  return hex(hash.subarray(0, 4))
}
