import { ed25519Verify } from '#crypto'
import { base64, fromBase64, fromHex, hex } from './base.ts'
import { cosignedMessage } from './cosignature.ts'
import { type Algorithm, keyIdOf, keyName } from './key-id.ts'

/** A signature below a note. `bytes` is what stands after the key's id: for an Ed25519 key, 64 bytes. */
export interface Signature {
  readonly name: string
  /** 8 hex digits. */
  readonly keyId: string
  readonly bytes: Uint8Array
}

/** A text, ending in a newline, and who signed it. Source: C2SP signed-note v1.0.0. */
export interface Note {
  readonly text: string
  readonly signatures: readonly Signature[]
}

export interface VerifierKey {
  readonly name: string
  /** 8 hex digits. */
  readonly keyId: string
  readonly algorithm: Algorithm
  /** 32 bytes. */
  readonly publicKey: Uint8Array
}

/** A key whose signature holds; of a witness, with the POSIX time in seconds at which it signed. */
export interface Held {
  readonly key: VerifierKey
  readonly time?: number
}

/** A note with more is refused: each costs a verification. */
const maxSignatures = 100

const signatureStart = '— '

/** Throws for what no note can be: a text without its newline, a name with a space, no signature. */
export function formatNote({ text, signatures }: Note): string {
  const note = `${text}\n${signatures.map(signatureLine).join('')}`
  const read = parseNote(note)
  if (read.text !== text) throw new Error('The text of a note ends in a newline')
  return note
}

/** One line of a note with its newline: `— name base64(key id ‖ signature)`. */
export function signatureLine({ name, keyId, bytes }: Signature): string {
  if (keyId.length !== 8) throw new Error(`"${keyId}" is no id of a key: 8 hex digits`)
  return `${signatureStart}${keyName(name)} ${base64(Uint8Array.of(...fromHex(keyId), ...bytes))}\n`
}

/** Throws, naming what is wrong, for what is no signed note. Whether a signature holds is not looked at. */
export function parseNote(note: string): Note {
  if (!note.isWellFormed() || [...note].some((character) => character < ' ' && character !== '\n')) {
    throw new Error('A note has no control characters, and its text can be written as UTF-8')
  }
  const split = note.lastIndexOf('\n\n')
  if (split < 0 || !note.endsWith('\n')) throw new Error('A note has a text, an empty line, and signatures')
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > maxSignatures) throw new Error(`A note has at most ${maxSignatures} signatures`)
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) }
}

function parseSignature(line: string): Signature {
  const [, name = '', encoded = ''] = new RegExp(`^${signatureStart}(\\S+) (\\S+)$`, 'u').exec(line) ?? []
  if (encoded === '') throw new Error(`"${line}" is no signature of a note`)
  const bytes = fromBase64(encoded)
  if (bytes.length <= 4) throw new Error(`"${line}" has no signature after the key's id`)
  return { name: keyName(name), keyId: hex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) }
}

/** The key with the id that its name, algorithm and public key give it. Throws for a name or a length that no key has. */
export function verifierKey(name: string, publicKey: Uint8Array, algorithm: Algorithm = 1): VerifierKey {
  return { name, keyId: keyIdOf(name, publicKey, algorithm), algorithm, publicKey }
}

/** `name+keyId+base64(algorithm ‖ public key)` */
export const formatVkey = ({ name, keyId, algorithm, publicKey }: VerifierKey): string =>
  `${name}+${keyId}+${base64(Uint8Array.of(algorithm, ...publicKey))}`

/** Throws, naming what is wrong: its shape, an algorithm other than the two, or an id that is not the key's. */
export function parseVkey(vkey: string): VerifierKey {
  const [, name = '', keyId = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey) ?? []
  if (encoded === '') throw new Error(`"${vkey}" is no verifier key: name+id+key`)
  const [algorithm, ...publicKey] = fromBase64(encoded)
  if (algorithm !== 1 && algorithm !== 4) {
    throw new Error(`"${vkey}" is of signature type ${algorithm}; known are 1 and 4, both Ed25519`)
  }
  const key = verifierKey(name, Uint8Array.from(publicKey), algorithm)
  if (key.keyId !== keyId) throw new Error(`"${vkey}" has the id ${keyId}, and its key has ${key.keyId}`)
  return key
}

/**
 * The given keys whose signatures are on the note and hold, in the order of the note, each once. Signatures of other keys
 * are passed over, so an empty answer means that nobody known has signed it.
 * Throws where a signature that names a given key is not that key's.
 */
export function verifyNote({ text, signatures }: Note, keys: readonly VerifierKey[]): Held[] {
  const held = new Map<VerifierKey, Held>()
  for (const { name, keyId, bytes } of signatures) {
    const key = keys.find((one) => one.name === name && one.keyId === keyId)
    if (!key) continue
    const time = key.algorithm === 4 ? timeIn(bytes) : undefined
    if (!holds(key, text, bytes, time)) throw new Error(`The signature of ${name}+${keyId} does not hold`)
    if (!held.has(key)) held.set(key, time === undefined ? { key } : { key, time })
  }
  return [...held.values()]
}

function holds(
  { algorithm, publicKey }: VerifierKey,
  text: string,
  bytes: Uint8Array,
  time: number | undefined,
): boolean {
  if (algorithm === 1) return bytes.length === 64 && ed25519Verify(publicKey, new TextEncoder().encode(text), bytes)
  return time !== undefined && ed25519Verify(publicKey, cosignedMessage(text, time), bytes.subarray(8))
}

/** The time before a witness's signature, in seconds: uint64 big-endian. Undefined where none can be, or none that was meant. */
function timeIn(bytes: Uint8Array): number | undefined {
  if (bytes.length !== 8 + 64) return undefined
  const time = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0))
  return Number.isSafeInteger(time) ? time : undefined
}
