import { base64, fromBase64 } from './base.ts'
import { parseNote } from './note.ts'

/** A proof that one entry is in the log, which needs nothing else but the entry. Source: C2SP tlog-proof. */
export interface ProofFile {
  /** Whatever goes with it. Nothing vouches for it. */
  readonly extra?: Uint8Array
  /** The entry's position in the log. */
  readonly index: number
  /** The inclusion proof, 32 bytes each, the leaf's sibling first. */
  readonly hashes: readonly Uint8Array[]
  /** The signed note, as it was served. */
  readonly checkpoint: string
}

const firstLine = 'c2sp.org/tlog-proof@v1'

/** The file's text. Throws for what cannot be read again. */
export function formatProof({ extra, index, hashes, checkpoint }: ProofFile): string {
  const lines = [
    firstLine,
    ...(extra === undefined ? [] : [`extra ${base64(extra)}`]),
    `index ${index}`,
    ...hashes.map(base64),
  ]
  const text = `${lines.join('\n')}\n\n${checkpoint}`
  parseProof(text)
  return text
}

/** Throws, naming what is wrong, for what is no such file. Neither proof nor signature is verified. */
export function parseProof(text: string): ProofFile {
  const split = text.indexOf('\n\n')
  const [first, ...lines] = text.slice(0, Math.max(split, 0)).split('\n')
  if (first !== firstLine) throw new Error(`A proof begins with the line "${firstLine}", and has an empty line later`)
  const extra = lines[0]?.startsWith('extra ') ? fromBase64(lines.shift()?.slice(6) as string) : undefined
  const [, digits = ''] = /^index (0|[1-9]\d*)$/.exec(lines.shift() ?? '') ?? []
  if (digits === '' || !Number.isSafeInteger(Number(digits))) {
    throw new Error('A proof has a line with its index in decimal digits')
  }
  const hashes = lines.map(fromBase64)
  const wrong = hashes.find((hash) => hash.length !== 32)
  if (wrong) throw new Error(`A proof has hashes of 32 bytes, and not of ${wrong.length}`)
  const checkpoint = text.slice(split + 2)
  parseNote(checkpoint)
  return { ...(extra && { extra }), index: Number(digits), hashes, checkpoint }
}
