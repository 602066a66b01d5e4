import { describe, it } from 'vitest'
import { describeText } from '#events/document/text.ts'
import { statement } from '#events/statement/kind.ts'
import { given } from '../../support/given.ts'
import { bare, bulletin, correctStatement, statementData } from './fixtures.ts'
import { corrected, onRecord, recorded, sha256, world } from './held.ts'

describe('correcting a statement', () => {
  it('replaces whole members and takes optional ones away', () => {
    const correction = correctStatement({ language: 'de', translation: null })
    given(statement, [onRecord], world).when(correction).thenAdds(corrected(correction.data))
  })

  it('must find it on record', () =>
    given(statement, [])
      .when(correctStatement({ language: 'de' }))
      .thenRefused('statement-not-recorded'))

  it('must change something', () => {
    given(statement, [onRecord], world)
      .when(correctStatement({ language: 'en' }))
      .thenRefused('nothing-to-correct')
    given(statement, [recorded(bare())])
      .when(correctStatement({ translation: null }))
      .thenRefused('nothing-to-correct')
    given(statement, [recorded(bare())])
      .when(correctStatement({ topics: null }))
      .thenRefused('nothing-to-correct')
  })

  it('adds nothing when told again, also after others', () => {
    const [german, none] = [correctStatement({ language: 'de' }), correctStatement({ language: null }, 'Not said')]
    given(statement, [onRecord, corrected(german.data), corrected(none.data)], world)
      .when(german)
      .thenAlready(2)
  })

  it('is meant again with another reason', () => {
    const [german, none] = [correctStatement({ language: 'de' }), correctStatement({ language: null }, 'Not said')]
    const again = correctStatement({ language: 'de' }, 'It was said after all')
    given(statement, [onRecord, corrected(german.data), corrected(none.data)], world)
      .when(again)
      .thenAdds(corrected(again.data))
  })

  it('changes nothing only against what stands now', () => {
    const german = correctStatement({ language: 'de' })
    given(statement, [onRecord, corrected(german.data)], world)
      .when(correctStatement({ language: 'de' }, 'Once more'))
      .thenRefused('nothing-to-correct')
  })

  it('refers only to what is on record', () =>
    given(statement, [onRecord], { ...world, absent: ['actor-ivo-brandt', 'mission-bridge-watch'] })
      .when(correctStatement({ speaker: { actorId: 'ivo-brandt' }, about: [{ missionId: 'bridge-watch' }] }))
      .thenInvalid('#/replaces/speaker/actorId', '#/replaces/about/0/missionId'))

  it('resolves its selectors in the revision that the statement was read from', () => {
    const revised = { documents: { 'bulletin-2031-02-14': [bulletin, 'Something else altogether.'] } }
    const right = correctStatement({
      speaker: { actorId: 'mira-kovan', mention: { text: 'she', selector: { start: 30, end: 33 } } },
    })
    const wrong = correctStatement({
      speaker: { actorId: 'mira-kovan', mention: { text: 'she', selector: { start: 31, end: 34 } } },
    })
    given(statement, [onRecord], revised).when(right).thenAdds(corrected(right.data))
    given(statement, [onRecord], revised).when(wrong).thenInvalid('#/replaces/speaker/mention/selector')
  })

  it('leaves alone what it does not replace', () => {
    const unheld = recorded(
      statementData({ fragments: [{ mode: 'indirect', text: 'Other words', selector: { start: 0, end: 9 } }] }),
    )
    const correction = correctStatement({ language: 'de' })
    given(statement, [unheld], world).when(correction).thenAdds(corrected(correction.data))
  })

  it('reads it in another document, in its latest revision', () => {
    const reprint = `Reprint. ${bulletin}`
    const documents = { ...world.documents, 'reprint-2031-02-15': ['An early draft.', reprint] }
    const correction = correctStatement({ documentId: 'reprint-2031-02-15' })
    const replaces = { documentId: 'reprint-2031-02-15', documentSha256: describeText(reprint).sha256 }
    given(statement, [recorded(bare({ documentSha256: sha256 }))], { documents })
      .when(correction)
      .thenAdds(corrected({ reason: correction.data.reason, replaces }))
    given(statement, [recorded(bare({ documentSha256: sha256 })), corrected({ ...correction.data, replaces })], {
      documents,
    })
      .when(correction)
      .thenAlready(2)
  })

  it('leaves no hash behind when the other document has none', () => {
    const correction = correctStatement({ documentId: 'letter-2031-02-15' })
    given(statement, [recorded(bare({ documentSha256: sha256 }))], world)
      .when(correction)
      .thenAdds(
        corrected({
          reason: correction.data.reason,
          replaces: { documentId: 'letter-2031-02-15', documentSha256: null },
        }),
      )
  })

  it('is refused where selectors it leaves do not resolve in the other document', () =>
    given(statement, [recorded(bare({ fragments: statementData().fragments.slice(0, 1), documentSha256: sha256 }))], {
      documents: { ...world.documents, 'reprint-2031-02-15': [`Reprint. ${bulletin}`] },
    })
      .when(correctStatement({ documentId: 'reprint-2031-02-15' }))
      .thenInvalid('#/replaces', '#/replaces'))

  it('may name another revision of the same document, if there is one', () => {
    const documents = { 'bulletin-2031-02-14': [bulletin, `${bulletin} (Updated.)`] }
    const newer = correctStatement({ documentSha256: describeText(`${bulletin} (Updated.)`).sha256 })
    given(statement, [onRecord], { documents }).when(newer).thenAdds(corrected(newer.data))
    given(statement, [onRecord], { documents })
      .when(correctStatement({ documentSha256: 'b'.repeat(64) }))
      .thenInvalid('#/replaces/documentSha256')
  })
})
