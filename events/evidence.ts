import * as v from 'valibot'
import { list, oneOf, Sha256, Slug, strict } from './schema.ts'
import { Selector } from './span.ts'

/** What something rests on: a place in a document, or a statement. */
export const Evidence = v.pipe(
  oneOf(
    [
      strict({
        documentId: Slug,
        documentSha256: v.exactOptional(
          v.pipe(Sha256, v.description('The revision it was read from; by default the latest')),
        ),
        selector: v.exactOptional(Selector),
      }),
      strict({ statementId: Slug }),
    ],
    ['documentId', 'statementId'],
  ),
  v.title('Evidence'),
  v.description('A document, or a place in it, or a statement'),
)
export type Evidence = v.InferOutput<typeof Evidence>

/** At most 20; none given is none. */
export const EvidenceList = v.exactOptional(list(Evidence, 20), [])
