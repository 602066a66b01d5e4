import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { soundOf, tellingWords, wordsOf } from '#functions/projections/actors/names.ts'
import { keyOfWord } from '#functions/projections/actors/rows.ts'

const sounds = (text: string) => wordsOf(text).map(soundOf).join(' ')

describe('the words of a name', () => {
  it.each([
    ['case', 'MIRA KOVAN', 'mira kovan'],
    ['marks', 'Míra Kováň', 'mira kovan'],
    ['a letter with a stroke', 'Łukasz Ørsted', 'lukasz orsted'],
    ['letters of full width', 'Ｍｉｒａ', 'mira'],
    ['a dotted capital', 'İlkay Çağlar', 'ilkay caglar'],
    ['a hyphen', 'Mira-Lin Kovan', 'mira lin kovan'],
    ['an apostrophe, of any kind', "O'Dorsk O’Dorsk", 'odorsk odorsk'],
    ['Cyrillic', 'Мира Кован', 'mira kovan'],
    ['Cyrillic with ё and й', 'Хрущёв Андрей', 'khruschev andrei'],
    ['Ukrainian', 'Володимир', 'volodimir'],
    ['Kazakh', 'Қасым Әлихан Ғабит Ұлан Үміт Өмір Һаким Аңсар', 'qasym alikhan ghabit ulan umit omir hakim angsar'],
    ['Serbian', 'Ђорђе Ћосић', 'djordje cosic'],
    ['Georgian', 'სააკაშვილი', 'saakashvili'],
    ['Armenian', 'Փաշինյան', 'pashinyan'],
    ['Greek', 'Μητσοτάκης', 'mitsotakis'],
    ['Arabic, without its points', 'خَاتَمِي', 'khatmy'],
    ['a script that is no alphabet', '李克强 先生', '李克强 先生'],
    ['Devanagari, its vowels kept', 'मीरा', 'मीरा'],
    ['nothing but marks', '— !', ''],
  ])('are the same with %s', (_, text, words) => {
    expect(wordsOf(text).join(' ')).toBe(words)
  })

  it.each([
    ['Захаров', 'Zakharov', 'Zaharov'],
    ['Қасым-Жомарт Тоқаев', 'Kassym-Jomart Tokayev', 'Касым-Жомарт Токаев', 'Kasym Zhomart Tokaev'],
    ['Щербаков', 'Shcherbakov', 'Scherbakov'],
    ['Хрущёв', 'Khrushchev', 'Khruschev'],
    ['Юрий', 'Yuri', 'Yuriy', 'Iouri'],
    ['Зеленський', 'Zelenskyy', 'Zelensky', 'Zelenskiy'],
    ['Müller', 'Muller', 'Mueller'],
    ['სააკაშვილი', 'Саакашвили', 'Saakashvili'],
    ['Փաշինյան', 'Пашинян', 'Pashinyan', 'Pashinian'],
    ['Μητσοτάκης', 'Mitsotakis'],
    ['Ђорђевић', 'Djordjević'],
    ['Kovan', 'Kowan', 'Кован'],
  ])('sound alike however they are put into letters: %s', (...writings) => {
    expect(new Set(writings.map(sounds)).size).toBe(1)
  })

  it('do not sound alike where the names differ', () => {
    const names = ['Kovan', 'Kovac', 'Dorsk', 'Dorst', 'Zaharov', 'Zakarov', 'Lindahl', 'Lundahl', 'Ferrow', 'Farrow']
    expect(new Set(names.map(sounds)).size).toBe(names.length)
  })

  it('are, of a mention, those that tell somebody apart', () => {
    expect(tellingWords('the Deputy Minister of Transport')).toEqual(['deputy', 'minister', 'transport'])
    expect(tellingWords('Mr. Kovan')).toEqual(['kovan'])
    expect(tellingWords('г-н Кован')).toEqual(['kovan'])
    expect(tellingWords('M. Kovan')).toEqual(['kovan'])
    expect(tellingWords('she')).toEqual([])
  })

  it('are words of any text: folded, they fold to themselves, and make a key of ASCII that begins as they begin', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        for (const word of wordsOf(text)) {
          expect(word).toMatch(/^[\p{L}\p{N}\p{M}]+$/u)
          expect(keyOfWord(word)).toMatch(/^[\x21-\x7d]+$/)
          expect(keyOfWord(word)).not.toMatch(/[#~.]/)
          const [first = ''] = word
          expect(keyOfWord(word).startsWith(keyOfWord(first))).toBe(true)
          expect(soundOf(soundOf(word)).length).toBeLessThanOrEqual(soundOf(word).length)
        }
      }),
    )
  })
})
