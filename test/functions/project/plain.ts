import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Mission } from '#events/mission/fold.ts'
import { currentStatement, type Statement } from '#events/statement/fold.ts'
import { parseStream } from '#events/streams.ts'
import type { ReadModel } from '#functions/projections/row.ts'
import type { Tables } from '../../support/engine.ts'
import { projector } from './fixtures.ts'

const statements: ReadModel<Statement> = {
  name: 'statements',
  kind: 'statement',
  rows({ state }, streamId) {
    const statementId = parseStream(streamId)?.id
    if (!state.recorded || !statementId) return []
    const { documentId, speaker } = currentStatement(state.recorded, state.corrections)
    const row = { sk: `${state.recorded.recordedAt}#${statementId}`, statementId, documentId, speaker: speaker.actorId }
    return ['statements', `speaker#${row.speaker}`, `document#${documentId}`].map((pk) => ({ pk, ...row }))
  },
}

const missions: ReadModel<Mission> = {
  name: 'missions',
  kind: 'mission',
  rows({ state }, streamId) {
    const missionId = parseStream(streamId)?.id
    if (!state.opened || !missionId) return []
    return [{ pk: 'missions', sk: `${state.opened.recordedAt}#${missionId}`, missionId }]
  },
}

/** Few and simple rows, so that a test of how rows are written can name each of them. */
const plainModels: readonly ReadModel[] = [statements, missions]

/** The project step with plain rows. */
export const plainProjector = (
  client: DynamoDBClient,
  tables: Tables,
  { projected, ...options }: NonNullable<Parameters<typeof projector>[2]> = {},
) => projector(client, tables, { ...options, projected: { models: plainModels, ...projected } })
