import type { Known, Reference } from './decide.ts'
import type { Evidence } from './evidence.ts'
import { notAsEvidence, withRevision } from './read-in.ts'
import { type Path, revisionOf, textOf, toEvidence } from './references.ts'
import type { FieldError } from './refusal.ts'
import { type Place, unresolved } from './resolve.ts'

/** To all that something rests on; `resolves` where words elsewhere in the command are looked for in it. */
export const toGrounds = (evidence: readonly Evidence[], resolves: boolean, ...path: Path): Reference[] =>
  evidence.flatMap((item, index) => toEvidence(item, resolves, ...path, index))

/** What does not hold of the evidence. */
export const ungrounded = (evidence: readonly Evidence[], known: Known, ...path: Path): FieldError[] =>
  evidence.flatMap((item, index) => notAsEvidence(item, known, ...path, index))

/** The evidence, with the revisions it was read from. */
export const withRevisions = (evidence: readonly Evidence[], known: Known): Evidence[] =>
  evidence.map((item) => withRevision(item, known))

/**
 * Places whose words stand nowhere in the evidence. They are wrong only if they stand in none of the documents; one
 * that cannot be looked into may hold them.
 */
export const standNowhere = (places: readonly Place[], evidence: readonly Evidence[], known: Known): FieldError[] =>
  places.flatMap((place) => {
    const errors = evidence.flatMap((item) => {
      if (!('documentId' in item)) return [unresolved([place], {})]
      const revision = revisionOf(known, item.documentId, item.documentSha256)
      return [unresolved([place], { text: textOf(known, item.documentId, revision), codePoints: revision?.codePoints })]
    })
    return errors.every(({ length }) => length > 0) ? (errors[0] ?? unresolved([place], {})) : []
  })
