import type { Folded } from '#events/fold.ts'
import { currentStatement, type Statement } from '#events/statement/fold.ts'
import { parseStream } from '#events/streams.ts'
import type { ReadModel, Row } from '../row.ts'

/** The claims that speakers say this actor holds. */
export const byHolder = (actorId: string) => `holder#${actorId}`

/** A claim with a holder of its own, by when it was read; one that was withdrawn stands in no list. */
export const claims: ReadModel<Statement> = {
  name: 'claims',
  kind: 'statement',
  rows({ state }: Folded<Statement>, streamId): Row[] {
    const statementId = parseStream(streamId)?.id
    if (!state.recorded || !statementId) return []
    const { speaker } = currentStatement(state.recorded, state.corrections)
    return Object.values(state.claims).flatMap(({ read, withdrawn }) => {
      const { claimId, holder } = read.data
      if (withdrawn || holder === undefined || holder === speaker.actorId) return []
      return [
        {
          pk: byHolder(holder),
          sk: `${read.recordedAt}#${statementId}#${claimId}`,
          statementId,
          claimId,
          speaker: speaker.actorId,
        },
      ]
    })
  },
}
