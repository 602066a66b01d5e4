import type { Decide, Decision, Known } from '../decide.ts'
import { pointer } from '../pointer.ts'
import { missing } from '../references.ts'
import type { FieldError } from '../refusal.ts'
import { replacing } from '../replaces.ts'
import { datingPlace, unresolved } from '../resolve.ts'
import { toldFrom, versionConflict } from '../revising.ts'
import { already, alreadyRecorded, toldDifferently } from '../told.ts'
import { parseBody, refuseIfAny } from '../validate.ts'
import type { DocumentCommand, Note } from './commands.ts'
import { DocumentCorrected, type DocumentEvent, type DocumentRecorded, DocumentRevised } from './events.ts'
import { currentDocument, type Document } from './fold.ts'
import { documentReferences } from './references.ts'
import { describeText } from './text.ts'

/** What is derived here from a text, or says that there was one. */
const filledIn: readonly string[] = ['sha256', 'codePoints', 'textSent']

/**
 * A document is recorded once. Told again without its text it is the same; with a text, it must be the one whose hash
 * is on record. From then on it is revised, each time from the version that was read.
 * @throws {Refusal} `already-recorded` with the differences, `version-conflict`
 * @throws {InvalidInput} a hash or a length that is not the text's, an actor that is not on record, a selector off its words
 */
export const decideDocument: Decide<Document, DocumentCommand, DocumentEvent> = (command, state, known) => {
  switch (command.type) {
    case 'RecordDocument': {
      const { data, text } = command
      const described = text === undefined ? undefined : describeText(text)
      refuseIfAny(notOfText(data, described))
      const given = described ? { ...data, sha256: described.sha256 } : data
      const differences = state.recorded && toldDifferently(state.recorded.data, given, filledIn)
      if (state.recorded && differences?.length === 0) return already(state.recorded)
      refuseIfAny(wrong(command, known))
      if (differences) {
        // A hash that only the text implies is not a field of the request.
        const implied = data.sha256 === undefined ? pointer('text') : pointer('sha256')
        throw alreadyRecorded(differences.map((field) => (field === pointer('sha256') ? implied : field)))
      }
      const recorded: DocumentRecorded = described ? { ...data, ...described, textSent: true } : data
      return { events: [{ type: 'DocumentRecorded', data: recorded }] }
    }
    case 'ReviseDocument':
      return revise(command, state, known)
  }
}

/**
 * Another hash than the present one is another revision, and the whole note is kept anew; so is the first hash of a
 * document that had none, for nobody can tell that it is of the text that was read before. With the same hash, or none
 * given, only our note is corrected.
 */
function revise(
  command: DocumentCommand & { type: 'ReviseDocument' },
  { recorded, changes, version }: Document,
  known: Known,
): Decision<DocumentEvent> {
  const { from, ...note } = command.data
  const described = command.text === undefined ? undefined : describeText(command.text)
  if (!recorded) throw versionConflict(from, version)
  refuseIfAny(notOfText(note, described))
  const { documentId } = recorded.data
  const given: DocumentRecorded = { documentId, ...note, ...described }
  const told = toldFrom(from, version, changes, ({ version }) => {
    return toldDifferently(currentDocument(recorded, changes, version), given, filledIn).length === 0
  })
  if (told) return already(told)

  const current = currentDocument(recorded, changes)
  const anew = given.sha256 !== undefined && given.sha256 !== current.sha256
  refuseIfAny(wrong(command, known, anew ? {} : current))
  if (anew) {
    const data = parseBody(DocumentRevised, { ...note, ...described, ...(described ? { textSent: true } : {}) })
    return { events: [{ type: 'DocumentRevised', data }] }
  }
  const kept = Object.fromEntries(Object.entries(current).filter(([name]) => filledIn.includes(name)))
  const replaces = replacing(current, { ...kept, ...given })
  if (Object.keys(replaces).length === 0) return already(changes.at(-1) ?? recorded)
  return { events: [{ type: 'DocumentCorrected', data: parseBody(DocumentCorrected, { replaces }) }] }
}

function notOfText(data: Note, text: ReturnType<typeof describeText> | undefined): FieldError[] {
  if (!text) return []
  const errors: FieldError[] = []
  if (data.sha256 !== undefined && data.sha256 !== text.sha256) {
    errors.push({ pointer: pointer('sha256'), detail: `is not the text's, which is ${text.sha256}` })
  }
  if (data.codePoints !== undefined && data.codePoints !== text.codePoints) {
    errors.push({ pointer: pointer('codePoints'), detail: `is not the text's, which has ${text.codePoints}` })
  }
  return errors
}

/** `present` is what is on record of the same text. */
function wrong(command: DocumentCommand, known: Known, present: Partial<DocumentRecorded> = {}): FieldError[] {
  const { data, text } = command
  const { codePoints = present.codePoints, publishedOn } = data
  const measured = text === undefined && present.textSent && codePoints !== present.codePoints
  const detail = `is not the text's, which has ${present.codePoints}`
  return [
    ...missing(documentReferences(command), known),
    ...(measured ? [{ pointer: pointer('codePoints'), detail }] : []),
    ...unresolved(datingPlace(publishedOn, 'publishedOn'), { text, codePoints }),
  ]
}
