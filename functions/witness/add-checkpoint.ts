import { base64 } from '#events/log/base.ts'
import { type Held, parseNote, type Signature, signatureLine, type VerifierKey, verifyNote } from '#events/log/note.ts'

/** How long a witness may take to answer. Nobody waits for it but this. */
const patienceMs = 5_000

/** What a witness is sent. */
export interface Submission {
  /** Size of the tree that it has cosigned last, as far as is known; 0 where it has cosigned none. */
  readonly old: number
  /** The consistency proof from there: 32 bytes each. */
  readonly proof: readonly Uint8Array[]
  /** The signed note. */
  readonly note: string
}

/** It has cosigned; or it has last cosigned a tree of another size. */
export type Answered = { readonly lines: string; readonly time: number } | { readonly size: number }

/** What went wrong with a witness: in words, for `/healthz`. */
export class Unwitnessed extends Error {
  override readonly name = 'Unwitnessed'
}

/**
 * Asks one witness to cosign a checkpoint. Only signatures that are its own and hold are taken.
 * Source: `add-checkpoint` of C2SP tlog-witness v1.0.0. @throws {Unwitnessed}
 */
export async function addCheckpoint(
  url: string,
  key: VerifierKey,
  { old, proof, note }: Submission,
): Promise<Answered> {
  const body = [`old ${old}\n`, ...proof.map((hash) => `${base64(hash)}\n`), '\n', note].join('')
  const { status, text, type } = await post(`${url}/add-checkpoint`, body)
  if (status === 200) return cosignatures(key, note, text)
  if (status === 409 && type === 'text/x.tlog.size' && /^(0|[1-9]\d{0,14})\n$/.test(text)) return { size: Number(text) }
  throw new Unwitnessed(`It answers ${status}${status === 422 ? ': the log does not go on from what it has seen' : ''}`)
}

async function post(url: string, body: string) {
  try {
    const signal = AbortSignal.timeout(patienceMs)
    const response = await fetch(url, { method: 'POST', body, signal, redirect: 'error' })
    const text = await response.text()
    return { status: response.status, text, type: response.headers.get('content-type') }
  } catch (cause) {
    const late = cause instanceof Error && cause.name === 'TimeoutError'
    throw new Unwitnessed(late ? `It does not answer within ${patienceMs / 1000} seconds` : 'It does not answer', {
      cause,
    })
  }
}

/** The lines of the answer that are the witness's own, and the time that it vouches for. */
function cosignatures(key: VerifierKey, note: string, answered: string): { lines: string; time: number } {
  const own: Signature[] = []
  let held: Held[]
  try {
    const { text } = parseNote(note)
    own.push(...parseNote(`${text}\n${answered}`).signatures.filter(isOf(key)))
    held = verifyNote({ text, signatures: own }, [key])
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new Unwitnessed(`Its answer is no cosignature: ${detail}`, { cause })
  }
  const time = held[0]?.time
  if (!time) throw new Unwitnessed('Its answer is not signed with its key')
  return { lines: own.map(signatureLine).join(''), time }
}

const isOf =
  ({ name, keyId }: VerifierKey) =>
  (signature: Signature): boolean =>
    signature.name === name && signature.keyId === keyId
