import type { Decide, Known } from '../decide.ts'
import { pointer } from '../pointer.ts'
import { missing } from '../references.ts'
import type { FieldError } from '../refusal.ts'
import { datingPlace, unresolved } from '../resolve.ts'
import { already, alreadyRecorded, toldDifferently } from '../told.ts'
import { refuseIfAny } from '../validate.ts'
import type { DocumentCommand } from './commands.ts'
import type { DocumentEvent, DocumentRecorded } from './events.ts'
import type { Document } from './fold.ts'
import { documentReferences } from './references.ts'
import { describeText } from './text.ts'

/** What is derived here from a text, or says that there was one. */
const filledIn = ['sha256', 'codePoints', 'textSent']

/**
 * A document is recorded once. Told again without its text it is the same; with a text, it must be the one whose hash
 * is on record.
 * @throws {Refusal} `already-recorded` with the differences
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
  }
}

function notOfText(data: DocumentCommand['data'], text: ReturnType<typeof describeText> | undefined): FieldError[] {
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

function wrong(command: DocumentCommand, known: Known): FieldError[] {
  const { data, text } = command
  return [
    ...missing(documentReferences(command), known),
    ...unresolved(datingPlace(data.publishedOn, 'publishedOn'), { text, codePoints: data.codePoints }),
  ]
}
