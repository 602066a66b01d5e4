import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Fingerprinted, statementId } from '#events/statement/id.ts'
import vectors from '../../vectors/statement-ids.json' with { type: 'json' }

const told = (text: string): Fingerprinted => ({
  documentId: 'bulletin-2031-02-14',
  speaker: { actorId: 'mira-kovan' },
  fragments: [{ mode: 'direct', text }],
})

describe("a statement's id", () => {
  // Computed apart from this code. An id that changes makes every statement that is told again a new one.
  it.each(vectors)('is frozen: $what', ({ statement, statementId: id }) => {
    expect(statementId(statement as Fingerprinted)).toBe(id)
  })

  it('is the same for composed and decomposed letters, and for any white space', () => {
    const ids = new Map(vectors.map(({ what, statementId: id }) => [what, id]))
    expect(ids.get('composed')).toBe(ids.get('composed and decomposed letters are the same'))
    expect(ids.get('one fragment')).toBe(
      ids.get('white space of any kind, in runs and at the ends, is one space or none'),
    )
    expect(new Set(ids.values()).size).toBe(vectors.length - 2)
  })

  it('is s- and 26 characters of base32, whatever the words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        expect(statementId(told(text))).toMatch(/^s-[a-z2-7]{26}$/)
      }),
    )
  })

  it('does not see how words are spaced or composed', () => {
    const space = fc.constantFrom(' ', '\n', '\t', '\u00a0', '\u2003', '\u3000', '\u0085')
    const word = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/\p{White_Space}/u.test(text))
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.array(space, { minLength: 1 }), (words, spaces) => {
        const spaced = `${spaces.join('')}${words.join(spaces.join(''))}${spaces.join('')}`
        expect(statementId(told(spaced.normalize('NFD')))).toBe(statementId(told(words.join(' '))))
      }),
    )
  })
})
