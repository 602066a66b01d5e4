import type { tiePredicates } from '#events/statement/claim.ts'
import { mergedRows, type Partition } from '../merged-rows.ts'
import type { Item } from '../row.ts'
import type { Views } from '../views.ts'
import { tiesOf } from './rows.ts'

/** All claims of one tie. */
export interface Group {
  /** Its rows, each with the partition that it stands in, without generation. */
  readonly rows: readonly Item[]
  /** Seen from the actor that is asked for. */
  readonly way: 'from' | 'to'
  /** The actor at the other end, the one that stays; undefined where that is no actor. */
  readonly other: string | undefined
  /** Sort key to go on after. */
  readonly end: string
}

/** Which groups, and how actors that are one are found. */
export interface Asked {
  readonly generation: number
  /** The actor that is asked for and all that are one with it, the one that stays first. */
  readonly own: readonly string[]
  /** The same of the other end, where that is asked for. */
  readonly others: readonly string[] | undefined
  readonly kinds: readonly (typeof tiePredicates)[number][]
  readonly after: string | undefined
  /** How many rows are read at once. */
  readonly count: number
  same(actorId: string): Promise<readonly string[]>
}

/** The most partitions that are read side by side for `others`; beyond that, rows are filtered by them. */
const maxRanges = 64

/**
 * The groups of one actor's ties, each complete, in the order of their keys. Rows of a group stand together, but for a
 * tie with actors that were merged: that one comes where the first of them stands, with the rows of all.
 */
export async function* groupsOf(views: Views, asked: Asked): AsyncGenerator<Group> {
  for await (const rows of together(rowsOf(views, asked))) {
    const [first] = rows
    const { prefix, kind, way, field } = placeOf(first)
    const other = first?.other?.S
    const end = `${prefix}~`
    if (other === undefined) {
      yield { rows, way, other, end }
      continue
    }
    const same = await asked.same(other)
    const [stays = other] = same
    // A tie of an actor with itself is told once, not once from either end.
    if (way === 'to' && asked.own.includes(other)) continue
    if (same.length === 1) {
      yield { rows, way, other, end }
      continue
    }
    const prefixes = same.map((id) => `${kind}#${id}#${way}#${field}#`).sort()
    const all = await whole(views, asked, prefixes)
    if (placeOf(all[0]).prefix === prefix) yield { rows: all, way, other: stays, end }
  }
}

/** Rows in order, and who is one with their other ends already asked for. */
async function* rowsOf(views: Views, asked: Asked): AsyncGenerator<Item> {
  const { generation, others, count } = asked
  const conditions = others ? [{ attribute: 'other', oneOf: others }] : []
  let { after } = asked
  do {
    const page = await mergedRows(views, {
      generation,
      partitions: rangesOf(asked),
      ascending: true,
      conditions,
      after,
      count,
    })
    await Promise.all(page.rows.map(({ other }) => other?.S !== undefined && asked.same(other.S)))
    yield* page.rows
    after = page.rows.length === count ? page.rows.at(-1)?.sk?.S : page.next
  } while (after !== undefined)
}

function rangesOf({ own, others, kinds }: Asked): Partition[] {
  const narrow = others && own.length * others.length * kinds.length <= maxRanges ? others : ['']
  return own.flatMap((actorId) =>
    kinds.flatMap((kind) =>
      narrow.map((other) => {
        const from = other === '' ? `${kind}#` : `${kind}#${other}#`
        return { partition: tiesOf(actorId), from, to: `${from}~` }
      }),
    ),
  )
}

/** Rows one after the other that are of one group. */
async function* together(rows: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let group: Item[] = []
  for await (const row of rows) {
    if (group.length > 0 && placeOf(group[0]).prefix !== placeOf(row).prefix) {
      yield group
      group = []
    }
    group.push(row)
  }
  if (group.length > 0) yield group
}

/** All rows under these beginnings, in order. */
async function whole(views: Views, { generation, own }: Asked, prefixes: readonly string[]): Promise<Item[]> {
  const partitions = own.flatMap((actorId) =>
    prefixes.map((from) => ({ partition: tiesOf(actorId), from, to: `${from}~` })),
  )
  const found: Item[] = []
  const count = 1_000
  let after: string | undefined
  do {
    const page = await mergedRows(views, { generation, partitions, ascending: true, after, count })
    found.push(...page.rows)
    after = page.rows.length === count ? page.rows.at(-1)?.sk?.S : page.next
  } while (after !== undefined)
  return found
}

/** What the sort key of a row says: see `groupKey`. */
function placeOf(row: Item | undefined) {
  const [kind = '', other = '', way = '', field = ''] = row?.sk?.S?.split('#') ?? []
  return { prefix: `${kind}#${other}#${way}#${field}#`, kind, way: way as Group['way'], field }
}
