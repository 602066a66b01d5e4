import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Scope } from './scopes.ts'

/** What is kept of a key, under pk `key#<id>`. The key itself is shown once, when it is made, and kept nowhere. */
export interface KeyItem {
  readonly id: string
  /** SHA-256 of the whole key, base64url without padding. */
  readonly hash: string
  /** As it was given: `City desk`. */
  readonly name: string
  /** `city-desk`: stands as `recordedBy` on every event that the key records, for good. */
  readonly slug: string
  readonly scopes: readonly Scope[]
  /** Instants, RFC 3339 UTC. */
  readonly createdAt: string
  readonly revokedAt?: string
}

const pattern = /^rk_([a-z2-7]{16})_[A-Za-z0-9_-]{43}$/
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/**
 * A new key `rk_<id>_<secret>` and what is to be kept of it: the id has 80 random bits, the secret 256.
 * `name` must give a slug: see `slugOf`.
 */
export function createKey(name: string, scopes: readonly Scope[], now: Date): { key: string; item: KeyItem } {
  const id = Array.from(randomBytes(16), (byte) => alphabet[byte % 32]).join('')
  const key = `rk_${id}_${randomBytes(32).toString('base64url')}`
  const slug = slugOf(name)
  if (slug === '') throw new Error(`The name "${name}" has no letter or digit to make a slug of`)
  return { key, item: { id, hash: hashOf(key), name, slug, scopes, createdAt: now.toISOString() } }
}

/** The id within a key; undefined for what is not shaped like one, which then need not be looked up. */
export const idOf = (key: string): string | undefined => pattern.exec(key)?.[1]

/**
 * SHA-256 is enough here: slow hashes protect secrets that people choose, which can be guessed. 256 random bits
 * cannot, however fast a guess is, and a fast hash costs a request nothing.
 */
export const hashOf = (key: string): string => createHash('sha256').update(key).digest('base64url')

/** Whether `key` is the one that the item was made for. Takes the same time wherever the two differ. */
export const verify = (key: string, item: Pick<KeyItem, 'hash'>): boolean => {
  const [given, kept] = [Buffer.from(hashOf(key)), Buffer.from(item.hash)]
  return given.length === kept.length && timingSafeEqual(given, kept)
}

/** `cafe-no-5` of `Café No. 5`: 64 characters at most, and empty where a name has no Latin letter or digit. */
export const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
    .replace(/^-|-$/g, '')
