import { bounds } from '#events/edtf.ts'
import { tiePredicates } from '#events/statement/claim.ts'
import type { Statement } from '#events/statement/fold.ts'
import { statement } from '#events/statement/kind.ts'
import { statementStream } from '#events/streams.ts'
import { sameActors } from '../actors/merged.ts'
import { formatCursor } from '../cursor.ts'
import { foldedOf } from '../kept.ts'
import { begin, type Page, type Paging } from '../list.ts'
import type { Views } from '../views.ts'
import { type Group, groupsOf } from './groups.ts'
import { type TieKey, tieOf, ties } from './rows.ts'
import { type TieView, type Told, tieView, toldBy } from './tie.ts'

export interface TieFilters {
  /** The actor at one end, and all that are one with it. */
  readonly of: string
  /** The actor at the other end, the same. */
  readonly with?: string | undefined
  readonly kind?: TieKey['kind'] | undefined
  /** EDTF: only what can be meant of its days. */
  readonly on?: string | undefined
}

/** How many claims a page looks at, at most; a tie that it has begun is still told whole. */
const maxLook = 2_000

/**
 * The ties of an actor, each with all that affirm and all that deny it: a page is so many ties, not claims. By kind, and
 * then by the other end. Reads one Query more for each other end, to know who it is one with.
 * @throws {InvalidCursor} {CursorExpired} {TooManyMerged}
 */
export async function listTies(
  views: Views,
  { of, with: other, kind, on, limit, cursor }: TieFilters & Paging,
): Promise<Page<TieView>> {
  const begun = await begin(views, { name: ties.name, filters: { of, with: other, kind, on } }, cursor)
  const { generation, filters, position, after } = begun
  const same = once((actorId: string) => sameActors(views, generation, actorId))
  const [own, others] = await Promise.all([same(of), other === undefined ? undefined : same(other)])
  const kinds = kind === undefined ? tiePredicates : [kind]
  const groups = groupsOf(views, { generation, own, others, kinds, after, count: Math.max(50, 2 * limit), same })

  const items: TieView[] = []
  let end = after
  let looked = 0
  let group = await groups.next()
  while (!group.done && items.length < limit && looked < maxLook) {
    const batch: Group[] = []
    for (; !group.done && batch.length < limit - items.length && looked < maxLook; group = await groups.next()) {
      batch.push(group.value)
      looked += group.value.rows.length
      end = group.value.end
    }
    items.push(...(await shown(views, generation, batch, { of: own, on })))
  }
  const next = group.done || end === undefined ? null : formatCursor({ generation, filters, key: end })
  return { items, next, position }
}

/** The groups as their statements' states have them; those of which nothing is left are left out. */
async function shown(
  views: Views,
  generation: number,
  groups: readonly Group[],
  { of, on }: { of: readonly string[]; on: string | undefined },
): Promise<TieView[]> {
  const days = on === undefined ? undefined : bounds(on)
  const wanted = groups
    .flatMap(({ rows }) => rows)
    .map(({ statementId, position }) => ({
      streamId: statementStream(statementId?.S ?? ''),
      foldVersion: statement.fold.version,
      position: Number(position?.N),
    }))
  const states = await views.current(generation, wanted)
  const folded = new Map([...states].map(([streamId, current]) => [streamId, foldedOf<Statement>(current)]))
  return groups.flatMap(({ rows, way, other }) => {
    let key: TieKey | undefined
    const told: Told[] = []
    for (const row of rows) {
      const [statementId, claimId] = [row.statementId?.S ?? '', row.claimId?.S ?? '']
      const state = folded.get(statementStream(statementId))?.state
      const read = state && Object.hasOwn(state.claims, claimId) ? state.claims[claimId]?.read : undefined
      if (!state || !read) continue
      key ??= tieOf(read.data, statementId)
      told.push(...toldBy(state, statementId, claimId, days))
    }
    if (!key || told.length === 0) return []
    const [own, far] = [of[0] ?? '', other ?? (way === 'from' ? key.to : key.from)]
    return [tieView({ ...key, ...(way === 'from' ? { from: own, to: far } : { from: far, to: own }) }, told)]
  })
}

/** Asks once for each. */
function once<Answer>(ask: (of: string) => Promise<Answer>): (of: string) => Promise<Answer> {
  const asked = new Map<string, Promise<Answer>>()
  return (of) => {
    const answer = asked.get(of) ?? ask(of)
    asked.set(of, answer)
    return answer
  }
}
