import { describe, expect, it } from 'vitest'
import { describeText } from '#events/document/text.ts'
import { statementId } from '#events/statement/id.ts'
import { statement } from '#events/statement/kind.ts'
import { statementView } from '#events/statement/view.ts'
import { folded, given } from '../../support/given.ts'
import {
  addSource,
  addTranslation,
  bulletin,
  correctStatement,
  event,
  onRecord,
  reprint,
  statementData,
} from './fixtures.ts'

const { sha256 } = describeText(reprint)
const world = { documents: { 'bulletin-2031-02-14': [bulletin], 'reprint-2031-02-15': ['A draft.', reprint] } }
const at = (version: number) => ({ version, recordedAt: `2031-02-14T09:30:0${version - 1}.000Z`, recordedBy: 'desk' })
const correctedTo = (...texts: string[]) =>
  event(
    'StatementCorrected',
    correctStatement({ fragments: texts.map((text) => ({ mode: 'direct', text }) as const) }).data,
  )

describe('adding a translation', () => {
  const added = (changes: object = {}) => event('TranslationAdded', addTranslation(changes).data)
  const whole = { by: 'harbour-wire', certainty: 'probable', basis: 'Printed beside it' }

  it('is of some fragments or of all', () => {
    given(statement, [onRecord]).when(addTranslation(whole)).thenAdds(added(whole))
    given(statement, []).when(addTranslation()).thenRefused('statement-not-recorded')
  })

  it('adds nothing when told again, and says where it is told differently', () => {
    const events = [onRecord, added(), correctedTo('Quiet')]
    given(statement, events).when(addTranslation()).thenAlready(2)
    given(statement, [onRecord, added()])
      .when(addTranslation({ language: 'ru' }))
      .thenRefused('already-recorded', { differences: ['#/language'] })
  })

  it('is of fragments that are there, as the statement now stands, and of none twice', () => {
    const of = (...indices: number[]) => ({ fragments: indices.map((fragment) => ({ fragment, text: 'Ruhig' })) })
    given(statement, [onRecord])
      .when(addTranslation(of(1, 0)))
      .thenAdds(added(of(1, 0)))
    given(statement, [onRecord, correctedTo('Quiet')])
      .when(addTranslation(of(0, 1)))
      .thenInvalid('#/fragments/1/fragment')
    expect(() => addTranslation(of(1, 0, 1))).toThrow('#/fragments/2/fragment: is translated twice')
    expect(() => addTranslation(of())).toThrow('#/fragments')
  })

  it('is by an actor on record', () =>
    given(statement, [onRecord], { absent: ['actor-harbour-wire'] })
      .when(addTranslation(whole))
      .thenInvalid('#/by'))

  it('is shown in the order in which it came, saying what a correction since left of it', () => {
    const both = { fragments: [0, 1].map((fragment) => ({ fragment, text: 'Ruhig' })) }
    const events = [
      onRecord,
      added({ ...both, translationId: '2' }),
      correctedTo(statementData().fragments[0]?.text ?? '', 'Gone'),
      added({ ...both, translationId: '1' }),
    ]
    expect(statementView(folded(statement, events)).translations).toEqual([
      {
        translationId: '2',
        language: 'de',
        fragments: [
          { fragment: 0, text: 'Ruhig', stands: true },
          { fragment: 1, text: 'Ruhig', stands: false },
        ],
        ...at(2),
      },
      {
        translationId: '1',
        language: 'de',
        fragments: [
          { fragment: 0, text: 'Ruhig', stands: true },
          { fragment: 1, text: 'Ruhig', stands: true },
        ],
        ...at(4),
      },
    ])
  })
})

describe('adding a source', () => {
  const added = (changes: object = {}) => event('SourceAdded', addSource(changes).data)
  const read = { documentSha256: sha256 }

  it('keeps the revision that it was read from', () => {
    given(statement, [onRecord], world).when(addSource()).thenAdds(added(read))
    given(statement, [onRecord])
      .when({ type: 'AddSource', data: { documentId: 'reprint-2031-02-15', fragments: [] } })
      .thenAdds(event('SourceAdded', { documentId: 'reprint-2031-02-15', fragments: [] }))
    given(statement, []).when(addSource()).thenRefused('statement-not-recorded')
  })

  it('adds nothing when told again, with or without the revision that was filled in', () => {
    given(statement, [onRecord, added(read)], world)
      .when(addSource())
      .thenAlready(2)
    given(statement, [onRecord, added(read)], world)
      .when(addSource(read))
      .thenAlready(2)
    given(statement, [onRecord, added(read)], world)
      .when(addSource({ relation: 'copy-of' }))
      .thenAdds(added({ ...read, relation: 'copy-of' }))
  })

  it('has its words where they stand in that document', () => {
    const placed = (start: number, documentSha256: string) =>
      given(statement, [onRecord], world).when(
        addSource({
          documentSha256,
          fragments: [{ text: 'Der Hafen' }, { text: 'Der Hafen', selector: { start, end: start + 9 } }],
        }),
      )
    placed(8, sha256).thenInvalid('#/fragments/1/selector')
    placed(9, describeText('A draft.').sha256).thenInvalid('#/fragments/1/selector')
    placed(9, 'a'.repeat(64)).thenInvalid('#/documentSha256')
  })

  it('is another document, on record, than the one the statement is read from', () => {
    given(statement, [onRecord], { absent: ['document-reprint-2031-02-15'] })
      .when(addSource())
      .thenInvalid('#/documentId')
    given(statement, [onRecord])
      .when(addSource({ documentId: 'bulletin-2031-02-14' }))
      .thenInvalid('#/documentId')
    const moved = event('StatementCorrected', correctStatement({ documentId: 'reprint-2031-02-15' }).data)
    given(statement, [onRecord, moved]).when(addSource()).thenInvalid('#/documentId')
    given(statement, [onRecord, added(), moved]).when(addSource()).thenAlready(2)
  })

  it('is shown with its words', () =>
    expect(statementView(folded(statement, [onRecord, added(read)])).sources).toEqual([
      { ...added(read).data, ...at(2) },
    ]))
})

describe('linking a statement', () => {
  const link = (statementId = 's-other', relation: 'repeats' | 'contradicts' = 'repeats') =>
    ({ type: 'LinkStatement', data: { relation, statementId } }) as const
  const linked = (...args: Parameters<typeof link>) => event('StatementLinked', link(...args).data)

  it('is recorded once for each relation', () => {
    given(statement, [onRecord]).when(link()).thenAdds(linked())
    given(statement, [onRecord, linked()]).when(link()).thenAlready(2)
    given(statement, [onRecord, linked()])
      .when(link('s-other', 'contradicts'))
      .thenAdds(linked('s-other', 'contradicts'))
    given(statement, []).when(link()).thenRefused('statement-not-recorded')
  })

  it('is with another statement, on record', () => {
    given(statement, [onRecord], { absent: ['statement-s-other'] })
      .when(link())
      .thenInvalid('#/statementId')
    const moved = event('StatementCorrected', correctStatement({ speaker: { actorId: 'ivo-brandt' } }).data)
    given(statement, [onRecord, moved])
      .when(link(statementId(statementData())))
      .thenInvalid('#/statementId')
  })

  it('is shown', () =>
    expect(statementView(folded(statement, [onRecord, linked()])).links).toEqual([{ ...link().data, ...at(2) }]))
})
