import * as v from 'valibot'
import { integer, list, Quoted, strict } from '../schema.ts'
import { Selector, Span } from '../span.ts'

/** The editor's words inside a quotation; offsets in the fragment's own text, in code points, end exclusive. */
export const Insertion = v.pipe(
  strict({
    start: integer(0),
    end: integer(1),
    supplies: v.exactOptional(v.pipe(Quoted, v.description('What the insertion stands for'))),
  }),
  v.title('Insertion'),
)

export const modes = ['direct', 'indirect', 'mixed'] as const

/** Words of a statement in one mode: a speaker may be quoted and paraphrased in one sentence. */
export const Fragment = v.pipe(
  strict({
    mode: v.pipe(
      v.picklist(modes),
      v.description('`direct`: quoted; `indirect`: in the reporter’s words; `mixed`: both in one clause'),
    ),
    text: v.pipe(Quoted, v.description('The words as printed')),
    selector: v.exactOptional(Selector),
    cue: v.exactOptional(v.pipe(Span, v.description('The word that gives them as said: `added`'))),
    marks: v.exactOptional(
      v.pipe(
        strict({ opened: v.boolean(), closed: v.boolean() }),
        v.description('Quotation marks as printed; one may be opened and never closed'),
      ),
    ),
    insertions: v.exactOptional(
      v.pipe(
        list(Insertion, 50),
        v.description('In order, not overlapping, each within the text; offsets in code points of the fragment’s text'),
      ),
    ),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || !dataset.value.insertions) return
    const { insertions, text } = dataset.value
    const length = [...text].length
    let from = 0
    for (const [index, insertion] of insertions.entries()) {
      const message =
        insertion.end <= insertion.start
          ? 'ends where it starts or before: the end is exclusive'
          : insertion.end > length
            ? `reaches beyond the fragment, which has ${length} code points`
            : insertion.start < from
              ? 'starts before the one before it ends'
              : undefined
      from = insertion.end
      if (!message) continue
      addIssue({
        message,
        path: [
          { type: 'object', origin: 'value', input: dataset.value, key: 'insertions', value: insertions },
          { type: 'array', origin: 'value', input: insertions, key: index, value: insertion },
        ],
      })
    }
  }),
  v.title('Fragment'),
)
export type Fragment = v.InferOutput<typeof Fragment>
