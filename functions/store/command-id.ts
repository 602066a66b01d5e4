import { createHash, randomBytes } from 'node:crypto'
import { jcs } from '#events/jcs.ts'
import type { CommandMeta } from './new-commit.ts'

/** What an `Idempotency-Key` may be: 1 to 128 printable ASCII characters. */
export const idempotencyKeyPattern = /^[\x20-\x7e]{1,128}$/

/**
 * The name of a command. With an idempotency key it is the same whenever the key's owner sends it again: `k-` and 26
 * base32 characters of SHA-256(key id ‖ 0x00 ‖ idempotency key). Without one, `r-` and 26 random ones.
 */
export function commandId(keyId: string, idempotencyKey?: string): string {
  if (idempotencyKey === undefined) return `r-${base32(randomBytes(17))}`
  return `k-${base32(createHash('sha256').update(`${keyId}\0${idempotencyKey}`, 'utf8').digest())}`
}

/** SHA-256 of the JCS of `[method, path, body]`, base64url: tells a command sent again from another under its name. */
export const commandHash = (method: string, path: string, body: unknown): string =>
  createHash('sha256')
    .update(jcs([method, path, body]), 'utf8')
    .digest('base64url')

/** The salts of one call: 16 random bytes each, base64url, drawn when first asked for and then kept. */
export function drawSalts(): CommandMeta['salt'] {
  const drawn: string[] = []
  return (index) => {
    drawn[index] ??= randomBytes(16).toString('base64url')
    return drawn[index]
  }
}

/** First 26 characters of lowercase RFC 4648 base32: 130 bits. */
function base32(bytes: Uint8Array): string {
  let characters = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) {
      characters += 'abcdefghijklmnopqrstuvwxyz234567'[(held >> (bits - 5)) & 31]
    }
    held &= (1 << bits) - 1
  }
  return characters.slice(0, 26)
}
