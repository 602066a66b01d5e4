import * as v from 'valibot'
import { HistoryItem } from '../history.ts'
import type { TextSelector } from '../span.ts'
import type { StatementRecorded } from './events.ts'
import { normalized } from './id.ts'

/** One revision of a statement's document, and whether the statement's words stand in it. */
export const StatementRevision = v.pipe(
  v.strictObject({
    version: v.pipe(HistoryItem.pipe[0].entries.version, v.description('Of the document, with this revision')),
    recordedAt: HistoryItem.pipe[0].entries.recordedAt,
    documentSha256: v.exactOptional(v.pipe(v.string(), v.description('Absent where it was recorded without a hash'))),
    fragments: v.pipe(
      v.array(v.picklist(['found', 'moved', 'gone', 'unknown'])),
      v.description(
        'Of each fragment, as corrected: `found` where its selector says, or anywhere if it has none in the text; `moved`: its words stand elsewhere, or with other blanks or in another Unicode form; `gone`; `unknown`: the text is not held',
      ),
    ),
    moved: v.pipe(
      v.array(v.strictObject({ fragment: v.number(), start: v.number(), end: v.number() })),
      v.description(
        'Where those that moved stand now, as far as it is one place: the index of the fragment, and code points of the text, `end` exclusive',
      ),
    ),
  }),
  v.title('StatementRevision'),
)
export type StatementRevision = v.InferOutput<typeof StatementRevision>
export type Sought = Pick<StatementRevision, 'fragments' | 'moved'>

/** Looks for a statement's words in a text of its document; undefined where that is not held. */
export function sought(fragments: StatementRecorded['fragments'], text: string | undefined): Sought {
  if (text === undefined) return { fragments: fragments.map(() => 'unknown' as const), moved: [] }
  const points = [...text]
  const normal = normalized(text)
  const found: Sought = { fragments: [], moved: [] }
  for (const [fragment, { text: words, selector }] of fragments.entries()) {
    const place = selector && 'start' in selector ? selector : undefined
    if (place && points.slice(place.start, place.end).join('') === words) {
      found.fragments.push('found')
      continue
    }
    const [only, ...others] = likeliest(placesOf(words, text), words, text, place)
    if (only === undefined) {
      found.fragments.push(normal.includes(normalized(words)) ? 'moved' : 'gone')
      continue
    }
    found.fragments.push(place ? 'moved' : 'found')
    if (!place || others.length > 0) continue
    const start = [...text.slice(0, only)].length
    found.moved.push({ fragment, start, end: start + [...words].length })
  }
  return found
}

/** Where the words begin in the text, in UTF-16 units. */
function placesOf(words: string, text: string): number[] {
  const places: number[] = []
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) places.push(at)
  return places
}

/** Of several places, those that stand between the words that were noted before and after it, if there are any. */
function likeliest(places: readonly number[], words: string, text: string, place: TextSelector | undefined) {
  if (places.length < 2 || !place) return places
  const { prefix = '', suffix = '' } = place
  const between = places.filter((at) => text.endsWith(prefix, at) && text.startsWith(suffix, at + words.length))
  return between.length > 0 ? between : places
}
