import type { Fold, Folded } from '#events/fold.ts'
import { CursorExpired, filtersHash, formatCursor, InvalidCursor, parseCursor } from './cursor.ts'
import { foldedOf } from './kept.ts'
import type { Item, ReadModel, Row } from './row.ts'
import type { Views } from './views.ts'

/** A page of a list. It may be short, or empty, with a `next`: only `next: null` ends a list. */
export interface Page<View> {
  readonly items: View[]
  /** What to give as `cursor` for the page after it; null at the list's end. */
  readonly next: string | null
}

/** What every list takes. */
export interface Paging {
  /** How many items at most, 1 to 100. */
  readonly limit: number
  /** `next` of the page before; of the same list with the same filters. */
  readonly cursor?: string | undefined
}

export interface List<State, View> {
  readonly model: ReadModel<State>
  readonly fold: Pick<Fold<State, never>, 'version'>
  /** Partition of the rows, without generation. */
  readonly partition: string
  /** Attributes of a row and what each must be, for filters other than the one that chose the partition. */
  readonly where: Readonly<Record<string, string>>
  /** As the caller gave them, for the cursor. */
  readonly filters: Readonly<Record<string, string | undefined>>
  /** The stream that a row is of. */
  streamOf(row: Item): string
  view(folded: Folded<State>): View
}

/** How many rows a page looks at, at most, to find what its filters let through. */
const maxLook = 2_000

/**
 * Reads a page: its rows by one partition, their states by BatchGet. An item is always one that its list's filters let
 * through: where the state is already newer than its row and stands in this list no more, it is left out, and where
 * project has written the row but not yet the state, the state is read again and left out if it stays behind.
 * @throws {InvalidCursor} not a cursor, or of another list or other filters
 * @throws {CursorExpired} a cursor into rows that are served no more
 */
export async function readList<State, View>(
  views: Views,
  list: List<State, View>,
  { limit, cursor }: Paging,
): Promise<Page<View>> {
  const filters = filtersHash(list.model.name, list.filters)
  const { generation, after } = await begin(views, filters, cursor)
  const { rows, next } = await views.rows({
    generation,
    partition: list.partition,
    where: list.where,
    after,
    count: limit + 1, // one more, to know whether there is a next page
    look: maxLook,
  })
  const page = rows.slice(0, limit)
  const key = rows.length > limit ? page.at(-1)?.sk?.S : next
  return {
    items: await itemsOf(views, generation, list, page),
    next: key === undefined ? null : formatCursor({ generation, filters, key }),
  }
}

async function begin(views: Views, filters: string, text: string | undefined) {
  if (text === undefined) return { generation: await views.generation(), after: undefined }
  const cursor = parseCursor(text)
  if (cursor.filters !== filters) throw new InvalidCursor('This cursor is of another list, or of other filters')
  const { generation, key: after } = cursor
  const served = generation === (await views.generation()) || generation === (await views.generation({ fresh: true }))
  if (!served) throw new CursorExpired(generation)
  return { generation, after }
}

async function itemsOf<State, View>(
  views: Views,
  generation: number,
  { model, fold, partition, where, streamOf, view }: List<State, View>,
  rows: readonly Item[],
): Promise<View[]> {
  const wanted = rows.map((row) => ({
    row,
    streamId: streamOf(row),
    foldVersion: fold.version,
    position: Number(row.position?.N),
  }))
  const states = await views.states(generation, wanted)
  return wanted.flatMap(({ row, streamId }) => {
    const kept = states.get(streamId)
    if (!kept) return []
    const folded = foldedOf<State>(kept)
    const stands = (found: Row) =>
      found.pk === partition &&
      found.sk === row.sk?.S &&
      Object.entries(where).every(([attribute, value]) => found[attribute] === value)
    return model.rows(folded, streamId, kept.position).some(stands) ? [view(folded)] : []
  })
}
