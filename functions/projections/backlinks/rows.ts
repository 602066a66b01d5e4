import { type Backlink, backlinksOfMission, backlinksOfStatement } from '#events/backlink.ts'
import type { Mission } from '#events/mission/fold.ts'
import type { Statement } from '#events/statement/fold.ts'
import { parseStream } from '#events/streams.ts'
import type { ReadModel, Row } from '../row.ts'

/** Who refers to a statement. */
export const toStatement = (statementId: string) => `backlink#${statementId}`

const name = 'backlinks'

/** A row for each statement that a reference names, by when it was recorded; what it says is read from the state. */
const rowsOf = (streamId: string, backlinks: readonly Backlink[]): Row[] =>
  backlinks.map(({ to, view }) => ({
    pk: toStatement(to),
    sk: `${view.recordedAt}#${streamId}#${view.version}`,
    streamId,
  }))

/** A statement's references to others. */
export const statementBacklinks: ReadModel<Statement> = {
  name,
  kind: 'statement',
  rows: ({ state }, streamId) => rowsOf(streamId, backlinksOfStatement(parseStream(streamId)?.id ?? '', state)),
}

/** The statements that a mission's lessons are tied to. */
export const missionBacklinks: ReadModel<Mission> = {
  name,
  kind: 'mission',
  rows: ({ state }, streamId) => rowsOf(streamId, backlinksOfMission(parseStream(streamId)?.id ?? '', state)),
}
