import * as v from 'valibot'
import { characters, integer, oneOf, Quoted, strict } from './schema.ts'

/** A field of `value` that a rule over several fields finds wrong. */
const at = <const Key extends string>(value: Record<Key, unknown>, key: Key) =>
  ({ type: 'object', origin: 'value', input: value, key, value: value[key] }) as const

/**
 * A place in a document's text, in Unicode code points, end exclusive.
 * Source: W3C Web Annotation Data Model, TextPositionSelector and TextQuoteSelector.
 */
export const TextSelector = v.pipe(
  strict({
    start: v.pipe(integer(0), v.description('Unicode code points before the words')),
    end: v.pipe(integer(1), v.description('Unicode code points up to the end of the words; greater than `start`')),
    exact: v.exactOptional(v.pipe(Quoted, v.description('The words at this place'))),
    prefix: v.exactOptional(v.pipe(characters(1_000), v.description('What stands right before'))),
    suffix: v.exactOptional(v.pipe(characters(1_000), v.description('What stands right after'))),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.value.start < dataset.value.end) return
    addIssue({ message: 'is not greater than start: the end is exclusive', path: [at(dataset.value, 'end')] })
  }),
  v.title('TextSelector'),
  v.description(
    'A place in the document’s text, in Unicode code points, `end` exclusive and greater than `start`. Where the text is held, the words stand exactly there.',
  ),
)
export type TextSelector = v.InferOutput<typeof TextSelector>

/** A stretch of a recording. Source: W3C Media Fragments URI 1.0 §4.2.1, temporal dimension in normal play time. */
export const MediaSelector = v.pipe(
  strict({
    media: v.pipe(
      v.string(),
      v.maxLength(100, 'is longer than 100 characters'),
      v.regex(
        /^t=(npt:)?((\d+|(\d+:)?[0-5]\d:[0-5]\d)(\.\d*)?)?(,(\d+|(\d+:)?[0-5]\d:[0-5]\d)(\.\d*)?)?$/,
        'is not a stretch of time as Media Fragments has it, like t=120,135.5',
      ),
      v.check(isStretch, 'ends before it begins, or names no time'),
      v.description('`t=<from>,<to>` in seconds or `h:mm:ss`; either may be left out, and `to` is after `from`'),
      v.metadata({ examples: ['t=120,135.5'] }),
    ),
  }),
  v.title('MediaSelector'),
  v.description('A stretch of a recording (W3C Media Fragments)'),
)
export type MediaSelector = v.InferOutput<typeof MediaSelector>

/** Where words stand: in the text, or in a recording. */
export const Selector = oneOf([MediaSelector, TextSelector], ['media', 'start'])
export type Selector = v.InferOutput<typeof Selector>

/** Words as printed, and where. */
export const Span = v.pipe(
  strict({ text: Quoted, selector: v.exactOptional(Selector) }),
  v.title('Span'),
  v.description('Words as printed, and where they stand; `text` is what the selector resolves to'),
)
export type Span = v.InferOutput<typeof Span>

function isStretch(media: string): boolean {
  const [from = '', to] = media.replace(/^t=(npt:)?/, '').split(',')
  if (to === undefined) return from !== ''
  return to !== '' && seconds(from || '0') < seconds(to)
}

/** Of `75.5` or `0:01:15.5`. */
const seconds = (time: string) => time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
