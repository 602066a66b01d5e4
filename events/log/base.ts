/**
 * Bytes as text: base64 of RFC 4648 §4, base64url without padding of §5, and lower-case hex. What is read must be just
 * what is written for these bytes: padding, no spaces, no bits left over. Else an error says so.
 * Loops over a table: `btoa` and `atob` overlook spaces and missing padding, and are slower for the few bytes of a hash.
 */

const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const standard = alphabet('+/')
const url = alphabet('-_')

interface Alphabet {
  readonly characters: string
  /** The 6 bits that a character stands for, by its code; 64 for one that stands for none. */
  readonly bitsOf: Uint8Array
}

function alphabet(last: string): Alphabet {
  const characters = alphanumeric + last
  const bitsOf = new Uint8Array(128).fill(64)
  for (let bits = 0; bits < 64; bits++) bitsOf[characters.charCodeAt(bits)] = bits
  return { characters, bitsOf }
}

export const base64 = (bytes: Uint8Array): string => {
  const text = encoded(bytes, standard)
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const bytes = text.length % 4 === 0 ? decoded(text.replace(/={1,2}$/, ''), standard) : undefined
  if (!bytes) throw new Error(`"${text}" is not base64`)
  return bytes
}

export const base64url = (bytes: Uint8Array): string => encoded(bytes, url)

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const bytes = decoded(text, url)
  if (!bytes) throw new Error(`"${text}" is not base64url without padding`)
  return bytes
}

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error(`"${text}" is not hex in lower case`)
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** Whether the bytes are the same. */
export const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index])

function encoded(bytes: Uint8Array, { characters }: Alphabet): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    bits = ((bits & 0x3f) << 8) | byte
    for (held += 8; held >= 6; held -= 6) text += characters[(bits >> (held - 6)) & 0x3f]
  }
  return held > 0 ? text + characters[(bits << (6 - held)) & 0x3f] : text
}

/** Undefined for a character of another alphabet, a length that no bytes have, or bits left over that are not zero. */
function decoded(text: string, { bitsOf }: Alphabet): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((text.length * 6) / 8))
  let bits = 0
  let held = 0
  let at = 0
  for (let index = 0; index < text.length; index++) {
    const six = bitsOf[text.charCodeAt(index)] ?? 64
    if (six === 64) return undefined
    bits = ((bits & 0xff) << 6) | six
    held += 6
    if (held < 8) continue
    held -= 8
    bytes[at++] = bits >> held
  }
  return (bits & ((1 << held) - 1)) === 0 ? bytes : undefined
}
