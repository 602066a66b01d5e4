import type { ActorRegistered } from '#events/actor/events.ts'
import type { Actor } from '#events/actor/fold.ts'
import { actor } from '#events/actor/kind.ts'
import { type AnyActorView, anyActorView } from '#events/actor/view.ts'
import type { Folded } from '#events/fold.ts'
import { actorStream } from '#events/streams.ts'
import type { Condition } from '../condition.ts'
import { type Page, type Paging, readList, shownBy } from '../list.ts'
import type { Item, Row } from '../row.ts'
import type { Views } from '../views.ts'
import { allActors, byKind } from './keys.ts'
import { soundOf, wordsOf } from './names.ts'
import { actors, byWord, foundBy, keyOfWord } from './rows.ts'

export interface ActorFilters {
  readonly kind?: ActorRegistered['kind'] | undefined
  /** Beginnings of words of a name, in any order; each is to be found. At least one: see `wordsOf`. */
  readonly q?: string | undefined
}

const streamOf = (row: Item) => actorStream(row.actorId?.S ?? '')

/**
 * Actors, merged ones among them: the one registered last first; with `q` those whose names have words that begin so,
 * as written or as they sound, in the order of the word found, each once.
 * @throws {InvalidCursor} {CursorExpired}
 */
export function listActors(views: Views, { kind, q, ...paging }: ActorFilters & Paging): Promise<Page<AnyActorView>> {
  const list = { name: actors.name, filters: { kind, q }, streamOf }
  if (q !== undefined) return readList(views, { ...list, ...search(q, kind) }, paging)
  const partitions = [kind === undefined ? allActors : byKind(kind)]
  return readList(views, { ...list, partitions, conditions: [], shown: () => shownAs((folded) => folded) }, paging)
}

const shownAs = (judged: (folded: Folded<Actor>, row: Row) => Folded<Actor> | undefined) =>
  shownBy(actors, actor.fold, (folded: Folded<Actor>, row) => {
    const found = judged(folded, row)
    return found && anyActorView(found)
  })

/** The longest word leads to the rows, as it has the fewest; the others are looked for in the names of what they lead to. */
function search(q: string, kind: ActorFilters['kind']) {
  const wanted = wordsOf(q).map((word) => [...new Set([word, soundOf(word)])])
  const [leading = []] = wanted.toSorted((a, b) => (b[0]?.length ?? 0) - (a[0]?.length ?? 0))
  const named: Condition = { attribute: 'of', anyOf: ['name'] }
  const kinds: Condition[] = kind === undefined ? [] : [{ attribute: 'kind', oneOf: [kind] }]
  return {
    ascending: true,
    partitions: leading.map((word) => ({
      partition: byWord(word),
      from: keyOfWord(word),
      to: `${keyOfWord(word)}~`, // after all that is in a key
    })),
    conditions: [named, ...kinds],
    shown: () =>
      shownAs((folded, row) => {
        const names = [...foundBy(folded.state)].flatMap(([word, of]) => (of.has('name') ? [word] : []))
        const begin = (beginnings: readonly string[]) =>
          names.filter((word) => beginnings.some((beginning) => word.startsWith(beginning)))
        // Of an actor that several rows lead to, the first shows it.
        const [first] = begin(leading).map(keyOfWord).sort()
        const isFirst = row.sk.slice(0, row.sk.lastIndexOf('#')) === first
        return isFirst && wanted.every((beginnings) => begin(beginnings).length > 0) ? folded : undefined
      }),
  }
}
