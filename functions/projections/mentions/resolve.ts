import { type Actor, currentActor } from '#events/actor/fold.ts'
import { actor } from '#events/actor/kind.ts'
import { bounds } from '#events/edtf.ts'
import type { Statement } from '#events/statement/fold.ts'
import { statement } from '#events/statement/kind.ts'
import { actorStream, statementStream } from '#events/streams.ts'
import { sameActors } from '../actors/merged.ts'
import { foldedOf } from '../kept.ts'
import type { Item } from '../row.ts'
import type { Views } from '../views.ts'
import { type Considered, ranked } from './candidates.ts'
import { actorsCalled, statementsCalling } from './found.ts'
import {
  belongs,
  mentionWords,
  nameReasons,
  type Question,
  type Reason,
  roleReasons,
  statementReasons,
} from './reasons.ts'
import type { ResolvedView } from './view.ts'

export interface Mentioned {
  /** As printed: `the deputy minister`, a surname, in any script. */
  readonly mention: string
  /** EDTF: the days on which it was meant. */
  readonly on?: string | undefined
  /** The actor that a role is held in or for. */
  readonly organization?: string | undefined
}

/** The most words of a mention that are looked for, and the most candidates. */
const maxWords = 8
const maxCandidates = 25

/**
 * Who can be meant by a mention, by the names and roles of actors, and by the roles that speakers held and the words
 * that documents called them. Merged actors are the one that stays.
 * @throws {TooManyMerged}
 */
export async function resolveMention(views: Views, { mention, on, organization }: Mentioned): Promise<ResolvedView> {
  const { generation, position } = await views.checkpoint()
  const words = mentionWords(mention).slice(0, maxWords)
  const within = organization === undefined ? undefined : new Set(await sameActors(views, generation, organization))
  const question: Question = { words, on: on === undefined ? undefined : bounds(on), within }

  const called = await actorsCalled(views, generation, words)
  const calling = await statementsCalling(views, generation, question, called.names)
  const [states, statements] = await Promise.all([
    actorsOf(views, generation, [...called.found, ...calling.found.keys()]),
    statementsOf(views, generation, [...calling.found.values()].flat()),
  ])
  const stays = await stayingOf(views, generation, states)
  const missing = [...stays.values()].filter((actorId) => !states.has(actorId))
  const staying = new Map([...states, ...(await actorsOf(views, generation, missing))])

  const byStaying = Map.groupBy(states, ([actorId]) => stays.get(actorId) ?? actorId)
  const considered = [...byStaying].flatMap(([actorId, its]): Considered[] => {
    const { registered, revisions = [] } = staying.get(actorId) ?? {}
    if (!registered) return []
    const { name, kind } = currentActor(registered, revisions)
    const reasons = its.flatMap(([id, state]) => {
      const found = reasonsOf(id, state, question, calling.found.get(id) ?? [], statements)
      return id === actorId
        ? found
        : found.map(({ view, ...reason }) => ({ ...reason, view: { ...view, actorId: id } }))
    })
    return [{ actorId, name, kind, reasons }]
  })
  const candidates = ranked(considered, words)
  return {
    candidates: candidates.slice(0, maxCandidates),
    complete: called.complete && calling.complete && candidates.length <= maxCandidates,
    position,
  }
}

/** All that speaks for one actor. Its name alone does not, where an organization is asked for that it is not known in. */
function reasonsOf(
  actorId: string,
  state: Actor,
  question: Question,
  rows: readonly Item[],
  statements: ReadonlyMap<string, Statement>,
): Reason[] {
  const { reasons: roles, over } = roleReasons(state, question)
  const ids = [...new Set(rows.map(({ statementId }) => statementId?.S ?? ''))]
  const told = ids.flatMap((id) => {
    const found = statements.get(id)
    return found ? statementReasons(found, id, actorId, question, over) : []
  })
  const named = belongs(state, question) || roles.length + told.length > 0 ? nameReasons(state, question) : []
  return [...named, ...roles, ...told]
}

/** Of each actor that is merged, the one that stays. */
async function stayingOf(views: Views, generation: number, states: ReadonlyMap<string, Actor>) {
  const merged = [...states].filter(([, { merged }]) => merged).map(([actorId]) => actorId)
  const found = merged.map(
    async (actorId) => [actorId, (await sameActors(views, generation, actorId))[0] ?? actorId] as const,
  )
  return new Map(await Promise.all(found))
}

async function actorsOf(views: Views, generation: number, ids: readonly string[]): Promise<Map<string, Actor>> {
  const wanted = ids.map((id) => ({ streamId: actorStream(id), foldVersion: actor.fold.version }))
  const found = await views.current(generation, wanted)
  return new Map(
    ids.flatMap((id) => {
      const current = found.get(actorStream(id))
      return current ? [[id, foldedOf<Actor>(current).state]] : []
    }),
  )
}

async function statementsOf(views: Views, generation: number, rows: readonly Item[]): Promise<Map<string, Statement>> {
  const wanted = rows.map(({ statementId, position }) => ({
    id: statementId?.S ?? '',
    streamId: statementStream(statementId?.S ?? ''),
    foldVersion: statement.fold.version,
    position: Number(position?.N),
  }))
  const found = await views.current(generation, wanted)
  return new Map(
    wanted.flatMap(({ id, streamId }) => {
      const current = found.get(streamId)
      return current ? [[id, foldedOf<Statement>(current).state]] : []
    }),
  )
}
