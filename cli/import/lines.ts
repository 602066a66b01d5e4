import type { Hash } from 'node:crypto'

/** One line of a file, as it stands there. */
export interface FileLine {
  /** From 1. */
  readonly number: number
  /** Without the newline; undefined where it has more than may be sent. */
  readonly bytes: Buffer | undefined
  /** Where the next line begins, in bytes of the file. */
  readonly end: number
  /** Of the file up to there, in hex. */
  readonly sha256: string
}

/** Where reading begins: at the file's start, or after lines that an earlier run has done. */
export interface From {
  readonly number: number
  readonly offset: number
  /** Has taken in all before `offset`. */
  readonly hash: Hash
}

const newline = 0x0a
/** What editors may put before the first line of a file in UTF-8. */
const byteOrderMark = Buffer.from('\ufeff')

/** The lines of a file of any length, one after the other; of a line that is longer than `most` bytes, nothing is kept, and a byte order mark is no part of the first. */
export async function* linesOf(chunks: AsyncIterable<Buffer>, from: From, most: number): AsyncGenerator<FileLine> {
  const { hash } = from
  let { number, offset } = from
  let begun: Buffer[] = []
  let length = 0

  const take = (piece: Buffer) => {
    hash.update(piece)
    offset += piece.length
    length += piece.length
    if (length <= most + 1) begun.push(piece)
    else begun = []
  }
  const line = (withNewline: boolean): FileLine => {
    const bytes = length - (withNewline ? 1 : 0)
    const whole = bytes <= most ? Buffer.concat(begun).subarray(0, bytes) : undefined
    begun = []
    length = 0
    number++
    const isMarked = number === 1 && whole?.subarray(0, byteOrderMark.length).equals(byteOrderMark)
    return {
      number,
      bytes: isMarked ? whole?.subarray(byteOrderMark.length) : whole,
      end: offset,
      sha256: hash.copy().digest('hex'),
    }
  }

  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const found = chunk.indexOf(newline, at)
      take(chunk.subarray(at, found < 0 ? chunk.length : found + 1))
      if (found < 0) break
      yield line(true)
      at = found + 1
    }
  }
  if (length > 0) yield line(false)
}
