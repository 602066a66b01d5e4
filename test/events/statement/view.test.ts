import { describe, expect, it } from 'vitest'
import { statementId } from '#events/statement/id.ts'
import { statement } from '#events/statement/kind.ts'
import { statementView } from '#events/statement/view.ts'
import { folded } from '../../support/given.ts'
import { correctStatement, event, settleDispute, statementData } from './fixtures.ts'

const recorded = { type: 'StatementRecorded', data: statementData() } as const
const corrected = (...args: Parameters<typeof correctStatement>) =>
  ({ type: 'StatementCorrected', data: correctStatement(...args).data }) as const

describe('a statement as it is shown', () => {
  it('is as it was recorded, with the days that its date allows', () =>
    expect(statementView(folded(statement, [recorded]))).toEqual({
      ...statementData(),
      statementId: statementId(statementData()),
      version: 1,
      status: 'recorded',
      corrected: false,
      recordedAt: '2031-02-14T09:30:00.000Z',
      recordedBy: 'desk',
      saidOn: { ...statementData().saidOn, earliest: '2031-02-12', latest: '2031-02-12' },
      claims: [],
      links: [],
      sources: [],
      translations: [],
      disputes: [],
      retractions: [],
    }))

  it('has every correction made, and keeps its id', () => {
    const before = statementView(folded(statement, [recorded]))
    const view = statementView(
      folded(statement, [
        recorded,
        corrected({ speaker: { actorId: 'ivo-brandt' }, saidOn: null, language: 'de' }),
        corrected({ language: null, chain: null, saidOn: { edtf: '2031-02~' } }, 'Once more'),
      ]),
    )
    const { language: _, ...rest } = before
    expect(view).toEqual({
      ...rest,
      version: 3,
      corrected: true,
      speaker: { actorId: 'ivo-brandt' },
      chain: [],
      saidOn: { edtf: '2031-02~', earliest: '2031-02-01', latest: '2031-02-28' },
    })
  })

  it('is nothing where none is on record', () =>
    expect(() => statementView(folded(statement, []))).toThrow('nothing to view'))

  it('is folded also where the dispute or the claim itself is not there to read', () => {
    const state = folded(statement, [
      recorded,
      event('DisputeSettled', settleDispute({}, 'constructor').data),
      event('ClaimWithdrawn', { claimId: 'constructor', reason: 'Misread' }),
    ])
    expect(statementView(state)).toMatchObject({ version: 3, status: 'recorded', claims: [], disputes: [] })
  })
})
