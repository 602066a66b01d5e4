import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

/** What an Ed25519 key of 32 bytes has before it in DER. Source: RFC 8410, PKCS #8 and SubjectPublicKeyInfo. */
const beforeSeed = Uint8Array.from([48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32])
const beforePublicKey = Uint8Array.from([48, 42, 48, 5, 6, 3, 43, 101, 112, 3, 33, 0])

/** SHA-256 of the parts one after the other, 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** The public key of 32 bytes that belongs to a seed of 32 bytes. Source: RFC 8032 §5.1.5. */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  const der = createPublicKey(privateKey(seed)).export({ format: 'der', type: 'spki' })
  return Uint8Array.from(der.subarray(beforePublicKey.length))
}

/** The signature of a message, 64 bytes; the same each time. `seed` has 32 bytes. Source: RFC 8032 §5.1.6. */
export const ed25519Sign = (seed: Uint8Array, message: Uint8Array): Uint8Array =>
  Uint8Array.from(sign(null, message, privateKey(seed)))

/** Whether a signature is that of the message by the key of 32 bytes. Source: RFC 8032 §5.1.7. */
export function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: keyIn(beforePublicKey, publicKey), format: 'der', type: 'spki' })
  return verify(null, message, key, signature)
}

const privateKey = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: keyIn(beforeSeed, seed), format: 'der', type: 'pkcs8' })

function keyIn(before: Uint8Array, key: Uint8Array): Buffer {
  if (key.length !== 32) throw new Error(`An Ed25519 key has 32 bytes, and not ${key.length}`)
  return Buffer.concat([before, key])
}
