import { describe, expect, it } from 'vitest'
import { CorrectMembership, RecordMembership, RegisterActor } from '#events/actor/commands.ts'
import { actor } from '#events/actor/kind.ts'
import { actorView } from '#events/actor/view.ts'
import { describeText } from '#events/document/text.ts'
import { parseBody } from '#events/validate.ts'
import { folded, given } from '../../support/given.ts'

const register = (changes: object = {}) =>
  ({
    type: 'RegisterActor',
    data: { actorId: 'mira-kovan', ...parseBody(RegisterActor, { kind: 'person', name: 'Mira Kovan', ...changes }) },
  }) as const
const registered = (changes: object = {}) => ({ type: 'ActorRegistered', data: register(changes).data }) as const

describe('registering an actor', () => {
  it('keeps who it is', () => {
    const names = { names: ['M. Kovan', 'Мира Кован'], sameAs: ['https://www.wikidata.example/entity/Q0'] }
    given(actor, []).when(register(names)).thenAdds(registered(names))
  })

  it.each(['person', 'organization', 'state', 'collective', 'unnamed'])('may be of a %s', (kind) =>
    given(actor, []).when(register({ kind })).thenAdds(registered({ kind })),
  )

  it('adds nothing when told the same again, and says where it is told differently', () => {
    given(actor, [registered()])
      .when(register({ names: [] }))
      .thenAlready(1)
    given(actor, [registered()])
      .when(register({ kind: 'unnamed', names: ['M. Kovan'] }))
      .thenRefused('already-recorded', { differences: ['#/kind', '#/names'] })
  })

  it('is shown as it was registered', () =>
    expect(actorView(folded(actor, [registered()]))).toEqual({
      ...registered().data,
      version: 1,
      recordedAt: '2031-02-14T09:30:00.000Z',
      recordedBy: 'desk',
      revised: false,
      memberships: [],
    }))
})

describe('revising an actor', () => {
  const revise = (from: number, changes: object = {}) => {
    const { actorId: _, ...data } = register(changes).data
    return { type: 'ReviseActor', data: { ...data, from } } as const
  }
  const revised = (changes: object = {}) => {
    const { from: _, ...data } = revise(1, changes).data
    return { type: 'ActorRevised', data } as const
  }
  const married = { name: 'Mira Kovan-Brandt', names: ['Mira Kovan'] }

  it('keeps who it is, anew and whole', () => {
    given(actor, [registered()]).when(revise(1, married)).thenAdds(revised(married))
    const view = actorView(folded(actor, [registered(), revised(married)]))
    expect(view).toMatchObject({ ...married, version: 2, revised: true, recordedAt: '2031-02-14T09:30:00.000Z' })
  })

  it('is known by the version it was made from, whatever came since', () => {
    const history = [registered(), revised(married), revised({ kind: 'unnamed' })]
    given(actor, history).when(revise(1, married)).thenAlready(2)
    given(actor, history)
      .when(revise(2, { kind: 'unnamed' }))
      .thenAlready(3)
  })

  it('is refused from a version that is not the present one', () => {
    const history = [registered(), revised(married), revised({ kind: 'unnamed' })]
    given(actor, history).when(revise(2, married)).thenRefused('version-conflict', { expected: 2, actual: 3 })
    given(actor, history)
      .when(revise(1, { kind: 'unnamed' }))
      .thenRefused('version-conflict')
    given(actor, history).when(revise(4, married)).thenRefused('version-conflict')
    given(actor, []).when(revise(1)).thenRefused('version-conflict', { expected: 1, actual: 0 })
  })

  it('adds nothing where that is who it is', () => {
    given(actor, [registered()]).when(revise(1)).thenAlready(1)
    given(actor, [registered(), revised(married), undone])
      .when(revise(3, married))
      .thenAlready(2)
  })

  it('may go back to what was registered, while that told again without a version is on record', () => {
    given(actor, [registered(), revised(married)])
      .when(revise(2))
      .thenAdds(revised())
    given(actor, [registered(), revised(married)])
      .when(register())
      .thenAlready(1)
  })
})

const text = 'She was deputy minister from 1 March to 9 June.'
const bulletin = { documents: { bulletin: [text] } }
const { sha256 } = describeText(text)
const membership = (changes: object = {}) =>
  ({
    type: 'RecordMembership',
    data: parseBody(RecordMembership, { membershipId: 'deputy', role: 'Deputy Minister', ...changes }),
  }) as const
const held = (changes: object = {}) => ({ type: 'MembershipRecorded', data: membership(changes).data }) as const
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

const merge = (into: string, reason = 'one and the same') => ({ type: 'MergeActor', data: { into, reason } }) as const
const merged = (into: string, reason?: string) => ({ type: 'ActorsMerged', data: merge(into, reason).data }) as const
const undo = (reason = 'two after all') => ({ type: 'UndoMerge', data: { reason } }) as const
const undone = { type: 'MergeUndone', data: undo().data } as const

describe('merging an actor into another', () => {
  it('leads to the other, and back when it is undone', () => {
    given(actor, [registered()]).when(merge('m-kovan')).thenAdds(merged('m-kovan'))
    expect(actorView(folded(actor, [registered(), merged('m-kovan')]))).toMatchObject({ mergedInto: 'm-kovan' })
    given(actor, [registered(), merged('m-kovan')])
      .when(undo())
      .thenAdds(undone)
    expect(actorView(folded(actor, [registered(), merged('m-kovan'), undone]))).not.toHaveProperty('mergedInto')
  })

  it('is refused into itself, and into nobody', () => {
    given(actor, [registered()]).when(merge('mira-kovan')).thenInvalid('#/into')
    given(actor, [registered()], { absent: ['actor-m-kovan'] })
      .when(merge('m-kovan'))
      .thenInvalid('#/into')
    given(actor, []).when(merge('m-kovan')).thenRefused('actor-not-registered')
  })

  it('is into one at a time', () => {
    const history = [registered(), merged('m-kovan')]
    given(actor, history).when(merge('m-kovan')).thenAlready(2)
    given(actor, history).when(merge('ilse')).thenRefused('actor-merged', { into: 'm-kovan' })
    given(actor, history).when(merge('m-kovan', 'for sure')).thenRefused('actor-merged')
    given(actor, [...history, undone])
      .when(merge('ilse'))
      .thenAdds(merged('ilse'))
  })

  it('is undone once, and meant again only for another reason', () => {
    const history = [registered(), merged('m-kovan'), undone]
    given(actor, [registered()]).when(undo()).thenRefused('actor-not-merged')
    given(actor, history).when(undo()).thenAlready(3)
    given(actor, history).when(undo('yet again')).thenRefused('actor-not-merged')
    given(actor, history).when(merge('m-kovan')).thenAlready(2)
    given(actor, history)
      .when(merge('m-kovan', 'the desk found proof'))
      .thenAdds(merged('m-kovan', 'the desk found proof'))
  })

  it('rewrites nothing: what is told of it is still recorded', () =>
    given(actor, [registered(), merged('m-kovan')])
      .when(membership())
      .thenAdds(held()))
})
