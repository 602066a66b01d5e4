import { describe, expect, it } from 'vitest'
import { describeText } from '#events/document/text.ts'
import { RetractStatement } from '#events/statement/commands.ts'
import type { StatementEvent } from '#events/statement/events.ts'
import { statement } from '#events/statement/kind.ts'
import { statementView } from '#events/statement/view.ts'
import { parseBody } from '#events/validate.ts'
import { folded, given } from '../../support/given.ts'
import { correctStatement, event, onRecord, readClaim, retractStatement, withdrawRetraction } from './fixtures.ts'

const page2 = 'The bulletin takes back its report.'
const world = { documents: { 'bulletin-2031-02-17': [page2] } }
const source = { documentId: 'bulletin-2031-02-17' }
const read = { ...source, documentSha256: describeText(page2).sha256 }
const retracted = (changes: object = {}) => event('StatementRetracted', retractStatement(changes).data)
const withdrawn = (reason?: string) => event('RetractionWithdrawn', withdrawRetraction(reason).data)
const speaker = { by: 'speaker', reason: 'She takes it back' }

describe('retracting a statement', () => {
  it('says by whom and why, and where that is on record', () => {
    given(statement, [onRecord]).when(retractStatement()).thenAdds(retracted())
    given(statement, [onRecord], world)
      .when(retractStatement({ source }))
      .thenAdds(retracted({ source: read }))
    expect(() => parseBody(RetractStatement, { by: 'reader' })).toThrow(/by.*reason/)
  })

  it('must find it on record', () =>
    given(statement, []).when(retractStatement()).thenRefused('statement-not-recorded'))

  it('adds nothing when told again, also after others and once it is withdrawn', () => {
    given(statement, [onRecord, retracted({ source: read }), retracted(speaker)], world)
      .when(retractStatement({ source }))
      .thenAlready(2)
    given(statement, [onRecord, retracted(), withdrawn()]).when(retractStatement()).thenAlready(2)
  })

  it('is recorded of each who retracts it', () =>
    given(statement, [onRecord, retracted()]).when(retractStatement(speaker)).thenAdds(retracted(speaker)))

  it('refers only to what is on record and holds', () => {
    given(statement, [onRecord], { absent: ['document-bulletin-2031-02-17'] })
      .when(retractStatement({ source }))
      .thenInvalid('#/source/documentId')
    given(statement, [onRecord], world)
      .when(retractStatement({ source: { ...source, selector: { start: 0, end: 8, exact: 'The news' } } }))
      .thenInvalid('#/source/selector')
  })

  it('leaves it to be corrected and read all the same', () => {
    const correction = correctStatement({ language: 'de' })
    given(statement, [onRecord, retracted()]).when(correction).thenAdds(event('StatementCorrected', correction.data))
    given(statement, [onRecord, retracted()]).when(readClaim()).thenAdds(event('ClaimRead', readClaim().data))
  })
})

describe('withdrawing a retraction', () => {
  it('needs one that stands', () => {
    given(statement, [onRecord, retracted()]).when(withdrawRetraction()).thenAdds(withdrawn())
    given(statement, [onRecord]).when(withdrawRetraction()).thenRefused('not-retracted')
    given(statement, [onRecord, retracted(), withdrawn()])
      .when(withdrawRetraction('Once more'))
      .thenRefused('not-retracted')
    given(statement, []).when(withdrawRetraction()).thenRefused('statement-not-recorded')
  })

  it('adds nothing when told again, and is meant again with another reason', () => {
    const events = [onRecord, retracted(), withdrawn(), retracted(speaker)]
    given(statement, events).when(withdrawRetraction()).thenAlready(3)
    given(statement, events).when(withdrawRetraction('It stands')).thenAdds(withdrawn('It stands'))
  })
})

describe('a retracted statement as it is shown', () => {
  const at = (version: number) => ({ version, recordedAt: `2031-02-14T09:30:0${version - 1}.000Z`, recordedBy: 'desk' })

  it('is retracted until that is withdrawn, of all who retracted it, and may be again', () => {
    const statusAfter = (...events: StatementEvent[]) => statementView(folded(statement, [onRecord, ...events])).status
    expect(statusAfter()).toBe('recorded')
    expect(statusAfter(retracted(), retracted(speaker))).toBe('retracted')
    expect(statusAfter(retracted(), retracted(speaker), withdrawn())).toBe('recorded')
    expect(statusAfter(retracted(), withdrawn(), retracted(speaker))).toBe('retracted')
  })

  it('has every retraction, and by what it was withdrawn', () => {
    const view = statementView(
      folded(statement, [onRecord, retracted(), retracted(speaker), withdrawn(), retracted({ by: 'desk' })]),
    )
    expect(view.status).toBe('retracted')
    expect(view.retractions).toEqual([
      { ...retracted().data, ...at(2), withdrawn: { reason: 'Printed again', ...at(4) } },
      { ...retracted(speaker).data, ...at(3), withdrawn: { reason: 'Printed again', ...at(4) } },
      { ...retracted({ by: 'desk' }).data, ...at(5) },
    ])
  })
})
