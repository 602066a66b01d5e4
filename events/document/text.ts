import { createHash } from 'node:crypto'

/** A text's SHA-256 over its UTF-8, in lowercase hex, and its length in Unicode code points. Nothing is normalized. */
export function describeText(text: string): { sha256: string; codePoints: number } {
  return { sha256: createHash('sha256').update(text, 'utf8').digest('hex'), codePoints: [...text].length }
}
