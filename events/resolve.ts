import { pointer } from './pointer.ts'
import type { Path } from './references.ts'
import type { FieldError } from './refusal.ts'
import type { Selector, TextSelector } from './span.ts'

/** Where a selector stands in a command, and the words it is to resolve to; without them, to its `exact` if given. */
export interface Place {
  readonly selector: Selector
  readonly words?: string
  readonly path: Path
}

/** A text that selectors are resolved in, as far as it is known: the text itself, or only how long it is. */
export interface Resolvable {
  readonly text?: string | undefined
  /** Length in Unicode code points. */
  readonly codePoints?: number | undefined
}

/** The place of a span, if it says where it stands. */
export const spanPlace = (span: { text: string; selector?: Selector } | undefined, ...path: Path): Place[] =>
  span?.selector ? [{ selector: span.selector, words: span.text, path: [...path, 'selector'] }] : []

/** The place of a dating's verbatim words, if it says where they stand. */
export const datingPlace = (dating: { verbatim?: string; selector?: Selector } | undefined, ...path: Path): Place[] => {
  if (!dating?.selector) return []
  const { verbatim, selector } = dating
  return [{ selector, ...(verbatim === undefined ? {} : { words: verbatim }), path: [...path, 'selector'] }]
}

/**
 * The selectors that do not resolve: whose `exact` is not the span's words, that reach beyond the text, or where the
 * text reads otherwise. Never says what the text reads: it is somebody's copyright, and needs a scope of its own.
 */
export function unresolved(places: readonly Place[], { text, codePoints }: Resolvable): FieldError[] {
  const points = text !== undefined && places.some(({ selector }) => 'start' in selector) ? [...text] : undefined
  const length = points?.length ?? codePoints
  return places.flatMap(({ selector, words, path }): FieldError[] => {
    if ('media' in selector) return []
    if (words !== undefined && selector.exact !== undefined && selector.exact !== words) {
      return [{ pointer: pointer(...path, 'exact'), detail: 'is not the words it stands beside' }]
    }
    if (length !== undefined && selector.end > length) {
      const detail = `reaches beyond the text, which has ${length} code points`
      return [{ pointer: pointer(...path), detail: `${detail}${hint(text, words ?? selector.exact)}` }]
    }
    return points && text !== undefined ? misread(points, text, selector, words ?? selector.exact, path) : []
  })
}

function misread(
  points: readonly string[],
  text: string,
  { start, end, prefix, suffix }: TextSelector,
  words: string | undefined,
  path: Path,
): FieldError[] {
  if (words !== undefined && points.slice(start, end).join('') !== words) {
    const detail = `does not resolve to its words: other words stand from ${start} to ${end}`
    return [{ pointer: pointer(...path), detail: `${detail}${hint(text, words)}` }]
  }
  const errors: FieldError[] = []
  const read = (from: number, to: number) => points.slice(Math.max(0, from), to).join('')
  if (prefix !== undefined && read(start - [...prefix].length, start) !== prefix) {
    errors.push({ pointer: pointer(...path, 'prefix'), detail: `is not what stands right before ${start}` })
  }
  if (suffix !== undefined && read(end, end + [...suffix].length) !== suffix) {
    errors.push({ pointer: pointer(...path, 'suffix'), detail: `is not what stands right after ${end}` })
  }
  return errors
}

/** The right offsets, where the words stand exactly once in the text. */
function hint(text: string | undefined, words: string | undefined): string {
  if (text === undefined || words === undefined) return ''
  const found = text.indexOf(words)
  if (found < 0) return '; they stand nowhere in it'
  if (text.indexOf(words, found + 1) >= 0) return '; they stand in it more than once'
  const start = [...text.slice(0, found)].length
  return `; they stand from ${start} to ${start + [...words].length}`
}
