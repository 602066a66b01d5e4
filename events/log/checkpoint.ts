import { base64, fromBase64 } from './base.ts'

/** What a log says of its tree. `root` has 32 bytes. Source: C2SP tlog-checkpoint v1.0.0. */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
}

/** The text of the note: origin, size and root, a line each. Throws for an origin that is no line, or a size or root that is none. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  const text = `${origin}\n${size}\n${base64(root)}\n`
  parseCheckpoint(text)
  return text
}

/** Lines after the third are allowed, and say nothing that a reader of the tree could check: they are left out. */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n')
  const [origin = '', size = '', root = ''] = lines
  if (lines.length < 4 || lines.pop() !== '' || lines.includes('')) {
    throw new Error('A checkpoint has three lines or more, none of them empty: origin, size, root')
  }
  if (!/^(0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(Number(size))) {
    throw new Error(`A checkpoint has a size in decimal digits, and not "${size}"`)
  }
  const bytes = fromBase64(root)
  if (bytes.length !== 32) throw new Error(`A checkpoint has a root of 32 bytes, and not of ${bytes.length}`)
  return { origin, size: Number(size), root: bytes }
}
