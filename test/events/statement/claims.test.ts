import { describe, expect, it } from 'vitest'
import { describeText } from '#events/document/text.ts'
import { InvalidInput } from '#events/refusal.ts'
import { ReadClaim } from '#events/statement/commands.ts'
import { statementId } from '#events/statement/id.ts'
import { statement } from '#events/statement/kind.ts'
import { statementView } from '#events/statement/view.ts'
import { parseBody } from '#events/validate.ts'
import { folded, given } from '../../support/given.ts'
import { bulletin, correctStatement, event, onRecord, readClaim, statementData } from './fixtures.ts'
import { world } from './held.ts'

const own = statementId(statementData())
const read = (changes: object = {}) => event('ClaimRead', readClaim(changes).data)
const withdraw = (reason = 'Misread', claimId = 'c-1') =>
  ({ type: 'WithdrawClaim', data: { claimId, reason } }) as const
const withdrawn = event('ClaimWithdrawn', withdraw().data)
const fragments = (text: string) => [statementData().fragments[0], { mode: 'direct', text }]
const rewritten = (text: string) =>
  event('StatementCorrected', correctStatement({ fragments: fragments(text) as never }).data)

const whole = {
  subject: { actorId: 'ostmark' },
  predicate: 'has-cooperation-with',
  object: { claimId: 'c-9', statementId: 's-other' },
  polarity: 'negated',
  holder: 'harbour-wire',
  stance: 'reports',
  hedge: 'apparently',
  modality: 'possibility',
  wording: 'works hand in hand with',
  quantifier: 'some of',
  field: 'border security',
  qualifiers: [{ role: 'reason', text: 'because the ice came early' }],
  figurative: 'home stands for the barracks',
  evaluation: false,
  implicit: true,
  presupposed: true,
  doubt: 'the watch may be another one',
  insertions: ['subject'],
  validOn: { verbatim: 'Wednesday', edtf: '2031-02-12/..' },
}

describe('reading a claim', () => {
  it('keeps every nuance', () => given(statement, [onRecord], world).when(readClaim(whole)).thenAdds(read(whole)))

  it('needs who, what, of what, how, where it stands and who read it', () => {
    const wrong = () => parseBody(ReadClaim, {})
    expect(wrong).toThrow(InvalidInput)
    expect(wrong).toThrow(/claimId.*subject.*predicate.*object.*polarity.*evidence.*readBy/)
  })

  it('rests on words that run forwards, and names a part once', () => {
    expect(() => readClaim({ evidence: { fragment: 0, start: 4, end: 4 } })).toThrow('#/evidence/end')
    expect(() => readClaim({ insertions: ['subject', 'subject'] })).toThrow('#/insertions')
  })

  it('must find the statement on record', () =>
    given(statement, []).when(readClaim()).thenRefused('statement-not-recorded'))

  it('adds nothing when told again, also once it is withdrawn', () => {
    given(statement, [onRecord, read()], world).when(readClaim()).thenAlready(2)
    given(statement, [onRecord, read(), withdrawn], world).when(readClaim()).thenAlready(2)
    given(statement, [onRecord, read(), rewritten('Gone')], world)
      .when(readClaim())
      .thenAlready(2)
  })

  it('says where it is told differently', () =>
    given(statement, [onRecord, read()], world)
      .when(readClaim({ polarity: 'negated', hedge: 'perhaps' }))
      .thenRefused('already-recorded', { differences: ['#/hedge', '#/polarity'] }))

  it('lies within a fragment as it now stands, counted in code points', () => {
    const at = (fragment: number, start: number, end: number) =>
      given(statement, [onRecord, rewritten('🇴🇸 gone')], world).when(readClaim({ evidence: { fragment, start, end } }))
    at(1, 0, 7).thenAdds(read({ evidence: { fragment: 1, start: 0, end: 7 } }))
    at(1, 0, 8).thenInvalid('#/evidence/end')
    at(2, 0, 1).thenInvalid('#/evidence/fragment')
  })

  it('refers to what is on record', () =>
    given(statement, [onRecord], {
      ...world,
      absent: ['actor-ostmark', 'statement-s-other', 'actor-harbour-wire'],
    })
      .when(readClaim(whole))
      .thenInvalid('#/subject/actorId', '#/object/statementId', '#/holder'))

  it('may be of another claim of the statement, once that is read', () => {
    const of = (term: object) =>
      given(statement, [onRecord, read()], world).when(readClaim({ claimId: 'c-2', subject: term }))
    of({ claimId: 'c-1' }).thenAdds(read({ claimId: 'c-2', subject: { claimId: 'c-1' } }))
    of({ claimId: 'c-1', statementId: own }).thenAdds(
      read({ claimId: 'c-2', subject: { claimId: 'c-1', statementId: own } }),
    )
    of({ claimId: 'c-3' }).thenInvalid('#/subject/claimId')
    of({ claimId: 'c-3', statementId: own }).thenInvalid('#/subject/claimId')
    of({ claimId: 'constructor' }).thenInvalid('#/subject/claimId')
  })

  it('is never of itself, also when it is on record', () => {
    const ofItself = readClaim({ object: { claimId: 'c-1' } })
    given(statement, [onRecord], world).when(ofItself).thenInvalid('#/object/claimId')
    given(statement, [onRecord, read()], world).when(ofItself).thenInvalid('#/object/claimId')
  })

  it('asks nobody whether its own statement is on record', () =>
    given(statement, [onRecord, read()], { ...world, absent: [`statement-${own}`] })
      .when(readClaim({ claimId: 'c-2', subject: { claimId: 'c-1', statementId: own } }))
      .thenAdds(read({ claimId: 'c-2', subject: { claimId: 'c-1', statementId: own } })))

  it('has its date where the words stand in the revision that the statement was read from', () => {
    const revised = { documents: { 'bulletin-2031-02-14': [bulletin, 'Something else.'] } }
    const { sha256 } = describeText(bulletin)
    const from = event('StatementRecorded', { ...statementData(), documentSha256: sha256 })
    const on = (start: number) =>
      readClaim({ validOn: { verbatim: 'had been quiet', selector: { start, end: start + 14 } } })
    given(statement, [from], revised)
      .when(on(14))
      .thenAdds(event('ClaimRead', on(14).data))
    given(statement, [from], revised).when(on(15)).thenInvalid('#/validOn/selector')
  })
})

