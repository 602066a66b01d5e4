import { ed25519PublicKey, ed25519Sign } from '#crypto'
import { keyIdOf } from './key-id.ts'
import type { Signature } from './note.ts'

/**
 * What a witness signs of a checkpoint at a time, in POSIX seconds: `text` is the checkpoint's whole text.
 * Throws for a time that cannot be written exactly. Source: C2SP tlog-cosignature, `cosignature/v1`.
 */
export function cosignedMessage(text: string, time: number): Uint8Array {
  if (!Number.isSafeInteger(time) || time < 0) throw new Error(`${time} is no POSIX time in seconds`)
  return new TextEncoder().encode(`cosignature/v1\ntime ${time}\n${text}`)
}

/** The signature of a witness: its time as uint64 big-endian, then 64 bytes. `seed` has 32 bytes. */
export function cosign(seed: Uint8Array, name: string, text: string, time: number): Signature {
  const bytes = new Uint8Array(8 + 64)
  bytes.set(ed25519Sign(seed, cosignedMessage(text, time)), 8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(time))
  return { name, keyId: keyIdOf(name, ed25519PublicKey(seed), 4), bytes }
}
