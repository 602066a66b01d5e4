/**
 * Bytes as text: base64 of RFC 4648 §4, base64url without padding of §5, and lower-case hex. What is read must be just
 * what is written for these bytes: padding, no spaces, no bits left over. Else an error says so.
 */

/** How many bytes become characters in one call: each is an argument of it. */
const atOnce = 8192

export function base64(bytes: Uint8Array): string {
  let characters = ''
  for (let at = 0; at < bytes.length; at += atOnce) {
    characters += String.fromCharCode(...bytes.subarray(at, at + atOnce))
  }
  return btoa(characters)
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const bytes = decoded(text)
  if (!bytes || base64(bytes) !== text) throw new Error(`"${text}" is not base64`)
  return bytes
}

export const base64url = (bytes: Uint8Array): string =>
  base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const bytes = decoded(text.replaceAll('-', '+').replaceAll('_', '/'))
  if (!bytes || base64url(bytes) !== text) throw new Error(`"${text}" is not base64url without padding`)
  return bytes
}

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error(`"${text}" is not hex in lower case`)
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** `atob` overlooks spaces and missing padding: who calls this compares with what would have been written. */
function decoded(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

/** Whether the bytes are the same. */
export const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index])
