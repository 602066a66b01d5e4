import * as v from 'valibot'
import { Dating } from '../dating.ts'
import { Certainty, Given, integer, Language, list, Name, Prose, Sha256, Slug, strict } from '../schema.ts'
import { Span } from '../span.ts'
import { Term } from '../term.ts'
import type { SourceAdded, StatementLinked, TranslationAdded } from './beside.ts'
import type { ClaimRead, ClaimWithdrawn } from './claim.ts'
import type { DisputeSettled, StatementDisputed } from './dispute.ts'
import { Fragment } from './fragment.ts'
import type { RetractionWithdrawn, StatementRetracted } from './retraction.ts'

/** Who is reported to have said it, in the role held then. */
export const Speaker = v.pipe(
  strict({
    actorId: Slug,
    mention: v.exactOptional(v.pipe(Span, v.description('How the document names the speaker'))),
    role: v.exactOptional(v.pipe(Name, v.description('The role held then'))),
    roleGiven: v.exactOptional(Given),
    organization: v.exactOptional(v.pipe(Slug, v.description('The actor it belonged to'))),
    onBehalfOf: v.exactOptional(v.pipe(Slug, v.description('The actor it spoke for'))),
  }),
  v.title('Speaker'),
)

/** Where and to whom it was said. */
export const Occasion = v.pipe(
  strict({
    occasionId: v.exactOptional(Slug),
    kind: v.exactOptional(v.pipe(Name, v.description('`conference`, `interview`, `briefing`'))),
    name: v.exactOptional(Name),
    host: v.exactOptional(v.pipe(Slug, v.description('The actor that held it'))),
    hostMention: v.exactOptional(Span),
    place: v.exactOptional(v.nullable(Name)),
    given: v.exactOptional(Given),
  }),
  v.title('Occasion'),
)

/** That the words were put into this language, and how a reader knows. `from` is null where the other is not known. */
export const Translation = v.pipe(
  strict({
    from: v.exactOptional(v.nullable(Language)),
    certainty: v.exactOptional(Certainty),
    basis: v.exactOptional(Prose),
  }),
  v.title('Translation'),
)

/** One hand through which the words went, from mouth to page. Source: W3C PROV. */
export const ChainStep = v.pipe(
  strict({
    step: v.pipe(Slug, v.description('`utterance`, `report`, `translation`, `publication`, or another')),
    by: v.exactOptional(v.nullable(v.pipe(Slug, v.description('The actor; null where it is not known')))),
    relation: v.exactOptional(v.picklist(['based-on', 'copy-of', 'translation-of'])),
    documentId: v.exactOptional(Slug),
    certainty: v.exactOptional(Certainty),
    basis: v.exactOptional(Prose),
  }),
  v.title('ChainStep'),
)

const required = {
  documentId: v.pipe(Slug, v.description('The document that reports it')),
  speaker: Speaker,
  fragments: v.pipe(list(Fragment, 100, 1), v.description('The words, in reading order')),
}
const optional = {
  documentSha256: v.pipe(Sha256, v.description('The revision it was read from; by default the latest')),
  occurrence: v.pipe(integer(2), v.description('2 or more, where the same words stand again in the document')),
  saidOn: Dating,
  occasion: Occasion,
  language: Language,
  translation: Translation,
}
const lists = {
  chain: v.pipe(list(ChainStep, 50), v.description('Who handed the words on, from mouth to page')),
  topics: list(Slug, 50),
  about: list(Term, 50),
}

/** That a document reports these words as said by this person. A report of an utterance, never the utterance itself. */
export const StatementRecorded = v.pipe(
  strict({
    ...required,
    documentSha256: v.exactOptional(optional.documentSha256),
    occurrence: v.exactOptional(optional.occurrence),
    saidOn: v.exactOptional(optional.saidOn),
    occasion: v.exactOptional(optional.occasion),
    language: v.exactOptional(optional.language),
    translation: v.exactOptional(optional.translation),
    chain: v.exactOptional(lists.chain, []),
    topics: v.exactOptional(lists.topics, []),
    about: v.exactOptional(lists.about, []),
  }),
  v.title('StatementRecorded'),
  v.description('In this document, these words are given as said by this person.'),
)
export type StatementRecorded = v.InferOutput<typeof StatementRecorded>

/** What a correction may replace, `null` taking an optional member away. */
export const replaceable = {
  documentId: v.exactOptional(required.documentId),
  speaker: v.exactOptional(required.speaker),
  fragments: v.exactOptional(required.fragments),
  documentSha256: v.exactOptional(optional.documentSha256),
  occurrence: v.exactOptional(v.nullable(optional.occurrence)),
  saidOn: v.exactOptional(v.nullable(optional.saidOn)),
  occasion: v.exactOptional(v.nullable(optional.occasion)),
  language: v.exactOptional(v.nullable(optional.language)),
  translation: v.exactOptional(v.nullable(optional.translation)),
  chain: v.exactOptional(v.nullable(lists.chain)),
  topics: v.exactOptional(v.nullable(lists.topics)),
  about: v.exactOptional(v.nullable(lists.about)),
}

/** That our note of it was wrong, and what stands instead: each member replaced whole, `null` for one taken away. */
export const StatementCorrected = v.pipe(
  strict({
    reason: Prose,
    replaces: strict({
      ...replaceable,
      documentSha256: v.exactOptional(
        v.pipe(
          v.nullable(optional.documentSha256),
          v.description('Filled in where the document is replaced: its latest revision; null where it has no hash'),
        ),
      ),
    }),
  }),
  v.title('StatementCorrected'),
  v.description('Our note of it was wrong: this stands instead. What was recorded first stays on record.'),
)
export type StatementCorrected = v.InferOutput<typeof StatementCorrected>

export type StatementEvent =
  | { type: 'StatementRecorded'; data: StatementRecorded }
  | { type: 'StatementCorrected'; data: StatementCorrected }
  | { type: 'TranslationAdded'; data: TranslationAdded }
  | { type: 'SourceAdded'; data: SourceAdded }
  | { type: 'StatementLinked'; data: StatementLinked }
  | { type: 'StatementDisputed'; data: StatementDisputed }
  | { type: 'DisputeSettled'; data: DisputeSettled }
  | { type: 'StatementRetracted'; data: StatementRetracted }
  | { type: 'RetractionWithdrawn'; data: RetractionWithdrawn }
  | { type: 'ClaimRead'; data: ClaimRead }
  | { type: 'ClaimWithdrawn'; data: ClaimWithdrawn }
