import { describe, expect, it } from 'vitest'
import { describeText } from '#events/document/text.ts'
import { RecordPhase } from '#events/mission/commands.ts'
import { mission } from '#events/mission/kind.ts'
import { InvalidInput } from '#events/refusal.ts'
import { parseBody } from '#events/validate.ts'
import { given } from '../../support/given.ts'
import { open, opened, phase, reported } from './fixtures.ts'

const text = 'The watch went out on 1 February and came home in March.'
const { sha256 } = describeText(text)
const bulletin = { documents: { bulletin: [text] } }

describe('opening a mission', () => {
  it('keeps what is said of it, and the revision of the evidence it was read from', () => {
    const said = {
      names: ['Harbour Watch', 'Hafenwacht'],
      hosts: ['ostmark'],
      purpose: 'To watch over the harbour',
      limit: 'Not beyond the breakwater',
      context: {
        text: 'after the storm',
        on: { verbatim: '1 February', selector: { start: 22, end: 32 }, edtf: '2031-02-01' },
      },
      assertedBy: 'bulletin',
    }
    given(mission, [], bulletin)
      .when(open({ ...said, evidence: [{ documentId: 'bulletin' }, { statementId: 's-1' }] }))
      .thenAdds(
        opened({ ...said, evidence: [{ documentId: 'bulletin', documentSha256: sha256 }, { statementId: 's-1' }] }),
      )
  })

  it('adds nothing when told the same again, and says where it is told differently', () => {
    const before = [opened({ evidence: [{ documentId: 'bulletin', documentSha256: sha256 }] })]
    given(mission, before, bulletin)
      .when(open({ evidence: [{ documentId: 'bulletin' }] }))
      .thenAlready(1)
    given(mission, before, bulletin)
      .when(open({ hosts: ['ostmark'], evidence: [{ documentId: 'bulletin' }] }))
      .thenRefused('already-recorded', { differences: ['#/hosts'] })
  })

  it('refers only to what is on record', () =>
    given(mission, [], {
      absent: ['actor-coastal-league', 'actor-ostmark', 'actor-bulletin', 'document-bulletin', 'statement-s-1'],
    })
      .when(
        open({
          hosts: ['ostmark'],
          assertedBy: 'bulletin',
          evidence: [{ documentId: 'bulletin' }, { statementId: 's-1' }],
        }),
      )
      .thenInvalid(
        '#/organization',
        '#/hosts/0',
        '#/assertedBy',
        '#/evidence/0/documentId',
        '#/evidence/1/statementId',
      ))
})

describe('reporting a phase', () => {
  it('keeps the report', () => {
    const said = {
      since: { edtf: '2031-02-01' },
      until: { edtf: '2031-03~' },
      by: 'coastal-league',
      basis: 'the article',
    }
    given(mission, [opened()]).when(phase('b-1', said)).thenAdds(reported('b-1', said))
  })

  it('must find the mission opened', () => given(mission, []).when(phase('b-1')).thenRefused('mission-not-opened'))

  it('records phases out of order and in contradiction', () => {
    const before = [opened(), reported('b-1', { phase: 'withdrawn', since: { edtf: '2031-01' } })]
    given(mission, before)
      .when(phase('b-2', { phase: 'deployed', since: { edtf: '2031-05' } }))
      .thenAdds(reported('b-2', { phase: 'deployed', since: { edtf: '2031-05' } }))
    given(mission, before)
      .when(phase('w-1', { phase: 'withdrawn', since: { edtf: '2030' }, assertedBy: 'harbour-wire' }))
      .thenAdds(reported('w-1', { phase: 'withdrawn', since: { edtf: '2030' }, assertedBy: 'harbour-wire' }))
  })

  it('adds nothing when told the same again, and says where it is told differently', () => {
    const before = [opened(), reported('b-1'), reported('constructor')]
    given(mission, before).when(phase('b-1')).thenAlready(2)
    given(mission, before).when(phase('constructor')).thenAlready(3)
    given(mission, before)
      .when(phase('b-1', { phase: 'withdrawn', since: { edtf: '2031' } }))
      .thenRefused('already-recorded', { differences: ['#/phase', '#/since'] })
  })

  it('does not begin certainly after it ends', () => {
    const body = (since: string, until: string) => () =>
      parseBody(RecordPhase, { ...phase('b-1').data, since: { edtf: since }, until: { edtf: until } })
    expect(body('2031-03', '2031-02')).toThrow(InvalidInput)
    expect(body('2031-03', '2031-02')).toThrow(/#\/since: .*#\/until: /)
    for (const [since, until] of [
      ['2031-02-28', '2031-02'],
      ['2031', '2031-01'],
      ['2031-03/..', '2031-03-01'],
      ['../2031', '2030'],
    ] as const) {
      expect(body(since, until)).not.toThrow()
    }
  })

  it('refers only to what is on record', () =>
    given(mission, [opened()], { absent: ['actor-coastal-league', 'actor-bulletin', 'document-letter'] })
      .when(phase('b-1', { by: 'coastal-league', evidence: [{ documentId: 'letter' }] }))
      .thenInvalid('#/by', '#/assertedBy', '#/evidence/0/documentId'))
})

describe('evidence', () => {
  const resting = (evidence: object[], since?: object, documents = bulletin.documents) =>
    given(mission, [opened()], { documents }).when(phase('b-1', { evidence, ...(since ? { since } : {}) }))

  it('stands where its selector says', () => {
    const evidence = (start: number, end: number) => [
      { documentId: 'bulletin', selector: { start, end, exact: 'came home' } },
    ]
    resting(evidence(37, 46)).thenAdds(
      reported('b-1', { evidence: [{ ...evidence(37, 46)[0], documentSha256: sha256 }] }),
    )
    resting(evidence(36, 45)).thenInvalid('#/evidence/0/selector')
    resting(evidence(900, 909)).thenInvalid('#/evidence/0/selector')
  })

  it('is read from a revision that there is', () =>
    resting([{ documentId: 'bulletin', documentSha256: 'c'.repeat(64) }]).thenInvalid('#/evidence/0/documentSha256'))

  it('holds the words of a date: in one of its documents, unless one cannot be looked into', () => {
    const since = { verbatim: '1 February', selector: { start: 20, end: 30 } }
    resting([{ documentId: 'bulletin' }], since).thenInvalid('#/since/selector')
    resting([{ documentId: 'bulletin' }, { documentId: 'unheard' }], since).thenAdds(
      reported('b-1', {
        since,
        evidence: [{ documentId: 'bulletin', documentSha256: sha256 }, { documentId: 'unheard' }],
      }),
    )
    const second = `A second source. 123${text.slice(22)}`
    resting([{ documentId: 'bulletin' }, { documentId: 'second' }], since, {
      ...bulletin.documents,
      second: [second],
    } as typeof bulletin.documents).thenAdds(
      reported('b-1', {
        since,
        evidence: [
          { documentId: 'bulletin', documentSha256: sha256 },
          { documentId: 'second', documentSha256: describeText(second).sha256 },
        ],
      }),
    )
  })
})
