import { describe, expect, it } from 'vitest'
import { RecordDocument } from '#events/document/commands.ts'
import type { DocumentEvent, DocumentRecorded } from '#events/document/events.ts'
import { document } from '#events/document/kind.ts'
import { describeText } from '#events/document/text.ts'
import { documentView } from '#events/document/view.ts'
import { parseBody } from '#events/validate.ts'
import { decideOn, folded, given } from '../../support/given.ts'

const text = 'Friday, 14 February. 🇴 All quiet.'
const described = { sha256: describeText(text).sha256, codePoints: 33 }
const fields = {
  kind: 'article',
  title: 'All quiet',
  publisher: 'The Bulletin',
  publisherId: 'bulletin',
  publishedOn: { verbatim: 'Friday', selector: { start: 0, end: 6 }, edtf: '2031-02-14' },
  credits: [{ kind: 'agency', text: 'Harbour Wire', actorId: 'harbour-wire', relation: 'based-on' }],
}
const record = (changes: object = {}, sent?: string) =>
  ({
    type: 'RecordDocument',
    data: { documentId: 'bulletin-2031-02-14', ...parseBody(RecordDocument, { ...fields, ...changes }) },
    ...(sent === undefined ? {} : { text: sent }),
  }) as const
const recorded = (changes: Partial<DocumentRecorded> = {}): DocumentEvent => ({
  type: 'DocumentRecorded',
  data: { ...record().data, ...changes },
})
const withText = recorded({ ...described, textSent: true })

describe('recording a document', () => {
  it('keeps what was found of it', () => given(document, []).when(record()).thenAdds(recorded()))

  it('keeps of its text the hash, the length in code points, and that it was sent; never the text', () => {
    given(document, []).when(record({}, text)).thenAdds(withText)
    expect(JSON.stringify(decideOn(document, folded(document, []), record({}, text)))).not.toContain('All quiet.')
  })

  it('takes a hash without a text, as the recorder counted it', () =>
    given(document, []).when(record(described)).thenAdds(recorded(described)))

  it('refuses a hash or a length that is not the text’s', () =>
    given(document, [])
      .when(record({ sha256: 'a'.repeat(64), codePoints: text.length }, text))
      .thenInvalid('#/sha256', '#/codePoints'))

  it('refuses them also where it is on record', () =>
    given(document, [withText])
      .when(record({ sha256: 'a'.repeat(64) }, text))
      .thenInvalid('#/sha256'))

  it('looks for the words of its date in its own text', () => {
    const publishedOn = { verbatim: 'Friday', selector: { start: 1, end: 7 } }
    given(document, []).when(record({ publishedOn }, text)).thenInvalid('#/publishedOn/selector')
    given(document, []).when(record({ publishedOn })).thenAdds(recorded({ publishedOn }))
    given(document, [])
      .when(record({ publishedOn, codePoints: 6 }))
      .thenInvalid('#/publishedOn/selector')
  })

  it('refers to its publisher and to whom it credits', () =>
    given(document, [], { absent: ['actor-bulletin', 'actor-harbour-wire'] })
      .when(record())
      .thenInvalid('#/publisherId', '#/credits/0/actorId'))
})

describe('a document told again', () => {
  it('is the same with its text, without it, and with its hash', () => {
    for (const again of [record({}, text), record(), record(described), record({ codePoints: 33 })]) {
      given(document, [withText]).when(again).thenAlready(1)
    }
  })

  it('is the same when the text of a hash on record comes later', () =>
    given(document, [recorded(described)])
      .when(record({}, text))
      .thenAlready(1))

  it('differs where it is told differently', () =>
    given(document, [withText])
      .when(record({ title: 'Not quiet', publishedOn: { ...fields.publishedOn, edtf: '2031-02-13' } }, text))
      .thenRefused('already-recorded', { differences: ['#/publishedOn/edtf', '#/title'] }))

  it('differs by its hash, or by the text that it is of', () => {
    const other = 'Friday, 14 February. It was loud.'
    given(document, [withText])
      .when(record({ sha256: 'b'.repeat(64) }))
      .thenRefused('already-recorded', { differences: ['#/sha256'] })
    given(document, [withText])
      .when(record({}, other))
      .thenRefused('already-recorded', { differences: ['#/text'] })
    given(document, [recorded()])
      .when(record({}, text))
      .thenRefused('already-recorded', { differences: ['#/text'] })
  })

  it('differs where something is left out', () =>
    given(document, [withText])
      .when(record({ credits: [] }))
      .thenRefused('already-recorded', { differences: ['#/credits'] }))
})

describe('what is known of a document', () => {
  it('are its revisions, with what is known of each', () => {
    expect(folded(document, [withText]).state.revisions).toEqual([{ version: 1, ...described }])
    expect(folded(document, [recorded()]).state.revisions).toEqual([{ version: 1 }])
  })

  it('is shown with the days that its date allows', () => {
    const view = documentView(folded(document, [withText]), true)
    expect(view).toMatchObject({ version: 1, recordedBy: 'desk', title: 'All quiet', textSent: true, textHeld: true })
    expect(view.publishedOn).toEqual({ ...fields.publishedOn, earliest: '2031-02-14', latest: '2031-02-14' })
    expect(() => documentView(folded(document, []))).toThrow('nothing to view')
  })

  it('is counted in code points, and hashed as UTF-8, without normalizing', () => {
    expect(describeText('é🇴')).toEqual({
      sha256: 'a9ca9cb79eb249aa9d56c4345112d626a31e65044f54890af154b733e1fefb23',
      codePoints: 2,
    })
    expect(describeText('e\u0301')).not.toEqual(describeText('é'))
  })
})
