import { describe, expect, it } from 'vitest'
import { describeText } from '#events/document/text.ts'
import { InvalidInput } from '#events/refusal.ts'
import type { StatementRecorded } from '#events/statement/events.ts'
import { statement } from '#events/statement/kind.ts'
import { decideOn, folded, given } from '../../support/given.ts'
import { bare, bulletin, recordStatement, statementData } from './fixtures.ts'
import { corrected, onRecord, recorded, sha256, world } from './held.ts'

describe('recording a statement', () => {
  it('keeps every detail, and the revision of the document it was read from', () =>
    given(statement, [], world).when(recordStatement()).thenAdds(onRecord))

  it('needs only a document, a speaker and one fragment', () =>
    given(statement, []).when(recordStatement(bare())).thenAdds(recorded(bare())))

  it('names no revision of a document that has no hash', () => {
    const { events } = decideOn(statement, folded(statement, []), recordStatement(bare()))
    expect(events[0]?.data).not.toHaveProperty('documentSha256')
  })

  it('takes the latest revision, unless an earlier one is named', () => {
    const revised = { documents: { 'bulletin-2031-02-14': [bulletin, 'It was corrected since.'] } }
    const latest = describeText('It was corrected since.').sha256
    given(statement, [], revised)
      .when(recordStatement(bare()))
      .thenAdds(recorded(bare({ documentSha256: latest })))
    given(statement, [], revised)
      .when(recordStatement(bare({ documentSha256: sha256 })))
      .thenAdds(recorded(bare({ documentSha256: sha256 })))
  })

  it('refuses a hash that is no revision of the document', () =>
    given(statement, [], world)
      .when(recordStatement(bare({ documentSha256: 'a'.repeat(64) })))
      .thenInvalid('#/documentSha256'))

  it('adds nothing when told the same again', () =>
    given(statement, [onRecord], world).when(recordStatement()).thenAlready(1))

  it('knows it again when the request names the revision that was filled in', () =>
    given(statement, [onRecord], world)
      .when(recordStatement(statementData({ documentSha256: sha256 })))
      .thenAlready(1))

  it('knows it again after the document was revised and the statement corrected', () => {
    const revised = { documents: { 'bulletin-2031-02-14': [bulletin, 'Another text.'] } }
    const correction = corrected({ reason: 'Misheard', replaces: { language: 'de' } })
    given(statement, [onRecord, correction], revised).when(recordStatement()).thenAlready(1)
  })

  it('says where it is told differently', () =>
    given(statement, [onRecord], world)
      .when(recordStatement(statementData({ language: 'de', topics: ['organization-ties', 'harbours'] })))
      .thenRefused('already-recorded', { differences: ['#/language', '#/topics'] }))

  it('is told differently if it is told as it was corrected', () =>
    given(statement, [onRecord, corrected({ reason: 'Misheard', replaces: { language: 'de' } })], world)
      .when(recordStatement(statementData({ language: 'de' })))
      .thenRefused('already-recorded', { differences: ['#/language'] }))

  it('names a shifted selector also when the statement is on record', () => {
    const [first, second] = statementData().fragments
    const shifted = { ...first, selector: { start: 3, end: 29 } }
    given(statement, [onRecord], world)
      .when(recordStatement(statementData({ fragments: [shifted, second] })))
      .thenInvalid('#/fragments/0/selector')
  })

  it('names every field that refers to what is not on record', () =>
    given(statement, [], {
      absent: [
        'document-bulletin-2031-02-14',
        'actor-mira-kovan',
        'actor-ministry-of-transport',
        'actor-ostmark',
        'actor-ostmark-forum',
        'actor-harbour-wire',
        'actor-bulletin',
        'mission-harbour-watch',
      ],
    })
      .when(recordStatement())
      .thenInvalid(
        '#/documentId',
        '#/speaker/actorId',
        '#/speaker/organization',
        '#/speaker/onBehalfOf',
        '#/occasion/host',
        '#/chain/0/by',
        '#/chain/1/by',
        '#/chain/3/by',
        '#/chain/3/documentId',
        '#/about/0/missionId',
      ))

  it('refers to actors, missions and statements that it is about', () =>
    given(statement, [], { absent: ['actor-ostmark', 'statement-s-other'] })
      .when(recordStatement(bare({ about: [{ actorId: 'ostmark' }, { claimId: 'c-1', statementId: 's-other' }] })))
      .thenInvalid('#/about/0/actorId', '#/about/1/statementId'))

  it('refers to at most 90 different streams', () => {
    const about = Array.from({ length: 50 }, (_, n) => ({ actorId: `actor-${n}` }))
    const chain = (hands: number) => Array.from({ length: hands }, (_, n) => ({ step: 'report', by: `hand-${n}` }))
    given(statement, [])
      .when(recordStatement(bare({ about, chain: chain(38) })))
      .thenAdds(recorded(bare({ about, chain: chain(38) })))
    expect(() =>
      statement.references(recordStatement(bare({ about, chain: chain(39) })), statement.fold.initial()),
    ).toThrow(InvalidInput)
  })

  it('asks for the text only where selectors are to be resolved', () => {
    const asked = (data: StatementRecorded) =>
      statement.references(recordStatement(data), statement.fold.initial()).map(({ text }) => text)[0]
    expect(asked(bare())).toBeUndefined()
    expect(asked(statementData())).toBe('latest')
    expect(asked(statementData({ documentSha256: sha256 }))).toBe(sha256)
  })
})

