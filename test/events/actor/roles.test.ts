import { describe, expect, it } from 'vitest'
import { CorrectMembership } from '#events/actor/commands.ts'
import { actor } from '#events/actor/kind.ts'
import { actorView } from '#events/actor/view.ts'
import { describeText } from '#events/document/text.ts'
import { parseBody } from '#events/validate.ts'
import { folded, given } from '../../support/given.ts'
import { bulletin, held, membership, registered, sha256 } from './fixtures.ts'

const correct = (replaces: object, reason = 'Misread') =>
  ({
    type: 'CorrectMembership',
    data: { membershipId: 'deputy', ...parseBody(CorrectMembership, { reason, replaces }) },
  }) as const
const heldOtherwise = (replaces: object, reason = 'Misread') =>
  ({ type: 'MembershipCorrected', data: correct(replaces, reason).data }) as const
const from = (edtf: string) => ({ start: { edtf } })

describe('recording a role', () => {
  it('keeps since when, until when, and by what evidence', () => {
    const said = {
      organization: 'ministry-of-transport',
      onBehalfOf: 'ostmark',
      heldOn: { edtf: '2031-04-02' },
      start: { verbatim: '1 March', selector: { start: 29, end: 36 }, edtf: '2031-03-01' },
      end: { edtf: '2031-06-09' },
      basis: 'the article says so',
    }
    given(actor, [registered()], bulletin)
      .when(membership({ ...said, evidence: [{ documentId: 'bulletin' }] }))
      .thenAdds(held({ ...said, evidence: [{ documentId: 'bulletin', documentSha256: sha256 }] }))
  })

  it('needs the actor to be on record', () => given(actor, []).when(membership()).thenRefused('actor-not-registered'))

  it('adds nothing when told the same again, and says where it is told differently', () => {
    const history = [registered(), held({ evidence: [{ documentId: 'bulletin', documentSha256: sha256 }] })]
    given(actor, history, bulletin)
      .when(membership({ evidence: [{ documentId: 'bulletin' }] }))
      .thenAlready(2)
    given(actor, history, bulletin)
      .when(membership({ role: 'Minister', evidence: [{ documentId: 'bulletin' }] }))
      .thenRefused('already-recorded', { differences: ['#/role'] })
    given(actor, [registered()])
      .when(membership({ membershipId: 'constructor' }))
      .thenAdds(held({ membershipId: 'constructor' }))
  })

  it('does not certainly begin after it ends', () => {
    const roles = (start: string, end: string) => () => membership({ start: { edtf: start }, end: { edtf: end } })
    expect(roles('2031-06-10', '2031-06-09')).toThrow(/#\/start: .*#\/end: /)
    expect(roles('2031-06', '2031-06-09')).not.toThrow()
  })

  it('refers only to what is on record, and is read where its words stand', () => {
    given(actor, [registered()], { absent: ['actor-ministry', 'actor-ostmark', 'statement-s-1'] })
      .when(membership({ organization: 'ministry', onBehalfOf: 'ostmark', evidence: [{ statementId: 's-1' }] }))
      .thenInvalid('#/organization', '#/onBehalfOf', '#/evidence/0/statementId')
    given(actor, [registered()], bulletin)
      .when(
        membership({
          end: { verbatim: '9 June', selector: { start: 0, end: 6 } },
          evidence: [{ documentId: 'bulletin', selector: { start: 0, end: 900 } }],
        }),
      )
      .thenInvalid('#/evidence/0/selector', '#/end/selector')
  })
})

describe('correcting a role', () => {
  const history = [registered(), held({ ...from('2031-03-01'), end: { edtf: '2031-06' }, basis: 'a guess' })]

  it('replaces what it names and takes away what it says null of', () => {
    const replaces = { role: 'Minister', basis: null, ...from('2031-03-02') }
    given(actor, history).when(correct(replaces)).thenAdds(heldOtherwise(replaces))
    const [role] = actorView(folded(actor, [...history, heldOtherwise(replaces)])).memberships
    expect(role).toEqual({
      membershipId: 'deputy',
      role: 'Minister',
      start: { edtf: '2031-03-02', earliest: '2031-03-02', latest: '2031-03-02' },
      end: { edtf: '2031-06', earliest: '2031-06-01', latest: '2031-06-30' },
      evidence: [],
      version: 2,
      recordedAt: '2031-02-14T09:30:01.000Z',
      recordedBy: 'desk',
      corrected: true,
    })
  })

  it('adds nothing when told again, nor lets the role be corrected to what it is', () => {
    const told = [...history, heldOtherwise({ role: 'Minister' }), heldOtherwise({ role: 'Envoy' })]
    given(actor, told)
      .when(correct({ role: 'Minister' }))
      .thenAlready(3)
    given(actor, told)
      .when(correct({ role: 'Envoy' }, 'Anew'))
      .thenRefused('nothing-to-correct')
    given(actor, told)
      .when(correct({ evidence: null }, 'Anew'))
      .thenRefused('nothing-to-correct')
    given(actor, told)
      .when(correct({ role: 'Minister' }, 'Anew'))
      .thenAdds(heldOtherwise({ role: 'Minister' }, 'Anew'))
  })

  it('cannot make it begin after its end, as that was recorded', () => {
    given(actor, history)
      .when(correct(from('2031-07')))
      .thenInvalid('#/replaces/start')
    given(actor, history)
      .when(correct({ end: { edtf: '2030' } }))
      .thenInvalid('#/replaces/end')
    given(actor, history)
      .when(correct({ ...from('2032'), end: null }))
      .thenAdds(heldOtherwise({ ...from('2032'), end: null }))
  })

  it('is of a role on record', () =>
    given(actor, [registered()])
      .when(correct({ role: 'Minister' }))
      .thenRefused('membership-not-recorded'))

  it('refers only to what is on record', () =>
    given(actor, history, { absent: ['actor-ministry', 'document-letter'] })
      .when(correct({ organization: 'ministry', evidence: [{ documentId: 'letter' }] }))
      .thenInvalid('#/replaces/organization', '#/replaces/evidence/0/documentId'))

  it('looks for the words of its dates in the evidence, also of those that it leaves as they are', () => {
    const start = { verbatim: '1 March', selector: { start: 29, end: 36 } }
    const read = [registered(), held({ start, evidence: [{ documentId: 'bulletin', documentSha256: sha256 }] })]
    const world = { documents: { ...bulletin.documents, letter: ['Nothing of that.'] } }
    given(actor, read, world)
      .when(correct({ end: { verbatim: '9 June', selector: { start: 1, end: 7 } } }))
      .thenInvalid('#/replaces/end/selector')
    given(actor, read, world)
      .when(correct({ evidence: [{ documentId: 'letter' }] }))
      .thenInvalid('#/replaces')
    const letter = { documentId: 'letter', documentSha256: describeText('Nothing of that.').sha256 }
    given(actor, read, world)
      .when(correct({ start: null, evidence: [{ documentId: 'letter' }] }))
      .thenAdds(heldOtherwise({ start: null, evidence: [letter] }))
    given(actor, [...read, heldOtherwise({ start: null, evidence: [letter] })], world)
      .when(correct({ start: null, evidence: [{ documentId: 'letter' }] }))
      .thenAlready(3)
  })
})

it('shows roles over time, in whatever order they were recorded', () => {
  const roles = [
    held({ membershipId: '2', ...from('2031-03') }),
    held({ membershipId: '1', heldOn: { edtf: '2031-01' } }),
    held({ membershipId: 'member' }),
    held({ membershipId: '0' }),
  ]
  const { memberships } = actorView(folded(actor, [registered(), ...roles]))
  expect(memberships.map(({ membershipId }) => membershipId)).toEqual(['member', '0', '1', '2'])
})
