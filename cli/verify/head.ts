import { type Checkpoint, parseCheckpoint } from '#events/log/checkpoint.ts'
import { type Held, parseNote, type VerifierKey, verifyNote } from '#events/log/note.ts'
import type { Findings } from './findings.ts'

/** Whose signatures a checkpoint must have. */
export interface Signers {
  /** Of the log: one of them is enough. */
  readonly keys: readonly VerifierKey[]
  readonly witnesses: readonly VerifierKey[]
  /** How many of the witnesses. */
  readonly quorum: number
}

/** A checkpoint whose signatures hold. */
export interface Head {
  readonly note: string
  readonly checkpoint: Checkpoint
  /** The log's keys that have signed it, of those given. */
  readonly signedBy: readonly VerifierKey[]
  /** By when as many witnesses as are wanted had seen it, in POSIX seconds, and how many have; none where none is wanted. */
  readonly witnessed?: { readonly time: number; readonly count: number }
}

/** Reads a signed checkpoint. Undefined where it is not what it must be: the findings have why. */
export function readHead(note: string, { keys, witnesses, quorum }: Signers, findings: Findings): Head | undefined {
  let checkpoint: Checkpoint
  let held: Held[]
  try {
    const parsed = parseNote(note)
    checkpoint = parseCheckpoint(parsed.text)
    held = verifyNote(parsed, [...keys, ...witnesses])
  } catch (error) {
    const { message } = error as Error
    const kind = message.endsWith('does not hold') ? 'signature' : 'checkpoint'
    findings.add(
      kind,
      kind === 'signature' ? `The checkpoint was changed, or signed by another key: ${message}` : message,
    )
    return undefined
  }
  const signedBy = held.flatMap(({ key }) => (keys.includes(key) ? [key] : []))
  if (signedBy.length === 0) {
    findings.add('signature', `The checkpoint of ${checkpoint.origin} is not signed by ${named(keys)}`)
    return undefined
  }
  if (!signedBy.some(({ name }) => name === checkpoint.origin)) {
    findings.add('checkpoint', `The checkpoint is of ${checkpoint.origin}, and is signed as ${named(signedBy)}`)
    return undefined
  }
  const times = held.flatMap(({ key, time }) => (witnesses.includes(key) && time !== undefined ? [time] : []))
  if (times.length < quorum) {
    findings.add(
      'witness',
      `${times.length} of the ${witnesses.length} witnesses have signed it, and ${quorum} must have`,
    )
    return undefined
  }
  const time = times.sort((one, other) => one - other)[quorum - 1]
  return {
    note,
    checkpoint,
    signedBy,
    ...(time !== undefined && { witnessed: { time, count: times.length } }),
  }
}

const named = (keys: readonly VerifierKey[]) => keys.map(({ name, keyId }) => `${name}+${keyId}`).join(' or ')
