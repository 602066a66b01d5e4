import { getPublicKey, hashes, sign, verify } from '@noble/ed25519'
import { sha256 as sha256Hash, sha512 } from '@noble/hashes/sha2.js'

hashes.sha512 = sha512

/** As in crypto-node.ts, for what has no `node:crypto`. Web Crypto has none of this without waiting for it. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = sha256Hash.create()
  for (const part of parts) hash.update(part)
  return hash.digest()
}

export const ed25519PublicKey = (seed: Uint8Array): Uint8Array => getPublicKey(key(seed))

export const ed25519Sign = (seed: Uint8Array, message: Uint8Array): Uint8Array => sign(message, key(seed))

export function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false
  // As RFC 8032 has it, and not the laxer ZIP 215, which is this package's own choice.
  return verify(signature, message, key(publicKey), { zip215: false })
}

function key(bytes: Uint8Array): Uint8Array {
  if (bytes.length !== 32) throw new Error(`An Ed25519 key has 32 bytes, and not ${bytes.length}`)
  return bytes
}
