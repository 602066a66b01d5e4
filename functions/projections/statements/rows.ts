import type { Folded } from '#events/fold.ts'
import { currentStatement, type Statement } from '#events/statement/fold.ts'
import { parseStream } from '#events/streams.ts'
import type { ReadModel, Row } from '../row.ts'

/** The list of all statements, and those of one speaker and of one document. */
export const allStatements = 'statements'
export const bySpeaker = (actorId: string) => `speaker#${actorId}`
export const byDocument = (documentId: string) => `document#${documentId}`

/** A statement in its lists, by when it was first recorded. As corrected: a corrected speaker moves it. */
export const statements: ReadModel<Statement> = {
  name: 'statements',
  kind: 'statement',
  rows({ state }: Folded<Statement>, streamId): Row[] {
    const statementId = parseStream(streamId)?.id
    if (!state.recorded || !statementId) return []
    const current = currentStatement(state.recorded, state.corrections)
    const row = {
      sk: `${state.recorded.recordedAt}#${statementId}`,
      statementId,
      documentId: current.documentId,
      speaker: current.speaker.actorId,
    }
    return [allStatements, bySpeaker(row.speaker), byDocument(row.documentId)].map((pk) => ({ pk, ...row }))
  },
}
