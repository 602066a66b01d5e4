import * as v from 'valibot'
import { Dating } from '../dating.ts'
import { integer, list, Name, Prose, Quoted, Slug, strict, words } from '../schema.ts'
import { Term } from '../term.ts'

/** Predicates that the view of ties knows; any other may be used. */
export const tiePredicates = [
  'has-contacts-with',
  'has-cooperation-with',
  'is-member-of',
  'recognizes',
  'has-area-of-responsibility',
  'willing-to-cooperate-with',
] as const

/** What limits a claim or gives its ground, in the source's words. */
export const Qualifier = v.pipe(
  strict({ role: v.picklist(['reason', 'purpose', 'respect', 'scope', 'condition']), text: Quoted }),
  v.title('Qualifier'),
)

/** The words of the statement that a claim is read from. */
export const ClaimEvidence = v.pipe(
  strict({
    fragment: v.pipe(integer(0), v.description('Index of the statement’s fragment, from 0')),
    start: v.pipe(integer(0), v.description('Code points of the fragment’s own text before the words')),
    end: v.pipe(integer(1), v.description('Code points up to the end of the words; greater than `start`')),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.value.start < dataset.value.end) return
    const { value } = dataset
    const path = [{ type: 'object', origin: 'value', input: value, key: 'end', value: value.end }] as const
    addIssue({ message: 'is not greater than start: the end is exclusive', path: [...path] })
  }),
  v.title('ClaimEvidence'),
  v.description('A place in a fragment of the statement, in code points of that fragment’s text, `end` exclusive'),
)
export type ClaimEvidence = v.InferOutput<typeof ClaimEvidence>

/** Whether a claim is so, or in words how. */
const remark = (description: string) =>
  v.exactOptional(v.pipe(v.union([v.boolean(), Prose]), v.description(`${description} Yes or no, or in words how`)))

/** What a reader takes the speaker, or a holder whom the speaker names, to say of something. */
export const ClaimRead = v.pipe(
  strict({
    claimId: v.pipe(Slug, v.description('The caller’s, unique within the statement, so that a retry is recognized')),
    subject: Term,
    predicate: v.pipe(Slug, v.description('From an open vocabulary'), v.metadata({ examples: [...tiePredicates] })),
    object: Term,
    polarity: v.pipe(
      v.picklist(['affirmed', 'negated']),
      v.description('Whether it is held to be so or not to be so; where there is a `holder`, by the holder'),
    ),
    holder: v.exactOptional(
      v.pipe(
        Slug,
        v.description('The actor said to hold it, where that is not the speaker: X says that Y believes it'),
      ),
    ),
    stance: v.exactOptional(
      v.pipe(
        v.picklist(['endorses', 'rejects', 'reports']),
        v.description('How the speaker stands to it; what is rejected or only reported does not count for the speaker'),
      ),
    ),
    hedge: v.exactOptional(v.pipe(Name, v.description('The source’s words that weaken it: `apparently`'))),
    modality: v.exactOptional(v.picklist(['asserted', 'obligation', 'possibility', 'attempt', 'wish'])),
    wording: v.exactOptional(v.pipe(Name, v.description('The source’s own verb, where `predicate` is another'))),
    quantifier: v.exactOptional(v.pipe(Name, v.description('The source’s words for how many: `some of`'))),
    field: v.exactOptional(v.pipe(words(200), v.description('In what field it holds: `border security`'))),
    qualifiers: v.exactOptional(list(Qualifier, 20), []),
    figurative: remark('It is meant figuratively.'),
    evaluation: remark('It is a judgement of value.'),
    implicit: remark('It is not said, but meant with what is said.'),
    presupposed: remark('It is taken for granted by what is said.'),
    doubt: remark('The reader doubts the reading.'),
    insertions: v.exactOptional(
      v.pipe(
        list(v.picklist(['subject', 'predicate', 'object']), 3),
        v.check((parts) => new Set(parts).size === parts.length, 'names a part twice'),
        v.description('The parts that rest on the editor’s words inside the quotation; none twice'),
      ),
      [],
    ),
    validOn: v.exactOptional(v.pipe(Dating, v.description('When it is said to hold'))),
    evidence: ClaimEvidence,
    readBy: v.pipe(Name, v.description('Who reads it so, in words: a person, a tool')),
  }),
  v.title('ClaimRead'),
  v.description(
    'A reader takes these words to say this. The reading is the fact; whether it is so is not ours to say.',
  ),
)
export type ClaimRead = v.InferOutput<typeof ClaimRead>

/** That the claim should not have been read from the words. It stays on record. */
export const ClaimWithdrawn = v.pipe(
  strict({ claimId: Slug, reason: Prose }),
  v.title('ClaimWithdrawn'),
  v.description('The reading is taken back; it stays on record.'),
)
export type ClaimWithdrawn = v.InferOutput<typeof ClaimWithdrawn>
