import { type Shown, whole } from '../history.ts'
import type { StatementEvent } from './events.ts'
import type { Statement } from './fold.ts'
import { anyStatementView } from './view.ts'

/** What has no id of its own is known by the version that recorded it. */
export const statementShown: Shown<Statement, StatementEvent> = {
  identities: {
    claims: 'claimId',
    links: 'version',
    sources: 'version',
    translations: 'translationId',
    disputes: 'disputeId',
    retractions: 'version',
  },
  parts: () => (_, folded) => whole(folded, anyStatementView),
}
