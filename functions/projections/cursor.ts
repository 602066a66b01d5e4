import { createHash } from 'node:crypto'
import { jcs } from '#events/jcs.ts'

/** Where a page of a list ended. */
export interface Cursor {
  /** The generation of rows that the page was read from. */
  readonly generation: number
  /** Of the list and its filters, by `filtersHash`. */
  readonly filters: string
  /** Sort key of the last row that the page has used. */
  readonly key: string
}

/** Not a cursor of ours, or of a list with other filters. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor'
}

/** A cursor into a generation of rows that is served no more: the list is to be read from its beginning. */
export class CursorExpired extends Error {
  override readonly name = 'CursorExpired'
  readonly generation: number
  constructor(generation: number) {
    super(`The rows of generation ${generation} are gone`)
    this.generation = generation
  }
}

/** 16 base64url characters that stand for a list and what it was filtered by; absent and undefined are the same. */
export function filtersHash(list: string, filters: Readonly<Record<string, string | undefined>>): string {
  return createHash('sha256')
    .update(jcs([list, filters]))
    .digest('base64url')
    .slice(0, 16)
}

/** Opaque to callers: base64url of the JSON of its members. */
export const formatCursor = ({ generation, filters, key }: Cursor): string =>
  Buffer.from(JSON.stringify([generation, filters, key])).toString('base64url')

/** Reads a cursor back, exactly as `formatCursor` wrote it. @throws {InvalidCursor} for anything else */
export function parseCursor(text: string): Cursor {
  const cursor = membersOf(text)
  if (!cursor || formatCursor(cursor) !== text) throw new InvalidCursor('This is no cursor of this API')
  return cursor
}

/** DynamoDB's limit to a sort key, in bytes. */
const maxKeyBytes = 1_024

function membersOf(text: string): Cursor | undefined {
  if (text.length > 4 * maxKeyBytes) return undefined
  try {
    const members: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (!Array.isArray(members) || members.length !== 3) return undefined
    const [generation, filters, key] = members as unknown[]
    if (!Number.isSafeInteger(generation) || Number(generation) < 1) return undefined
    if (typeof filters !== 'string' || typeof key !== 'string') return undefined
    if (key === '' || Buffer.byteLength(key) > maxKeyBytes) return undefined
    return { generation: generation as number, filters, key }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
