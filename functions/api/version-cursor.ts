import { InvalidCursor } from '#functions/projections/cursor.ts'

/** Where a list that is in the order of a stream goes on: after the version of the last item of the page before. @throws {InvalidCursor} */
export function versionOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  if (!/^[1-9][0-9]{0,14}$/.test(cursor)) throw new InvalidCursor('This is no cursor of this list')
  return Number(cursor)
}
