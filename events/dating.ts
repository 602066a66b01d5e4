import * as v from 'valibot'
import { type Bounds, bounds, edtfProblem } from './edtf.ts'
import { Name, Prose, Quoted, strict } from './schema.ts'
import { Selector } from './span.ts'

/** A date in EDTF level 2, as text. See `edtf.ts` for what is taken. */
export const Edtf = v.pipe(
  v.string(),
  v.maxLength(1_000, 'is longer than 1000 characters'),
  v.rawCheck(({ dataset, addIssue }) => {
    const problem = dataset.typed && !dataset.issues ? edtfProblem(dataset.value) : undefined
    if (problem) addIssue({ message: problem })
  }),
  v.title('EDTF'),
  v.description(
    'A date in EDTF level 2 (ISO 8601-2), without a time of day: `2031-02-12`, `2022-01~`, `XXXX-01-06`, `[2022-01-19..]`, `2022-01-06/..`. A day that does not exist, and an interval that runs backwards, are refused.',
  ),
  v.metadata({ examples: ['2031-02-12', '2022-01~', '[2022-01-19..]'] }),
)

/**
 * When something was, as a source has it: its words, what they alone give, what they are taken to mean, and why.
 * A false precision is worse than an open end.
 */
export const Dating = v.pipe(
  strict({
    verbatim: v.exactOptional(v.pipe(Quoted, v.description('The source’s words: `Wednesday`'))),
    selector: v.exactOptional(v.pipe(Selector, v.description('Where the words of `verbatim` stand'))),
    stated: v.exactOptional(v.pipe(Edtf, v.description('What the words alone give, in EDTF: `XXXX-01-06`'))),
    edtf: v.exactOptional(v.pipe(Edtf, v.description('What they are taken to mean, in EDTF: `2022-01-06`'))),
    basis: v.exactOptional(v.pipe(Prose, v.description('Why a reader takes it so'))),
    relativeTo: v.exactOptional(v.pipe(Name, v.description('The date it is reckoned from: `publishedOn`'))),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const { verbatim, selector, stated, edtf } = dataset.value
    if (verbatim === undefined && stated === undefined && edtf === undefined) {
      addIssue({ message: 'says nothing: give verbatim, stated or edtf' })
    }
    if (selector && verbatim === undefined) {
      const path = [
        { type: 'object', origin: 'value', input: dataset.value, key: 'selector', value: selector },
      ] as const
      addIssue({ message: 'has no verbatim beside it to resolve to', path: [...path] })
    }
  }),
  v.title('Dating'),
  v.description(
    'When something was, as the source has it. At least one of `verbatim`, `stated` and `edtf` is given; a `selector` stands beside the `verbatim` it resolves to. Dates are whole days in EDTF level 2; one that does not exist or runs backwards is refused.',
  ),
)
export type Dating = v.InferOutput<typeof Dating>

/** The earliest and the latest day that a dating allows: of what it is taken to mean, else of what its words alone give. */
export function datingBounds(dating: Dating | undefined): Bounds {
  const date = dating?.edtf ?? dating?.stated
  return date === undefined ? { earliest: null, latest: null } : bounds(date)
}

/** A day as `YYYY-MM-DD`, or none where the date is open or not known there. */
const Day = v.nullable(v.pipe(v.string(), v.metadata({ examples: ['2031-02-12'] })))

/** A dating as it is served: with the days it allows. */
export const DatingView = v.pipe(
  v.strictObject({ ...Dating.pipe[0].entries, earliest: Day, latest: Day }),
  v.title('DatingView'),
  v.description('A dating, with the earliest and the latest day it allows; `null` where it is open or not known'),
)
export type DatingView = v.InferOutput<typeof DatingView>

export const datingView = (dating: Dating): DatingView => ({ ...dating, ...datingBounds(dating) })

/** Members that are datings, as they are served; those that are absent are left out. */
export const dated = <Name extends string>(
  datings: {
    readonly [name in Name]?: Dating | undefined
  },
): { [name in Name]?: DatingView } =>
  Object.fromEntries(
    Object.entries<Dating | undefined>(datings).flatMap(([name, dating]) =>
      dating ? [[name, datingView(dating)]] : [],
    ),
  ) as { [name in Name]?: DatingView }
