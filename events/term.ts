import * as v from 'valibot'
import { maxInteger, Name, oneOf, Slug, strict, words } from './schema.ts'

const Quantity = v.pipe(
  v.number(),
  v.integer('is not a whole number: write other numbers as text'),
  v.minValue(-maxInteger, `is less than ${-maxInteger}`),
  v.maxValue(maxInteger, `is more than ${maxInteger}`),
  v.check((value) => !Object.is(value, -0), 'is minus zero: write 0'),
)

/** What something is about: an actor, a mission, a claim (a bare `claimId` is of the same statement), a value, or a word for it. */
export const Term = v.pipe(
  oneOf(
    [
      strict({ actorId: Slug }),
      strict({ missionId: Slug }),
      strict({ claimId: Slug, statementId: v.exactOptional(Slug) }),
      strict({ value: v.union([Quantity, words(500)]), unit: v.exactOptional(Name) }),
      strict({ term: Name }),
    ],
    ['actorId', 'missionId', 'claimId', 'value', 'term'],
  ),
  v.title('Term'),
  v.description('An actor, a mission, a claim (without `statementId`: of the same statement), a value, or a word'),
)
export type Term = v.InferOutput<typeof Term>
