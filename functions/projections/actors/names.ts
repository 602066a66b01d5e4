import transliterate from '@sindresorhus/transliterate'

/**
 * The words of a name, a role or a mention, so that writings of one meet: without case, marks and apostrophes, and in
 * Latin letters where the script is an alphabet that the table knows (Cyrillic, Greek, Georgian, Armenian, Arabic, …).
 * Words of other scripts stay as they are. Arabic is written without most of its vowels, and stays without them.
 */
export function wordsOf(text: string): string[] {
  const bare = text.normalize('NFKD').replace(marks, '').normalize('NFC').toLowerCase()
  const latin = ascii.test(bare) ? bare : transliterate(bare.replace(letters, (found) => others[found] ?? found))
  return latin
    .toLowerCase()
    .replace(apostrophes, '')
    .split(between)
    .filter((word) => word !== '')
    .map((word) => Array.from(word).slice(0, maxWord).join(''))
}

/** The same without what tells nobody apart: articles, prepositions, pronouns, forms of address, initials. */
export const tellingWords = (text: string): string[] =>
  wordsOf(text).filter((word) => !silent.has(word) && !/^[a-z]$/.test(word))

/**
 * A word by how it may have been put into Latin letters: `zakharov` and `zaharov` are both `zaharov`, `tokayev` and
 * `toqaev` are `tokav`. For finding only; other names may sound alike. A key for sounds of English, such as Double
 * Metaphone, tells the first two apart (SKRF, SHRF).
 */
export const soundOf = (word: string): string =>
  ascii.test(word) ? romanizations.reduce((sound, [from, to]) => sound.replace(from, to), word) : word

/** Code points of a word that count. */
const maxWord = 48

const ascii = /^[\0-\x7f]*$/
/** Marks over and under letters of Latin, Greek, Cyrillic; points of Hebrew; vowel signs and the kashida of Arabic. */
const marks = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640]/g
const apostrophes = /['’‘ʼʹʻ`´]/g
const between = /[^\p{L}\p{N}\p{M}]+/u

/** Letters that the library leaves as they are: Cyrillic as Kazakh, Tatar, Bashkir, Tajik and Serbian have it. */
const others: Readonly<Record<string, string>> = {
  ә: 'a',
  ғ: 'gh',
  қ: 'q',
  ҡ: 'q',
  ң: 'ng',
  ө: 'o',
  ұ: 'u',
  ү: 'u',
  һ: 'h',
  ҳ: 'h',
  ҷ: 'j',
  җ: 'j',
  ҙ: 'z',
  ҫ: 's',
  ђ: 'dj',
  ћ: 'c',
}
const letters = new RegExp(`[${Object.keys(others).join('')}]`, 'g')

/** Usual ways to write one sound, each led to one of them; the longest first. */
const romanizations: readonly [RegExp, string][] = [
  [/shch|sch/g, 'sh'],
  [/tch/g, 'ch'],
  [/dzh|dj|zh/g, 'j'],
  [/kh/g, 'h'],
  [/gh/g, 'g'],
  [/ph/g, 'f'],
  [/th/g, 't'],
  [/tz/g, 'ts'],
  [/ck|q/g, 'k'],
  [/x/g, 'ks'],
  [/w/g, 'v'],
  [/y/g, 'i'],
  [/ou/g, 'u'],
  [/ie/g, 'e'],
  [/(?<=[aou])e/g, ''],
  [/(.)\1+/g, '$1'],
]

const silent = new Set(
  [
    'the an of for and in to at on from by with', // English
    'he she they it his her their who',
    'mr mrs ms mister miss dr prof sir madam lady mme hon',
    'der die das des dem den und von fur im am er sie herr frau', // German
    'le la les du de des et en un une il elle ils elles monsieur madame mademoiselle', // French
    'el ella los las del senor senora', // Spanish
    'on ona oni na po iz gospodin gospozha', // Russian, Ukrainian
  ].flatMap((words) => words.split(' ')),
)