describe('selectors of a statement', () => {
  const placed = (changes: object) => given(statement, [], world).when(recordStatement(bare(changes)))
  const text = 'The harbour had been quiet'

  it('resolve to the words in code points, where the text is held', () =>
    placed({ fragments: [{ mode: 'indirect', text, selector: { start: 1, end: 27 } }] }).thenInvalid(
      '#/fragments/0/selector',
    ))

  it('are hinted at where the words stand exactly once', () => {
    const data = bare({ fragments: [{ mode: 'indirect', text, selector: { start: 3, end: 29 } }] })
    expect(() => decideOn(statement, folded(statement, []), recordStatement(data), world)).toThrow(
      'they stand from 2 to 28',
    )
  })

  it('never give away what the text reads', () => {
    const data = bare({
      fragments: [{ mode: 'direct', text: 'Nothing of the kind', selector: { start: 41, end: 60 } }],
    })
    expect(() => decideOn(statement, folded(statement, []), recordStatement(data), world)).toThrow(
      /^((?!watch|gone|home).)*$/,
    )
  })

  it('must not reach beyond the text', () =>
    placed({ fragments: [{ mode: 'indirect', text, selector: { start: 80, end: 106 } }] }).thenInvalid(
      '#/fragments/0/selector',
    ))

  it('must not reach beyond a text of which only the length is known', () =>
    given(statement, [], { documents: { 'bulletin-2031-02-14': [{ codePoints: 40 }] } })
      .when(recordStatement(bare({ fragments: [{ mode: 'indirect', text, selector: { start: 20, end: 46 } }] })))
      .thenInvalid('#/fragments/0/selector'))

  it('are taken as they are where nothing is known of the text', () => {
    const data = bare({ fragments: [{ mode: 'indirect', text, selector: { start: 900, end: 926 } }] })
    given(statement, []).when(recordStatement(data)).thenAdds(recorded(data))
  })

  it('are checked against what stands before and after', () =>
    placed({
      fragments: [{ mode: 'indirect', text, selector: { start: 2, end: 28, prefix: 'A ', suffix: ', he said' } }],
    }).thenInvalid('#/fragments/0/selector/prefix', '#/fragments/0/selector/suffix'))

  it('give the same words as the span they stand in, also where no text is held', () =>
    given(statement, [])
      .when(
        recordStatement(
          bare({ fragments: [{ mode: 'indirect', text, selector: { start: 2, end: 28, exact: 'Other' } }] }),
        ),
      )
      .thenInvalid('#/fragments/0/selector/exact'))

  it('stand in every span: the mention, the date, the host, the cue', () =>
    placed({
      speaker: { actorId: 'mira-kovan', mention: { text: 'she', selector: { start: 0, end: 3 } } },
      saidOn: { verbatim: 'Wednesday', selector: { start: 0, end: 9 } },
      occasion: { hostMention: { text: 'the forum', selector: { start: 0, end: 9 } } },
      fragments: [{ mode: 'indirect', text, cue: { text: 'said', selector: { start: 0, end: 4 } } }],
    }).thenInvalid(
      '#/speaker/mention/selector',
      '#/saidOn/selector',
      '#/occasion/hostMention/selector',
      '#/fragments/0/cue/selector',
    ))

  it('may point into a recording', () => {
    const data = bare({ fragments: [{ mode: 'direct', text, selector: { media: 't=120,135.5' } }] })
    given(statement, [], world)
      .when(recordStatement(data))
      .thenAdds(recorded({ ...data, documentSha256: sha256 }))
  })
})