describe('withdrawing a claim', () => {
  it('is recorded once', () => {
    given(statement, [onRecord, read()], world).when(withdraw()).thenAdds(withdrawn)
    given(statement, [onRecord, read(), withdrawn], world).when(withdraw()).thenAlready(3)
    given(statement, [onRecord, read(), withdrawn], world)
      .when(withdraw('Another reason'))
      .thenRefused('already-recorded', { differences: ['#/reason'] })
  })

  it('must find the claim on record', () => {
    given(statement, [onRecord]).when(withdraw()).thenRefused('claim-not-recorded')
    given(statement, [onRecord]).when(withdraw('Misread', 'constructor')).thenRefused('claim-not-recorded')
    given(statement, []).when(withdraw()).thenRefused('statement-not-recorded')
  })
})

describe('a claim as it is shown', () => {
  it('has the words it was read from, the days of its date, and who recorded it when', () =>
    expect(statementView(folded(statement, [onRecord, read(whole)])).claims).toEqual([
      {
        ...read(whole).data,
        validOn: { verbatim: 'Wednesday', edtf: '2031-02-12/..', earliest: '2031-02-12', latest: null },
        evidence: { fragment: 1, start: 1, end: 25, text: 'The watch] has gone home', stands: true },
        version: 2,
        recordedAt: '2031-02-14T09:30:01.000Z',
        recordedBy: 'desk',
      },
    ]))

  it('comes in the order in which it was read, those withdrawn among them', () => {
    const view = statementView(
      folded(statement, [
        onRecord,
        read({ claimId: '2' }),
        read({ claimId: '1' }),
        withdrawn,
        event('ClaimWithdrawn', withdraw('Misread', '2').data),
      ]),
    )
    expect(view.claims.map(({ claimId }) => claimId)).toEqual(['2', '1'])
    expect(view.claims[0]?.withdrawn).toEqual({
      reason: 'Misread',
      version: 5,
      recordedAt: '2031-02-14T09:30:04.000Z',
      recordedBy: 'desk',
    })
    expect(view.claims[1]).not.toHaveProperty('withdrawn')
  })

  it.each([
    ['the words are others', '[The watch] has gone away', false],
    ['the words are cut off', '[The watch] has', false],
    ['only what follows changed', '[The watch] has gone home, all of it', true],
    ['the words moved', 'Then [The watch] has gone home', false],
  ])('says whether its words still stand where a correction came since: %s', (_, text, stands) => {
    const view = statementView(folded(statement, [onRecord, read(), rewritten(text)]))
    expect(view.claims[0]?.evidence).toEqual({
      ...readClaim().data.evidence,
      text: 'The watch] has gone home',
      stands,
    })
  })

  it('rests on the words as corrected before it was read', () => {
    const view = statementView(folded(statement, [onRecord, rewritten('The watch is gone, home or not'), read()]))
    expect(view.claims[0]?.evidence).toMatchObject({ text: 'he watch is gone, home o', stands: true })
  })
})
