import { isUtf8 } from 'node:buffer'
import type { FileLine } from './lines.ts'

/** What one import takes (contract of `POST /imports`). */
const maxLines = 500
export const maxBytes = 4 * 1024 * 1024

/** Lines that are sent together. */
export interface Part {
  readonly lines: readonly { readonly number: number; readonly bytes: Buffer }[]
  /** Lines that cannot be sent at all, and why. */
  readonly unsendable: readonly { readonly number: number; readonly why: string }[]
  /** The part's last line, blank ones included: what is done once it is settled. */
  readonly last: Pick<FileLine, 'number' | 'end' | 'sha256'>
}

/** Cuts lines into parts, each as large as may be sent. Blank lines are left out. */
export async function* partsOf(lines: AsyncIterable<FileLine>): AsyncGenerator<Part> {
  let part = emptyPart()
  for await (const line of lines) {
    const { number, bytes } = line
    const size = (bytes?.length ?? 0) + 1
    if (part.lines.length === maxLines || part.size + size > maxBytes || part.unsendable.length === maxLines) {
      if (part.last) yield { ...part, last: part.last }
      part = emptyPart()
    }
    part.last = line
    if (bytes === undefined) part.unsendable.push({ number, why: `is longer than ${maxBytes - 1} bytes` })
    else if (!isUtf8(bytes)) part.unsendable.push({ number, why: 'is not UTF-8' })
    else if (!isBlank(bytes)) {
      part.lines.push({ number, bytes })
      part.size += size
    }
  }
  if (part.last) yield { ...part, last: part.last }
}

const emptyPart = () => ({
  lines: [] as { number: number; bytes: Buffer }[],
  unsendable: [] as { number: number; why: string }[],
  last: undefined as FileLine | undefined,
  size: 0,
})

/** Long lines are not blank, or no one's loss. */
const isBlank = (bytes: Buffer) => bytes.length < 4096 && bytes.toString('utf8').trim() === ''
