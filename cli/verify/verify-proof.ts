import { base64url } from '#events/log/base.ts'
import { entryOf, leafHash } from '#events/log/entry.ts'
import { verifyInclusion } from '#events/log/proof.ts'
import { parseProof } from '#events/log/proof-file.ts'
import { envelopeIn, Streams } from './envelopes.ts'
import { Findings } from './findings.ts'
import { type Head, readHead, type Signers } from './head.ts'
import { PayloadCheck } from './payload-check.ts'
import { Unchecked } from './source.ts'

/** What a proof file proves, or what is wrong with it. */
export interface Proved {
  readonly findings: Findings
  /** Absent where its checkpoint itself is wrong. */
  readonly head?: Head
  /** What was recorded: of one stream, these versions. Absent where the entry is of no stream. */
  readonly stream?: { readonly subject: string; readonly from: number; readonly to: number }
  readonly count: number
  readonly withheld: number
}

/** One event of a statement's proof file, as it stands there. */
interface ProvedEvent {
  readonly position?: unknown
  readonly entry?: unknown
  readonly event?: unknown
  readonly proof?: unknown
}

/** The verifier keys that a statement's proof file brings. They prove nothing: who made the file chose them. */
export function keysInFile(text: string): string[] {
  const { vkeys } = statementFile(text) ?? {}
  return Array.isArray(vkeys) ? vkeys.filter((vkey) => typeof vkey === 'string') : []
}

/** Whether it is one file of a statement's events, and no bare tlog-proof. */
export const isStatementFile = (text: string): boolean => statementFile(text) !== undefined

/**
 * Checks a statement's proof file: every event in it is in the signed tree, at its position, with this payload; and none
 * is left out between the first and the last of them. @throws {Unchecked} where it is no such file
 */
export function verifyStatementProof(text: string, signers: Signers): Proved {
  const file = statementFile(text)
  if (!file || !Array.isArray(file.events) || file.events.length === 0) throw new Unchecked('It is no file of a proof')
  const findings = new Findings()
  const nothing = { findings, count: 0, withheld: 0 }
  const note = file.checkpoint
  if (typeof note !== 'string') {
    findings.add('checkpoint', 'The file has no checkpoint')
    return nothing
  }
  const head = readHead(note, signers, findings)
  if (!head) return nothing

  const events = file.events as readonly ProvedEvent[]
  const streams = new Streams(findings, false)
  const payloads = new PayloadCheck(findings)
  const envelopes = events.flatMap((proved, index) => {
    const { position, entry, event, proof } = proved ?? {}
    if (typeof position !== 'number' || typeof entry !== 'string' || typeof proof !== 'string' || !isObject(event)) {
      findings.add('proof', `Event ${index + 1} of the file is not whole: position, entry, event, proof`)
      return []
    }
    const bytes = new TextEncoder().encode(entry)
    const envelope = envelopeIn(bytes)
    if (!envelope) {
      findings.addAt('entry', position, undefined, 'its entry is no event')
      return []
    }
    checkInclusion(proof, bytes, head, findings, { position, id: envelope.id, note })
    streams.follow(position, envelope)
    const { data, datasalt, withheld } = event
    payloads.check(position, bytes, envelope, { data, datasalt, withheld, entry: entryIn(event) })
    return [envelope]
  })
  for (const { position, id, by } of payloads.unfinished()) {
    findings.addAt(
      'withheld',
      position,
      id,
      `its payload is missing, and position ${by}, which is to withhold it, is not in the file`,
    )
  }
  const [first, last] = [envelopes[0], envelopes.at(-1)]
  const subjects = new Set(envelopes.map(({ subject }) => subject))
  if (subjects.size > 1) findings.add('proof', `The file mixes the events of ${[...subjects].join(' and ')}`)
  const { statementId, origin } = file
  if (origin !== undefined && origin !== head.checkpoint.origin) {
    findings.add(
      'proof',
      `The file is said to be of the log ${origin}, and its checkpoint is of ${head.checkpoint.origin}`,
    )
  }
  if (first && statementId !== undefined && first.subject !== `statement-${statementId}`) {
    findings.add('proof', `The file is said to be of ${statementId}, and its events are of ${first.subject}`)
  }
  return {
    ...nothing,
    head,
    count: envelopes.length,
    withheld: payloads.withheld,
    ...(first && last && { stream: { subject: first.subject, from: first.version, to: last.version } }),
  }
}

/** Checks a C2SP tlog-proof of one entry. @throws {Unchecked} where it is none */
export function verifyEntryProof(text: string, entry: Uint8Array, signers: Signers): Proved {
  const findings = new Findings()
  const { checkpoint: note, index } = read(text)
  const head = readHead(note, signers, findings)
  const envelope = envelopeIn(entry)
  if (head) checkInclusion(text, entry, head, findings, { position: index, id: envelope?.id, note })
  const { subject, version } = envelope ?? {}
  return {
    findings,
    count: 1,
    withheld: 0,
    ...(head && { head }),
    ...(subject !== undefined && version !== undefined && { stream: { subject, from: version, to: version } }),
  }
}

function read(text: string) {
  try {
    return parseProof(text)
  } catch (error) {
    throw new Unchecked(`It is no file of a proof: ${(error as Error).message}`)
  }
}

function checkInclusion(
  text: string,
  entry: Uint8Array,
  { checkpoint }: Head,
  findings: Findings,
  { position, id, note }: { readonly position: number; readonly id: string | undefined; readonly note: string },
): void {
  const wrong = (what: string) => findings.addAt('proof', position, id, what)
  try {
    const proof = parseProof(text)
    if (proof.checkpoint !== note) wrong('its proof is of another checkpoint')
    else if (proof.index !== position) wrong(`its proof is of position ${proof.index}`)
    else if (!verifyInclusion({ position, ...checkpoint, leafHash: leafHash(entry), hashes: proof.hashes })) {
      wrong(`its entry, with leaf hash ${base64url(leafHash(entry))}, is not proved to be in the tree that is signed`)
    }
  } catch (error) {
    wrong((error as Error).message)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function entryIn(event: Record<string, unknown>): Uint8Array | null {
  try {
    return entryOf(event as never)
  } catch {
    return null
  }
}

function statementFile(text: string): Record<string, unknown> | undefined {
  try {
    const file = JSON.parse(text) as unknown
    return isObject(file) ? file : undefined
  } catch {
    return undefined
  }
}
