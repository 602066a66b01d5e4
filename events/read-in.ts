import type { Known } from './decide.ts'
import type { Evidence } from './evidence.ts'
import { pointer } from './pointer.ts'
import { type Path, revisionOf, textOf } from './references.ts'
import type { FieldError } from './refusal.ts'
import { type Place, unresolved } from './resolve.ts'

/** A document, and the revision of it in which something was read; without a hash, its latest. */
export interface ReadIn {
  readonly documentId: string
  readonly documentSha256?: string
}

/** What does not hold against the document: a hash (at `path`) that is no revision of it, selectors off their words. */
export function notAsReadIn(
  { documentId, documentSha256 }: ReadIn,
  path: Path,
  places: readonly Place[],
  known: Known,
): FieldError[] {
  const revision = revisionOf(known, documentId, documentSha256)
  const isNone = documentSha256 !== undefined && Object.hasOwn(known.documents, documentId) && !revision
  return [
    ...(isNone ? [{ pointer: pointer(...path), detail: 'is not the hash of a revision of the document' }] : []),
    ...unresolved(places, { text: textOf(known, documentId, revision), codePoints: revision?.codePoints }),
  ]
}

/** What does not hold of one piece of evidence, which stands at `path`. */
export function notAsEvidence(evidence: Evidence, known: Known, ...path: Path): FieldError[] {
  if (!('documentId' in evidence)) return []
  const { selector } = evidence
  const places = selector ? [{ selector, path: [...path, 'selector'] }] : []
  return notAsReadIn(evidence, [...path, 'documentSha256'], places, known)
}

/** The same with the revision that is known: the one it names, else the document's latest, if that has a hash. */
export function withRevision<Source extends Evidence | ReadIn>(source: Source, known: Known): Source {
  if (!('documentId' in source)) return source
  const sha256 = revisionOf(known, source.documentId, source.documentSha256)?.sha256
  return sha256 === undefined ? source : { ...source, documentSha256: sha256 }
}
