import type { Known, Reference, Revision } from './decide.ts'
import { latestText } from './decide.ts'
import type { Evidence } from './evidence.ts'
import { pointer } from './pointer.ts'
import { type FieldError, InvalidInput } from './refusal.ts'
import { actorStream, documentStream, missionStream, parseStream, statementStream } from './streams.ts'
import type { Term } from './term.ts'

/** The steps to a field, from the top of the body. */
export type Path = readonly (string | number)[]

/** How many streams one command may refer to: as many as one read brings, with room for its own. */
const mostReferences = 90

/** To an actor; none where the field is absent or null. */
export const toActor = (actorId: string | null | undefined, ...path: Path): Reference[] =>
  actorId === undefined || actorId === null ? [] : [{ streamId: actorStream(actorId), pointer: pointer(...path) }]

/** To a document; with the text of a revision, by default the latest, where selectors are to be resolved in it. */
export function toDocument(
  document: { documentId: string; documentSha256?: string; resolves?: boolean },
  ...path: Path
): Reference[] {
  const { documentId, documentSha256 = latestText, resolves = false } = document
  const reference = { streamId: documentStream(documentId), pointer: pointer(...path) }
  return [resolves ? { ...reference, text: documentSha256 } : reference]
}

/** To what a term names. A bare claim is of the same statement, and a value or a word is nobody. */
export function toTerm(term: Term, ...path: Path): Reference[] {
  if ('actorId' in term) return toActor(term.actorId, ...path, 'actorId')
  if ('missionId' in term) {
    return [{ streamId: missionStream(term.missionId), pointer: pointer(...path, 'missionId') }]
  }
  if (!('claimId' in term) || term.statementId === undefined) return []
  return [{ streamId: statementStream(term.statementId), pointer: pointer(...path, 'statementId') }]
}

/** To the document or the statement; `resolves` where words elsewhere in the command are looked for in its text. */
export function toEvidence(evidence: Evidence, resolves: boolean, ...path: Path): Reference[] {
  if ('statementId' in evidence) {
    return [{ streamId: statementStream(evidence.statementId), pointer: pointer(...path, 'statementId') }]
  }
  const { selector, ...document } = evidence
  return toDocument({ ...document, resolves: resolves || selector !== undefined }, ...path, 'documentId')
}

/** @throws {InvalidInput} more than 90 distinct streams */
export function atMost90(references: Reference[]): Reference[] {
  const distinct = new Set(references.map(({ streamId }) => streamId)).size
  if (distinct <= mostReferences) return references
  const detail = `refers to ${distinct} different documents, actors, statements and missions; ${mostReferences} is the most`
  throw new InvalidInput([{ pointer: pointer(), detail }])
}

/** The fields that refer to what is not on record. */
export function missing(references: readonly Reference[], known: Known): FieldError[] {
  return references
    .filter(({ streamId }) => !known.streams.has(streamId))
    .map(({ streamId, pointer }) => {
      const { kind = 'stream', id = streamId } = parseStream(streamId) ?? {}
      return { pointer, detail: `names a ${kind} that is not on record: ${id}`.replace('a actor', 'an actor') }
    })
}

/** The revision that a hash names, by default the latest; undefined where there is none of that hash. */
export function revisionOf(known: Known, documentId: string, documentSha256?: string): Revision | undefined {
  const revisions = Object.hasOwn(known.documents, documentId) ? known.documents[documentId]?.revisions : undefined
  if (documentSha256 === undefined) return revisions?.at(-1)
  return revisions?.findLast(({ sha256 }) => sha256 === documentSha256)
}

/** The text of a revision, where it was read and is held. */
export function textOf(known: Known, documentId: string, revision: Revision | undefined): string | undefined {
  const texts = Object.hasOwn(known.documents, documentId) ? known.documents[documentId]?.texts : undefined
  return revision?.sha256 === undefined ? undefined : texts?.[revision.sha256]
}
