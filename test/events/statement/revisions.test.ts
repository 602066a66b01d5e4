import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sought } from '#events/statement/revisions.ts'

const words = 'The harbour had been quiet'
const fragment = (selector?: object, text = words) =>
  ({ mode: 'indirect', text, ...(selector ? { selector } : {}) }) as Parameters<typeof sought>[0][number]
const at = { start: 0, end: 26 }
const seek = (text: string | undefined, ...fragments: Parameters<typeof sought>[0]) => sought(fragments, text)

describe('a fragment in a revision of its document', () => {
  it('is found where its selector says', () => {
    expect(seek(`${words}, she said.`, fragment(at))).toEqual({ fragments: ['found'], moved: [] })
    expect(seek(`${words}. ${words}.`, fragment(at))).toEqual({ fragments: ['found'], moved: [] })
  })

  it('has moved where its words stand elsewhere, counted in code points', () => {
    expect(seek(`🛥️ Ostmark, Friday. ${words}.`, fragment(at))).toEqual({
      fragments: ['moved'],
      moved: [{ fragment: 0, start: 20, end: 46 }],
    })
  })

  it('has moved to no place that can be named where its words stand in several', () => {
    expect(seek(`She said: ${words}. ${words}.`, fragment(at))).toEqual({ fragments: ['moved'], moved: [] })
  })

  it('has moved to the one of several places that has the same words around it', () => {
    const text = `She said: ${words}. He said: ${words}; and slept.`
    for (const [around, start] of [
      [{ prefix: 'He said: ' }, 47],
      [{ suffix: '. He' }, 10],
      [{ prefix: 'said: ', suffix: ';' }, 47],
    ] as const) {
      expect(seek(text, fragment({ ...at, ...around })).moved).toEqual([{ fragment: 0, start, end: start + 26 }])
    }
    expect(seek(text, fragment({ ...at, prefix: 'They said: ' }))).toEqual({ fragments: ['moved'], moved: [] })
  })

  it('has moved where only blanks or the Unicode form are others', () => {
    expect(seek('She said: The  harbour\nhad\u00a0been quiet.', fragment(at)).fragments).toEqual(['moved'])
    expect(seek('Die H\u00e4fen', fragment({ start: 0, end: 10 }, 'Die Ha\u0308fen')).fragments).toEqual(['moved'])
  })

  it('is gone where its words stand nowhere, for upper case is no blank', () => {
    expect(seek('The Harbour had been quiet.', fragment(at)).fragments).toEqual(['gone'])
    expect(seek('', fragment(at)).fragments).toEqual(['gone'])
  })

  it('is found anywhere where it names no place in the text', () => {
    for (const selector of [undefined, { media: 't=1,2' }]) {
      expect(seek(`She said: ${words}. ${words}`, fragment(selector))).toEqual({ fragments: ['found'], moved: [] })
      expect(seek('Nothing of the kind.', fragment(selector)).fragments).toEqual(['gone'])
    }
  })

  it('is unknown where no text is held', () => {
    expect(seek(undefined, fragment(at), fragment())).toEqual({ fragments: ['unknown', 'unknown'], moved: [] })
  })
})

it('is found wherever its selector resolves, and its new place resolves to its words', () => {
  const part = fc.string({ unit: 'grapheme', maxLength: 12 })
  fc.assert(
    fc.property(
      part,
      part.filter((text) => text !== ''),
      part,
      fc.nat(30),
      (before, text, after, start) => {
        const whole = before + text + after
        const points = [...whole]
        const selector = { start, end: start + [...text].length }
        const { fragments, moved } = seek(whole, fragment(selector, text))
        expect(fragments).toEqual([points.slice(start, selector.end).join('') === text ? 'found' : 'moved'])
        for (const place of moved) expect(points.slice(place.start, place.end).join('')).toBe(text)
      },
    ),
    { numRuns: 300 },
  )
})
