import { bounds } from '#events/edtf.ts'
import { statement } from '#events/statement/kind.ts'
import { type AnyStatementView, anyStatementView } from '#events/statement/view.ts'
import { statementStream } from '#events/streams.ts'
import { sameActors } from '../actors/merged.ts'
import type { Condition } from '../condition.ts'
import { parseCursor } from '../cursor.ts'
import { type Begun, begin, type List, type Page, type Paging, readPage, shownBy } from '../list.ts'
import type { Views } from '../views.ts'
import { allStatements, byFilter, changedStatements, type Filter, keys, positionKey, statements } from './rows.ts'
import { saidConditions, saidPartitions } from './said.ts'

/** What statements are asked by; all of it at once. Each key of `keys` is one value. */
export type StatementFilters = { readonly [filter in Filter]?: string | undefined } & {
  /** A date in EDTF: on one of its days it can have been said. */
  readonly said?: string | undefined
  /** With `said`: on none but its days it can have been said. */
  readonly certainly?: boolean | undefined
  /** An instant as events have it, UTC with milliseconds; exclusive. */
  readonly recordedAfter?: string | undefined
  /** A position in the log, exclusive: what changed there or before is left out. */
  readonly changedAfter?: number | undefined
}

/** By what a list is ordered: when recorded or said, newest first; when changed, oldest first. */
export const orders = ['recorded', 'said', 'changed'] as const

export interface StatementPage extends Page<AnyStatementView> {
  readonly order: (typeof orders)[number]
  /** In the order `changed`: what to give as `changedAfter` to go on after this page. */
  readonly changedTo?: number
}

/** The filters whose value is an actor: it stands for all who are one with it. */
const actorFilters: ReadonlySet<Filter> = new Set(['speaker', 'agency', 'organization', 'onBehalfOf'])

/**
 * Statements that all filters let through. The list is read by `changedAfter` where that is given; else by the first
 * filter given of `keys`; else by `said`, where nothing else is given; else it is that of all. What else is given are
 * conditions on its rows.
 * @throws {InvalidCursor} {CursorExpired} {TooManyMerged}
 */
export async function listStatements(
  views: Views,
  { limit, cursor, ...filters }: StatementFilters & Paging,
): Promise<StatementPage> {
  const asGiven = Object.fromEntries(Object.entries(filters).map(([name, value]) => [name, value?.toString()]))
  const begun = await begin(views, { name: statements.name, filters: asGiven }, cursor)
  const { order, ...list } = await listOf(views, begun, filters)
  const page = await readPage(views, begun, { ...list, streamOf, shown: () => shown }, limit)
  const { changedAfter } = filters
  return { ...page, order, ...(changedAfter === undefined ? {} : { changedTo: changedTo(page, changedAfter) }) }
}

const shown = shownBy(statements, statement.fold, anyStatementView)
const streamOf: List<AnyStatementView>['streamOf'] = (row) => statementStream(row.statementId?.S ?? '')

async function listOf(views: Views, { generation, position }: Begun, filters: StatementFilters) {
  const given = await valuesOf(views, generation, filters)
  const said = filters.said === undefined ? undefined : bounds(filters.said)
  const certainly = filters.certainly ?? false
  const after = filters.recordedAfter === undefined ? undefined : `${filters.recordedAfter}$` // sorts after `#`
  const onDays = said ? saidConditions(said, certainly) : []

  if (filters.changedAfter !== undefined) {
    const since: Condition[] = after === undefined ? [] : [{ attribute: 'recordedAt', least: after }]
    // Beyond how far the rows have come there may be some before others: a follower would pass what is still to come.
    const range = { from: positionKey(filters.changedAfter + 1), to: `${positionKey(Math.max(0, position - 1))}$` }
    const partitions = [{ partition: changedStatements, ...range }]
    return {
      order: 'changed',
      ascending: true,
      partitions,
      conditions: [...conditionsOf(given), ...onDays, ...since],
    } as const
  }
  if (said && given.length === 0 && after === undefined) {
    return { order: 'said', partitions: saidPartitions(said, certainly), conditions: onDays } as const
  }
  const [key, ...rest] = given
  const names = key ? key.values.map((value) => byFilter(key.filter, value)) : [allStatements]
  const partitions = names.map((partition) => ({ partition, from: after }))
  return { order: 'recorded', partitions, conditions: [...conditionsOf(rest), ...onDays] } as const
}

interface Given {
  readonly filter: Filter
  /** One, or where it is an actor all who are one with it. */
  readonly values: readonly string[]
}

/** The filters given, in the order of `keys`. */
const valuesOf = async (views: Views, generation: number, filters: StatementFilters): Promise<Given[]> => {
  const found = keys.map(async (filter): Promise<Given[]> => {
    const value = filters[filter]
    if (value === undefined) return []
    return [{ filter, values: actorFilters.has(filter) ? await sameActors(views, generation, value) : [value] }]
  })
  return (await Promise.all(found)).flat()
}

const conditionsOf = (given: readonly Given[]): Condition[] =>
  given.map(({ filter, values }) => ({ attribute: filter, anyOf: values }))

/** All that changed up to there is on this page or on one before it. */
const changedTo = ({ next, position }: Page<unknown>, changedAfter: number): number =>
  next === null ? Math.max(changedAfter, position - 1) : Number(parseCursor(next).key.split('#')[0])
