import { type Actor, currentActor } from '#events/actor/fold.ts'
import { currentMembership } from '#events/actor/references.ts'
import type { Folded } from '#events/fold.ts'
import { inOrder } from '#events/item.ts'
import { parseStream } from '#events/streams.ts'
import { firstWithheld } from '#events/withheld.ts'
import type { ReadModel, Row } from '../row.ts'
import { allActors, byKind, mergesOf } from './keys.ts'
import { soundOf, tellingWords, wordsOf } from './names.ts'

/** Actors by a word of a name or of a role, as written or as it sounds: all words that begin with one character. */
export const byWord = (word: string) => `actor-word#${keyOfWord(Array.from(word)[0] ?? '')}`
const wordKey = (word: string, actorId: string) => `${keyOfWord(word)}#${actorId}`

/** In ASCII, as sort keys are; what begins with a word begins with its key. */
export const keyOfWord = (word: string) => encodeURIComponent(word.toWellFormed())

/** How many words of an actor are found by, those of its name first: an actor may have a hundred names. */
export const maxWords = 200

/**
 * An actor in its lists, by when it was registered; a merged one among them. Its merge, at both its ends. And a row for
 * each word of its names and roles; another where it sounds otherwise than it is written. One that is withheld is in the
 * list of all.
 */
export const actors: ReadModel<Actor> = {
  name: 'actors',
  kind: 'actor',
  rows(folded: Folded<Actor>, streamId): Row[] {
    const { state } = folded
    const actorId = parseStream(streamId)?.id
    const first = state.registered ?? firstWithheld(folded)
    if (!first || !actorId) return []
    const place = { sk: `${first.recordedAt}#${actorId}`, actorId }
    const into = state.merged?.data.into
    const merges =
      into === undefined
        ? []
        : [
            { pk: mergesOf(actorId), sk: `into#${into}` },
            { pk: mergesOf(into), sk: `from#${actorId}` },
          ]
    if (!state.registered) return [{ pk: allActors, ...place }, ...merges]
    const { kind } = currentActor(state.registered, state.revisions)
    const row = { ...place, kind }
    return [
      { pk: allActors, ...row },
      { pk: byKind(kind), ...row },
      ...merges,
      ...[...foundBy(state)].map(([word, of]) => {
        return { pk: byWord(word), sk: wordKey(word, actorId), actorId, kind, of: [...of].sort() }
      }),
    ]
  },
}

/** What an actor is found by: words as written and as they sound, and whether they are of a name, of a role, or of both. */
export function foundBy(state: Actor): Map<string, Set<'name' | 'role'>> {
  const found = new Map<string, Set<'name' | 'role'>>()
  const add = (of: 'name' | 'role', words: readonly string[]) => {
    for (const word of words.flatMap((written) => [written, soundOf(written)])) {
      const known = found.get(word)
      if (known) known.add(of)
      else if (found.size < maxWords) found.set(word, new Set([of]))
    }
  }
  for (const name of namesOf(state)) add('name', wordsOf(name))
  for (const membership of inOrder(state.memberships)) add('role', tellingWords(currentMembership(membership).role))
  return found
}

/** All names that an actor goes by, the first first. */
export function namesOf({ registered, revisions }: Actor): string[] {
  if (!registered) return []
  const { name, names } = currentActor(registered, revisions)
  return [name, ...names]
}
