import type { Known } from '../decide.ts'
import { pointer } from '../pointer.ts'
import { notAsReadIn, withRevision } from '../read-in.ts'
import { missing, revisionOf } from '../references.ts'
import type { FieldError } from '../refusal.ts'
import { refuseIfAny } from '../validate.ts'
import type { CorrectStatement, RecordStatement } from './commands.ts'
import { workOut } from './correction.ts'
import type { StatementCorrected, StatementRecorded } from './events.ts'
import type { Statement } from './fold.ts'
import { placesOf } from './places.ts'
import { statementReferences } from './references.ts'

/** A statement as it is recorded: with the revision it was read from. */
export function recordable(
  command: { type: 'RecordStatement'; data: RecordStatement },
  state: Statement,
  known: Known,
): StatementRecorded {
  const { data } = command
  refuseIfAny([
    ...missing(statementReferences(command, state), known),
    ...notAsReadIn(data, ['documentSha256'], placesOf(data), known),
  ])
  return withRevision(data, known)
}

/**
 * A correction as it is recorded: with the revision, where it moves the statement into another document. Every member
 * is right by itself and no rule spans two, so what results is a statement again.
 */
export function correctable(
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
  const errors = notAsReadIn(document, ['replaces', 'documentSha256'], [...brought, ...kept], known)
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
