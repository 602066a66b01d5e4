import * as v from 'valibot'
import { Certainty, integer, Language, list, Prose, Quoted, Sha256, Slug, strict } from '../schema.ts'
import { Span } from '../span.ts'

/** One fragment in another language. */
const TranslatedFragment = v.pipe(
  strict({
    fragment: v.pipe(integer(0), v.description('Index of the statement’s fragment, from 0')),
    text: Quoted,
  }),
  v.title('TranslatedFragment'),
)

/** The words in another language, or some of them. */
export const TranslationAdded = v.pipe(
  strict({
    translationId: v.pipe(Slug, v.description('The caller’s, unique within the statement')),
    language: v.pipe(Language, v.description('The language they are put into')),
    fragments: v.pipe(
      list(TranslatedFragment, 100, 1),
      v.rawCheck(({ dataset, addIssue }) => {
        if (!dataset.typed) return
        const seen = new Set<number>()
        for (const [index, value] of dataset.value.entries()) {
          if (seen.has(value.fragment)) {
            addIssue({
              message: 'is translated twice',
              path: [
                { type: 'array', origin: 'value', input: dataset.value, key: index, value },
                { type: 'object', origin: 'value', input: value, key: 'fragment', value: value.fragment },
              ],
            })
          }
          seen.add(value.fragment)
        }
      }),
      v.description('Those that are translated, none twice'),
    ),
    by: v.exactOptional(v.pipe(Slug, v.description('The actor that translated them'))),
    certainty: v.exactOptional(Certainty),
    basis: v.exactOptional(Prose),
  }),
  v.title('TranslationAdded'),
)
export type TranslationAdded = v.InferOutput<typeof TranslationAdded>

/** That another document carries the statement too. */
export const SourceAdded = v.pipe(
  strict({
    documentId: v.pipe(Slug, v.description('Another document than the one it was read from')),
    documentSha256: v.exactOptional(
      v.pipe(Sha256, v.description('The revision it was read from; by default the latest')),
    ),
    relation: v.exactOptional(
      v.pipe(
        v.picklist(['based-on', 'copy-of', 'translation-of']),
        v.description('What this document is to the one that the statement was read from'),
      ),
    ),
    fragments: v.exactOptional(v.pipe(list(Span, 100), v.description('The words as they are printed there')), []),
  }),
  v.title('SourceAdded'),
)
export type SourceAdded = v.InferOutput<typeof SourceAdded>

/** How this statement stands to another one. */
export const StatementLinked = v.pipe(
  strict({
    relation: v.pipe(
      v.picklist(['summarizes', 'repeats', 'same-utterance', 'replies-to', 'contradicts']),
      v.description('What this statement does to the other; `same-utterance`: both report one'),
    ),
    statementId: v.pipe(Slug, v.description('The other statement')),
  }),
  v.title('StatementLinked'),
)
export type StatementLinked = v.InferOutput<typeof StatementLinked>
