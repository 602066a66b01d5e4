import type { Item } from './row.ts'
import type { Rows, Views } from './views.ts'

/** One of the partitions that make a list together. */
export type Partition = Pick<Rows, 'partition' | 'from' | 'to'>

/** How many rows a page looks at, at most, to find what its filters let through. */
export const maxLook = 2_000

/** How many rows of one partition are looked at, at least, however many there are. */
const minLook = 80

/**
 * Rows of several partitions as one list, by the sort key that they have in common. A row that stands in more than one
 * of them comes once. `next` as of one partition: where a partition has not been looked at to its end, the list goes
 * only so far as all of them have been.
 */
export async function mergedRows(
  views: Views,
  { partitions, ...asked }: Omit<Rows, 'partition' | 'from' | 'to' | 'look'> & { partitions: readonly Partition[] },
): Promise<{ rows: Item[]; next?: string }> {
  const { ascending = false, count } = asked
  const look = Math.max(minLook, Math.floor(maxLook / partitions.length))
  const found = await Promise.all(partitions.map((partition) => views.rows({ ...asked, ...partition, look })))
  const reached = found.flatMap(({ rows, next }) => next ?? (rows.length < count ? [] : keyOf(rows.at(-1))))
  const [until] = inOrder(reached, (key) => key, ascending)
  const isReached = (row: Item) => until === undefined || (ascending ? keyOf(row) <= until : keyOf(row) >= until)
  const rows = inOrder(found.flatMap(({ rows }) => rows).filter(isReached), keyOf, ascending)
  const once = rows.filter((row, index) => keyOf(row) !== keyOf(rows[index - 1]))
  return once.length < count && until !== undefined ? { rows: once, next: until } : { rows: once.slice(0, count) }
}

const keyOf = (row: Item | undefined): string => row?.sk?.S ?? ''

/** Sort keys are ASCII, and compare here as DynamoDB compares them. */
function inOrder<Value>(values: readonly Value[], key: (value: Value) => string, ascending: boolean): Value[] {
  const way = ascending ? 1 : -1
  return values.toSorted((a, b) => (key(a) < key(b) ? -way : key(a) > key(b) ? way : 0))
}
