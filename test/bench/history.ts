import { each } from './each.ts'
import { claimRead, type Ground, recordedStatement } from './ground.ts'

/** Events of one statement's stream: recorded, read twice, corrected. */
const eventsEach = 4

const corrected = {
  type: 'StatementCorrected',
  data: { reason: 'read again', replaces: { topics: ['missions', 'harbours'] } },
}

/** So many events on record and sealed, four to a statement; `series` makes the statements others than before. */
export async function recordHistory(ground: Ground, events: number, series = 'history'): Promise<void> {
  const statements = Array.from({ length: Math.ceil(events / eventsEach) }, (_, n) =>
    recordedStatement(`${series} ${n}`),
  )
  await each(statements, 16, async ({ streamId, event }) => {
    await ground.append(streamId, event, claimRead(1), claimRead(2), corrected)
  })
  await ground.seal.run(statements.map(({ streamId }) => streamId))
}
