import type { Views } from '../views.ts'
import { mergesOf } from './keys.ts'

/** More actors are merged into one than a filter can look for. */
export class TooManyMerged extends Error {
  override readonly name = 'TooManyMerged'
  readonly actorId: string
  constructor(actorId: string) {
    super(`More than ${maxMerged} actors are merged into ${actorId}`)
    this.actorId = actorId
  }
}

/** How many actors may be merged into the one that stays, directly or not. */
export const maxMerged = 25

/**
 * All actors that are one with this one, the one that stays first and then those merged into it, directly or not, by
 * id. Where merges make a loop, the smallest id of the loop stays. An actor without a row of its own is alone.
 * Reads once for each actor, strongly: one Query for an actor that was never merged.
 * @throws {TooManyMerged}
 */
export async function sameActors(views: Views, generation: number, actorId: string): Promise<readonly string[]> {
  const read = new Map<string, Promise<Merges>>()
  const merges = (of: string): Promise<Merges> => {
    const found = read.get(of) ?? mergesRead(views, generation, of)
    read.set(of, found)
    return found
  }

  const way = [actorId]
  for (let next = (await merges(actorId)).into; next !== undefined; next = (await merges(next)).into) {
    const loop = way.indexOf(next)
    if (loop >= 0) {
      way.push(smallest(way.slice(loop)))
      break
    }
    way.push(next)
    if (way.length > maxMerged + 1) throw new TooManyMerged(next)
  }
  const survivor = way.at(-1) ?? actorId

  const below = new Set<string>()
  for (let level = [survivor]; level.length > 0; ) {
    const from = (await Promise.all(level.map(merges))).flatMap((found) => found.from)
    level = [...new Set(from)].filter((id) => id !== survivor && !below.has(id))
    for (const id of level) below.add(id)
    if (below.size > maxMerged) throw new TooManyMerged(survivor)
  }
  return [survivor, ...[...below].sort()]
}

/** What the merges that stand say of one actor. */
interface Merges {
  readonly into?: string
  readonly from: readonly string[]
}

async function mergesRead(views: Views, generation: number, actorId: string): Promise<Merges> {
  const from: string[] = []
  let into: string | undefined
  let after: string | undefined
  do {
    const count = maxMerged + 2
    const page = await views.rows({ generation, partition: mergesOf(actorId), after, count, look: 1_000 })
    for (const { sk } of page.rows) {
      const [end, id = ''] = sk?.S?.split('#') ?? []
      if (end === 'into') into = id
      else from.push(id)
    }
    after = page.next
  } while (after !== undefined && from.length <= maxMerged)
  return { ...(into === undefined ? {} : { into }), from }
}

/** By code units, as ids are ASCII. */
const smallest = (ids: readonly string[]): string => ids.toSorted()[0] ?? ''
