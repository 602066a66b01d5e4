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

const other = 'Friday, 14 February. It was loud.'
const loud = { sha256: describeText(other).sha256, codePoints: describeText(other).codePoints }
const revise = (from: number, changes: object = {}, sent?: string) => {
  const { documentId: _, ...note } = record(changes).data
  return {
    type: 'ReviseDocument',
    data: { ...note, from },
    ...(sent === undefined ? {} : { text: sent }),
  } as const
}
const revised = (changes: { sha256: string } & Partial<DocumentRecorded>): DocumentEvent => {
  const { documentId: _, ...note } = record().data
  return { type: 'DocumentRevised', data: { ...note, ...changes } }
}
const corrected = (replaces: object): DocumentEvent => ({ type: 'DocumentCorrected', data: { replaces } })
const withOther = revised({ ...loud, textSent: true })

describe('a document found to say something else', () => {
  it('is revised: the whole note anew, and both hashes kept', () => {
    given(document, [withText])
      .when(revise(1, {}, other))
      .thenAdds(withOther)
    given(document, [withText])
      .when(revise(1, { title: 'Loud', ...loud }))
      .thenAdds(revised({ title: 'Loud', ...loud }))
    expect(folded(document, [withText, withOther]).state.revisions).toEqual([
      { version: 1, ...described },
      { version: 2, ...loud },
    ])
  })

  it('is revised also by the first hash there is: nobody can tell that it is of what was read before', () => {
    given(document, [recorded()])
      .when(revise(1, {}, text))
      .thenAdds(revised({ ...described, textSent: true }))
    expect(folded(document, [recorded(), revised(described)]).state.revisions).toEqual([
      { version: 1 },
      { version: 2, ...described },
    ])
  })

  it('may be found to say again what it said first', () => {
    const again = revised({ ...described, textSent: true })
    given(document, [withText, withOther])
      .when(revise(2, {}, text))
      .thenAdds(again)
    expect(folded(document, [withText, withOther, again]).state.revisions.map(({ sha256 }) => sha256)).toEqual([
      described.sha256,
      loud.sha256,
      described.sha256,
    ])
  })

  it('is checked as one that is recorded', () => {
    given(document, [withText])
      .when(revise(1, { sha256: 'a'.repeat(64) }, other))
      .thenInvalid('#/sha256')
    given(document, [withText])
      .when(revise(1, { publishedOn: { verbatim: 'Friday', selector: { start: 1, end: 7 } } }, other))
      .thenInvalid('#/publishedOn/selector')
    given(document, [withText], { absent: ['actor-bulletin', 'actor-harbour-wire'] })
      .when(revise(1, {}, other))
      .thenInvalid('#/publisherId', '#/credits/0/actorId')
    expect(JSON.stringify(decideOn(document, folded(document, [withText]), revise(1, {}, other)))).not.toContain(
      'loud.',
    )
  })
})

describe('our note of the same text', () => {
  it('is corrected in what differs, with the text, without it, or with its hash', () => {
    const { publisher: _, ...others } = fields
    const body = { ...others, title: 'All quiet!', author: 'L. Amsel', credits: [] }
    const wanted = corrected({ title: 'All quiet!', publisher: null, author: 'L. Amsel', credits: [] })
    for (const [hash, sent] of [
      [{}, { text }],
      [{}, {}],
      [described, {}],
    ]) {
      const data = { ...parseBody(RecordDocument, { ...body, ...hash }), from: 1 }
      given(document, [withText])
        .when({ type: 'ReviseDocument', data, ...sent })
        .thenAdds(wanted)
    }
    const view = documentView(folded(document, [withText, wanted]))
    expect(view).toMatchObject({ version: 2, title: 'All quiet!', author: 'L. Amsel', credits: [], ...described })
    expect(view).not.toHaveProperty('publisher')
    expect(view.revisions).toEqual([{ version: 1, recordedAt: '2031-02-14T09:30:00.000Z', ...described }])
  })

  it('may have a wrong length, where the text was never sent', () => {
    const counted = recorded({ ...described, codePoints: 30 })
    given(document, [counted])
      .when(revise(1, { codePoints: 33 }))
      .thenAdds(corrected({ codePoints: 33 }))
    given(document, [counted])
      .when(revise(1, {}, text))
      .thenAdds(corrected({ codePoints: 33 }))
    expect(folded(document, [counted, corrected({ codePoints: 33 })]).state.revisions).toEqual([
      { version: 1, ...described },
    ])
    given(document, [withText])
      .when(revise(1, { codePoints: 30 }))
      .thenInvalid('#/codePoints')
  })

  it('has the words of its date within the text', () =>
    given(document, [withText])
      .when(revise(1, { publishedOn: { verbatim: 'Friday', selector: { start: 30, end: 36 } } }))
      .thenInvalid('#/publishedOn/selector'))
})

describe('a revision told again', () => {
  const history = [withText, withOther, corrected({ title: 'Loud' })]

  it('is known by the version it was made from, whatever came since', () => {
    given(document, history)
      .when(revise(1, {}, other))
      .thenAlready(2)
    given(document, history).when(revise(1)).thenAlready(2)
    given(document, history)
      .when(revise(2, { title: 'Loud' }))
      .thenAlready(3)
  })

  it('adds nothing where that is what is on record', () => {
    given(document, history)
      .when(revise(3, { title: 'Loud' }, other))
      .thenAlready(3)
    given(document, [withText])
      .when(revise(1, {}, text))
      .thenAlready(1)
  })

  it('is refused from any other version, before all else', () => {
    given(document, history)
      .when(revise(1, { title: 'Loud' }))
      .thenRefused('version-conflict', { expected: 1, actual: 3 })
    given(document, history)
      .when(revise(4, { title: 'Loud' }))
      .thenRefused('version-conflict')
    given(document, history, { absent: ['actor-bulletin'] })
      .when(revise(2, { title: 'Quiet' }))
      .thenRefused('version-conflict')
    given(document, []).when(revise(1)).thenRefused('version-conflict', { expected: 1, actual: 0 })
  })

  it('leaves the first recording told again as it is on record', () =>
    given(document, history).when(record({}, text)).thenAlready(1))

  it('may go back to what was recorded first', () =>
    given(document, [recorded(), corrected({ title: 'Loud' })])
      .when(revise(2))
      .thenAdds(corrected({ title: 'All quiet' })))
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
