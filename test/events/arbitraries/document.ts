import fc from 'fast-check'
import type { DocumentCommand } from '#events/document/commands.ts'
import { RecordDocument } from '#events/document/commands.ts'
import { parseBody } from '#events/validate.ts'
import { dating, from, json, optional, slug, words } from './parts.ts'

const sha256 = fc.constantFrom('a'.repeat(64), 'b'.repeat(64))
const note = json(
  fc.record({
    title: optional(words),
    publishedOn: optional(dating),
    sha256: optional(sha256),
    credits: optional(
      fc.array(fc.record({ kind: fc.constant('agency'), text: words, actorId: optional(slug) }), { maxLength: 1 }),
    ),
  }),
).map((body) => {
  const { text: _, ...data } = parseBody(RecordDocument, body)
  return data
})
const sent = optional(words).map((text) => (text === undefined ? {} : { text }))
const recordDocument = fc
  .tuple(slug, note, sent)
  .map(
    ([documentId, data, text]): DocumentCommand => ({ type: 'RecordDocument', data: { ...data, documentId }, ...text }),
  )
const reviseDocument = fc
  .tuple(from, note, sent)
  .map(([from, data, text]): DocumentCommand => ({ type: 'ReviseDocument', data: { ...data, from }, ...text }))

/** Commands to one document. */
export const documentCommands = fc.oneof(recordDocument, reviseDocument)
