import { InvalidCursor } from '#functions/projections/cursor.ts'
import { fitting } from './fitting.ts'

/** Where a list in the order of one stream goes on: after the version of the last item of the page before. @throws {InvalidCursor} */
export function versionOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  if (!/^[1-9][0-9]{0,14}$/.test(cursor)) throw new InvalidCursor('This is no cursor of this list')
  return Number(cursor)
}

/**
 * A page of such a list: as many of the items as fit. `more` says whether others follow. New ones come at the end, so
 * that a full page stays as it was.
 */
export const streamPage = <Item extends { readonly version: number }>(
  bytes: number,
  items: readonly Item[],
  more: boolean,
) =>
  fitting(bytes, items.length, async (count) => {
    const shown = items.slice(0, count)
    const last = shown.at(-1)
    return { items: shown, next: last && (more || shown.length < items.length) ? String(last.version) : null }
  })
