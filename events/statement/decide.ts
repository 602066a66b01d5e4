import type { Decide, Known } from '../decide.ts'
import { pointer } from '../pointer.ts'
import { missing, type Path, revisionOf, textOf } from '../references.ts'
import { type FieldError, Refusal } from '../refusal.ts'
import { type Place, unresolved } from '../resolve.ts'
import { already, alreadyRecorded, toldDifferently } from '../told.ts'
import { refuseIfAny } from '../validate.ts'
import type { CorrectStatement, RecordStatement, StatementCommand } from './commands.ts'
import { workOut } from './correction.ts'
import type { StatementCorrected, StatementEvent, StatementRecorded } from './events.ts'
import { corrected, currentStatement, type Statement } from './fold.ts'
import { placesOf } from './places.ts'
import { statementReferences } from './references.ts'

/** What is filled in here when a request does not say it. */
const filledIn = ['documentSha256']

/**
 * Told the same again, a statement or a correction adds nothing, whatever came between. What cannot be right is found
 * before what was told differently, so that a selector off its words is named as such.
 * @throws {Refusal} `already-recorded` with the differences, `statement-not-recorded`, `nothing-to-correct`
 * @throws {InvalidInput} a reference that is not on record, a revision that is none, a selector off its words
 */
export const decideStatement: Decide<Statement, StatementCommand, StatementEvent> = (command, state, known) => {
  switch (command.type) {
    case 'RecordStatement': {
      const differences = state.recorded && toldDifferently(state.recorded.data, command.data, filledIn)
      if (state.recorded && differences?.length === 0) return already(state.recorded)
      const data = recordable(command, state, known)
      if (differences) throw alreadyRecorded(differences)
      return { events: [{ type: 'StatementRecorded', data }] }
    }
    case 'CorrectStatement': {
      if (!state.recorded) throw new Refusal('statement-not-recorded')
      const told = state.corrections.find(({ data }) => toldDifferently(data, command.data, filledIn).length === 0)
      if (told) return already(told)
      const current = currentStatement(state.recorded, state.corrections)
      const data = correctable(command, state, known, current)
      if (toldDifferently(current, corrected(current, data)).length === 0) throw new Refusal('nothing-to-correct')
      return { events: [{ type: 'StatementCorrected', data }] }
    }
  }
}

function recordable(
  command: { type: 'RecordStatement'; data: RecordStatement },
  state: Statement,
  known: Known,
): StatementRecorded {
  const { data } = command
  const sha256 = revisionOf(known, data.documentId, data.documentSha256)?.sha256
  refuseIfAny([
    ...missing(statementReferences(command, state), known),
    ...notAsInDocument(data, ['documentSha256'], placesOf(data), known),
  ])
  return sha256 === undefined ? data : { ...data, documentSha256: sha256 }
}

/** Every member is right by itself and no rule spans two, so what results is a statement again. */
function correctable(
  command: { type: 'CorrectStatement'; data: CorrectStatement },
  state: Statement,
  known: Known,
  current: StatementRecorded,
): StatementCorrected {
  const { reason, replaces } = command.data
  const { members, document, moved } = workOut(current, replaces)
  // In another revision every selector is looked for anew; those that the correction does not bring are its fault too.
  const brought = placesOf(members, 'replaces')
  const kept = moved ? placesOf(Object.fromEntries(Object.entries(current).filter(([key]) => !(key in replaces)))) : []
  const errors = notAsInDocument(document, ['replaces', 'documentSha256'], [...brought, ...kept], known)
  refuseIfAny([...missing(statementReferences(command, state), known), ...errors.map(inReplaces)])
  if (!moved || replaces.documentSha256 !== undefined) return command.data
  const sha256 = revisionOf(known, document.documentId)?.sha256
  return { reason, replaces: { ...replaces, documentSha256: sha256 ?? null } }
}

/** An error in a member that the correction leaves as it is, said of the whole correction. */
function inReplaces({ pointer: field, detail }: FieldError): FieldError {
  if (field.startsWith('#/replaces')) return { pointer: field, detail }
  return { pointer: pointer('replaces'), detail: `leaves ${field} as it is, which then ${detail}` }
}

function notAsInDocument(
  { documentId, documentSha256 }: { documentId: string; documentSha256?: string },
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
