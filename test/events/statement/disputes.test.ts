import { describe, expect, it } from 'vitest'
import { describeText } from '#events/document/text.ts'
import { DisputeStatement, SettleDispute } from '#events/statement/commands.ts'
import type { StatementEvent } from '#events/statement/events.ts'
import { statement } from '#events/statement/kind.ts'
import { statementView } from '#events/statement/view.ts'
import { parseBody } from '#events/validate.ts'
import { folded, given } from '../../support/given.ts'
import { disputeStatement, event, onRecord, retractStatement, settleDispute, withdrawRetraction } from './fixtures.ts'

const letter = 'I never spoke of the harbour.'
const { sha256 } = describeText(letter)
const world = { documents: { 'letter-2031-02-16': [letter] } }
const disputed = (changes: object = {}) => event('StatementDisputed', disputeStatement(changes).data)
const settled = (changes: object = {}, disputeId = 'd-1') =>
  event('DisputeSettled', settleDispute(changes, disputeId).data)
const dated = { source: { documentId: 'letter-2031-02-16', documentSha256: sha256 } }

describe('disputing a statement', () => {
  it('is recorded with the revision that it was read from', () =>
    given(statement, [onRecord], world).when(disputeStatement()).thenAdds(disputed(dated)))

  it('needs who disputes it, on what ground, and where that is on record', () =>
    expect(() => parseBody(DisputeStatement, {})).toThrow(/disputeId.*by.*ground.*source/))

  it('must find the statement on record', () =>
    given(statement, [], world).when(disputeStatement()).thenRefused('statement-not-recorded'))

  it('adds nothing when told again, and says where it is told differently', () => {
    const events = [onRecord, disputed(dated), settled()]
    given(statement, events, world).when(disputeStatement()).thenAlready(2)
    given(statement, events, world).when(disputeStatement(dated)).thenAlready(2)
    given(statement, events, world)
      .when(disputeStatement({ ground: 'She was not there' }))
      .thenRefused('already-recorded', { differences: ['#/ground'] })
  })

  it('refers to an actor and a source on record', () => {
    given(statement, [onRecord], { absent: ['actor-mira-kovan', 'document-letter-2031-02-16'] })
      .when(disputeStatement())
      .thenInvalid('#/by', '#/source/documentId')
    given(statement, [onRecord], { absent: ['statement-s-other'] })
      .when(disputeStatement({ source: { statementId: 's-other' } }))
      .thenInvalid('#/source/statementId')
  })

  it('has a source that holds against the text', () => {
    const from = (source: object) =>
      given(statement, [onRecord], world).when(
        disputeStatement({ source: { documentId: 'letter-2031-02-16', ...source } }),
      )
    from({ selector: { start: 2, end: 13, exact: 'never spoke' } }).thenAdds(
      disputed({ source: { ...dated.source, selector: { start: 2, end: 13, exact: 'never spoke' } } }),
    )
    from({ selector: { start: 3, end: 14, exact: 'never spoke' } }).thenInvalid('#/source/selector')
    from({ documentSha256: 'a'.repeat(64) }).thenInvalid('#/source/documentSha256')
  })
})

describe('settling a dispute', () => {
  it('is recorded, with or without a source', () => {
    given(statement, [onRecord, disputed()]).when(settleDispute()).thenAdds(settled())
    given(statement, [onRecord, disputed()], world).when(settleDispute(dated)).thenAdds(settled(dated))
  })

  it('has its dispute from the path, not from the body', () =>
    expect(() => parseBody(SettleDispute, settleDispute().data)).toThrow('#/disputeId'))

  it('must find the dispute on record', () => {
    given(statement, []).when(settleDispute()).thenRefused('statement-not-recorded')
    given(statement, [onRecord]).when(settleDispute()).thenRefused('dispute-not-recorded')
    given(statement, [onRecord, disputed()]).when(settleDispute({}, 'constructor')).thenRefused('dispute-not-recorded')
  })

  it('is done once: told again it adds nothing, told differently it is refused', () => {
    const events = [onRecord, disputed(), settled(dated)]
    given(statement, events, world)
      .when(settleDispute({ source: { documentId: 'letter-2031-02-16' } }))
      .thenAlready(3)
    given(statement, events, world)
      .when(settleDispute({ ...dated, outcome: 'upheld' }))
      .thenRefused('already-recorded', { differences: ['#/outcome'] })
    given(statement, events, world)
      .when(settleDispute())
      .thenRefused('already-recorded', { differences: ['#/source'] })
  })

  it('refers only to what is on record and holds', () => {
    given(statement, [onRecord, disputed()], { absent: ['document-letter-2031-02-16'] })
      .when(settleDispute({ source: { documentId: 'letter-2031-02-16' } }))
      .thenInvalid('#/source/documentId')
    given(statement, [onRecord, disputed()], world)
      .when(settleDispute({ source: { documentId: 'letter-2031-02-16', selector: { start: 0, end: 99 } } }))
      .thenInvalid('#/source/selector')
  })
})

describe('the status of a disputed statement', () => {
  const statusOf = (...events: StatementEvent[]) => statementView(folded(statement, [onRecord, ...events])).status
  const retracted = event('StatementRetracted', retractStatement().data)
  const withdrawn = event('RetractionWithdrawn', withdrawRetraction().data)

  it('is disputed until every dispute is settled', () => {
    expect(statusOf(disputed())).toBe('disputed')
    expect(statusOf(disputed(), disputed({ disputeId: 'd-2' }), settled())).toBe('disputed')
    expect(statusOf(disputed(), disputed({ disputeId: 'd-2' }), settled(), settled({}, 'd-2'))).toBe('recorded')
  })

  it('stays disputed where the objection was upheld, and not where it was rejected or withdrawn', () => {
    expect(statusOf(disputed(), settled({ outcome: 'upheld' }))).toBe('disputed')
    expect(statusOf(disputed(), settled({ outcome: 'rejected' }))).toBe('recorded')
    expect(statusOf(disputed(), settled({ outcome: 'withdrawn' }))).toBe('recorded')
  })

  it('is retracted first, and disputed again once that is withdrawn', () => {
    expect(statusOf(disputed(), retracted)).toBe('retracted')
    expect(statusOf(disputed(), retracted, withdrawn)).toBe('disputed')
  })
})

it('shows each dispute in the order in which it came, with how it was settled', () =>
  expect(
    statementView(
      folded(statement, [onRecord, disputed({ disputeId: '2' }), disputed({ disputeId: '1' }), settled({}, '2')]),
    ).disputes,
  ).toEqual([
    {
      ...disputed({ disputeId: '2' }).data,
      version: 2,
      recordedAt: '2031-02-14T09:30:01.000Z',
      recordedBy: 'desk',
      settled: {
        outcome: 'rejected',
        reason: 'The recording has it',
        version: 4,
        recordedAt: '2031-02-14T09:30:03.000Z',
        recordedBy: 'desk',
      },
    },
    { ...disputed({ disputeId: '1' }).data, version: 3, recordedAt: '2031-02-14T09:30:02.000Z', recordedBy: 'desk' },
  ]))
