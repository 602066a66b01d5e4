import { describeText } from '#events/document/text.ts'
import type { StatementCorrected, StatementEvent, StatementRecorded } from '#events/statement/events.ts'
import { bulletin, statementData } from './fixtures.ts'

/** A world that holds the text of the bulletin, and the statement as it is recorded there. */
export const world = { documents: { 'bulletin-2031-02-14': [bulletin] } }
export const { sha256 } = describeText(bulletin)
export const recorded = (data: StatementRecorded): StatementEvent => ({ type: 'StatementRecorded', data })
export const corrected = (data: StatementCorrected): StatementEvent => ({ type: 'StatementCorrected', data })
export const onRecord = recorded({ ...statementData(), documentSha256: sha256 })
