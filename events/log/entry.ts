import { sha256 } from '#crypto'
import type { CloudEvent } from '../envelope.ts'
import { jcs } from '../jcs.ts'
import { base64url, fromBase64url } from './base.ts'

/** The longest entry in bytes. Far above any real envelope, and well below the 65,535 that a bundle can hold. */
const maxEntryBytes = 4096

const utf8 = new TextEncoder()

/** What a leaf leaves out: the payload, which may be withheld one day, and what is only known after sealing. */
const leftOut = new Set(['data', 'data_base64', 'datasalt', 'position', 'withheld'])

/**
 * The bytes of an event that the log commits to: UTF-8 of the JCS of its envelope, payload and salt left out.
 * It names what is left out, so an attribute added later is committed to without a new rule.
 * Throws above 4,096 bytes.
 */
export function entryOf(event: CloudEvent): Uint8Array {
  const envelope = Object.fromEntries(Object.entries(event).filter(([name]) => !leftOut.has(name)))
  const entry = utf8.encode(jcs(envelope))
  if (entry.length > maxEntryBytes) {
    throw new Error(`The entry of ${event.id} has ${entry.length} bytes; at most ${maxEntryBytes} can be sealed`)
  }
  return entry
}

const leafPrefix = Uint8Array.of(0)

/** Leaf hash of one log entry: SHA-256(0x00 ‖ entry), 32 bytes. Source: RFC 6962 §2.1, as used by C2SP tlog-tiles. */
export const leafHash = (entry: Uint8Array): Uint8Array => sha256(leafPrefix, entry)

/**
 * `datahash` of an event: SHA-256(the salt's 16 bytes ‖ UTF-8 of the payload's JCS), base64url without padding.
 * `salt` is base64url without padding; `canonical` is the payload's JCS. Throws when the salt is not 16 bytes.
 */
export function dataHash(salt: string, canonical: string): string {
  return base64url(sha256(saltBytes(salt), utf8.encode(canonical)))
}

function saltBytes(salt: string): Uint8Array {
  // 22 characters have 132 bits: the last one is one of those that leave the last four of them zero.
  if (!/^[\w-]{21}[AQgw]$/.test(salt)) throw new Error('A salt is 16 bytes in base64url without padding')
  return fromBase64url(salt)
}
