import type { Fold, Folded } from '#events/fold.ts'
import { type Condition, meets } from './condition.ts'
import { CursorExpired, filtersHash, formatCursor, InvalidCursor, parseCursor } from './cursor.ts'
import { type Current, foldedOf } from './kept.ts'
import { mergedRows, type Partition } from './merged-rows.ts'
import type { Item, ReadModel, Row } from './row.ts'
import type { Views } from './views.ts'

/** A page of a list. It may be short, or empty, with a `next`: only `next: null` ends a list. */
export interface Page<View> {
  readonly items: View[]
  /** What to give as `cursor` for the page after it; null at the list's end. */
  readonly next: string | null
  /** How far the rows have come: every event of the log before this position is in them. */
  readonly position: number
}

/** What every list takes. */
export interface Paging {
  /** How many items at most, 1 to 100. */
  readonly limit: number
  /** `next` of the page before; of the same list with the same filters. */
  readonly cursor?: string | undefined
}

/** Which list is read: what a cursor is good for. */
export interface Named {
  readonly name: string
  /** As the caller gave them. */
  readonly filters: Readonly<Record<string, string | undefined>>
}

/** Which rows a list has, and what is made of them. */
export interface List<View> {
  /** Partitions of the rows, without generation: merged by the sort key that they have in common. */
  readonly partitions: readonly (string | Partition)[]
  /** Lowest sort key first; else highest. */
  readonly ascending?: boolean
  /** What rows must meet beside standing in a partition. */
  readonly conditions: readonly Condition[]
  /** The stream that a row is of. */
  streamOf(row: Item): string
  /** What is made of a stream of this kind. */
  shown(streamId: string): Shown<View>
}

/** How an item is made of a state. Made by `shownBy`. */
export interface Shown<View> {
  readonly foldVersion: number
  /** The item; undefined where no row of the state stands in the list. */
  show(current: Current, streamId: string, stands: (row: Row) => boolean): View | undefined
}

/** Shows states by the rows that `model` makes of them. `view` may find that a state does not belong in the list after all. */
export const shownBy = <State, View>(
  model: ReadModel<State>,
  fold: Pick<Fold<State, never>, 'version'>,
  view: (folded: Folded<State>, row: Row) => View | undefined,
): Shown<View> => ({
  foldVersion: fold.version,
  show(current, streamId, stands) {
    const folded = foldedOf<State>(current)
    const row = model.rows(folded, streamId, current.position).find(stands)
    return row && view(folded, row)
  },
})

/** Where a page begins. */
export interface Begun {
  readonly generation: number
  /** How far its rows have come, at least. */
  readonly position: number
  /** Sort key of the row after which it begins. */
  readonly after: string | undefined
  /** Hash of the list's name and filters. */
  readonly filters: string
}

/**
 * Finds where a page begins, before what is read for it.
 * @throws {InvalidCursor} not a cursor, or of another list or other filters
 * @throws {CursorExpired} a cursor into rows that are served no more
 */
export async function begin(views: Views, { name, filters }: Named, text?: string): Promise<Begun> {
  const hash = filtersHash(name, filters)
  const cursor = text === undefined ? undefined : parseCursor(text)
  if (cursor && cursor.filters !== hash) throw new InvalidCursor('This cursor is of another list, or of other filters')
  if (!cursor) return { ...(await views.checkpoint()), after: undefined, filters: hash }
  const generation = await served(views, cursor.generation)
  return { generation, position: await views.position(generation), after: cursor.key, filters: hash }
}

/**
 * Reads a page: its rows, by one partition or several, and their states by BatchGet. An item is always one that its
 * list's filters let through: where the state is already newer than its row and stands in this list no more, it is left
 * out, and where project has written the row but not yet the state, the state is read again and left out if it stays
 * behind.
 */
export async function readPage<View>(views: Views, begun: Begun, list: List<View>, limit: number): Promise<Page<View>> {
  const { generation, position, after, filters } = begun
  const { ascending, conditions } = list
  const partitions = list.partitions.map((one) => (typeof one === 'string' ? { partition: one } : one))
  const count = limit + 1 // one more, to know whether there is a next page
  const { rows, next } = await mergedRows(views, { generation, partitions, ascending, conditions, after, count })
  const page = rows.slice(0, limit)
  const key = rows.length > limit ? page.at(-1)?.sk?.S : next
  return {
    items: await itemsOf(views, generation, list, page),
    next: key === undefined ? null : formatCursor({ generation, filters, key }),
    position,
  }
}

/** A page of a list whose rows are known by its filters alone. @throws {InvalidCursor} {CursorExpired} */
export async function readList<View>(
  views: Views,
  list: Named & List<View>,
  { limit, cursor }: Paging,
): Promise<Page<View>> {
  return readPage(views, await begin(views, list, cursor), list, limit)
}

async function served(views: Views, generation: number): Promise<number> {
  const is = generation === (await views.generation()) || generation === (await views.generation({ fresh: true }))
  if (!is) throw new CursorExpired(generation)
  return generation
}

async function itemsOf<View>(
  views: Views,
  generation: number,
  { partitions, conditions, streamOf, shown }: List<View>,
  rows: readonly Item[],
): Promise<View[]> {
  const keys = new Set(partitions.map((one) => (typeof one === 'string' ? one : one.partition)))
  const wanted = rows.map((row) => {
    const streamId = streamOf(row)
    return { row, streamId, foldVersion: shown(streamId).foldVersion, position: Number(row.position?.N) }
  })
  const states = await views.current(generation, wanted)
  return wanted.flatMap(({ row, streamId }) => {
    const current = states.get(streamId)
    const stands = (found: Row) =>
      keys.has(found.pk) && found.sk === row.sk?.S && conditions.every((condition) => meets(found, condition))
    return (current && shown(streamId).show(current, streamId, stands)) ?? []
  })
}
