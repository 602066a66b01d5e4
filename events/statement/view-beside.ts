import * as v from 'valibot'
import { DatingView, datingView } from '../dating.ts'
import type { Recorded } from '../recorded.ts'
import { viewed } from '../view.ts'
import { SourceAdded, StatementLinked, TranslationAdded } from './beside.ts'
import { ClaimEvidence, ClaimRead, ClaimWithdrawn } from './claim.ts'
import { DisputeSettled, StatementDisputed } from './dispute.ts'
import type { StatementRecorded } from './events.ts'
import type { Claim, Dispute, Statement } from './fold.ts'
import { RetractionWithdrawn, StatementRetracted } from './retraction.ts'

const at = {
  ...viewed,
  version: v.pipe(v.number(), v.integer(), v.minValue(1), v.description('Of the event that recorded it')),
}
const stands = v.pipe(
  v.boolean(),
  v.description('Whether the statement, as corrected since, still has the same words at this place'),
)
const { claimId: _claim, ...withdrawn } = ClaimWithdrawn.pipe[0].entries
const { disputeId: _dispute, ...settled } = DisputeSettled.pipe[0].entries

export const ClaimView = v.pipe(
  v.strictObject({
    ...ClaimRead.pipe[0].entries,
    ...at,
    validOn: v.exactOptional(DatingView),
    evidence: v.pipe(
      v.strictObject({
        ...ClaimEvidence.pipe[0].entries,
        text: v.pipe(v.string(), v.description('The words as they stood when the claim was read')),
        stands,
      }),
      v.title('ClaimEvidenceView'),
    ),
    withdrawn: v.exactOptional(v.strictObject({ ...withdrawn, ...at })),
  }),
  v.title('ClaimView'),
)
export type ClaimView = v.InferOutput<typeof ClaimView>

export const DisputeView = v.pipe(
  v.strictObject({
    ...StatementDisputed.pipe[0].entries,
    ...at,
    settled: v.exactOptional(v.strictObject({ ...settled, ...at })),
  }),
  v.title('DisputeView'),
)
export type DisputeView = v.InferOutput<typeof DisputeView>

export const RetractionView = v.pipe(
  v.strictObject({
    ...StatementRetracted.pipe[0].entries,
    ...at,
    withdrawn: v.exactOptional(v.strictObject({ ...RetractionWithdrawn.pipe[0].entries, ...at })),
  }),
  v.title('RetractionView'),
)
export type RetractionView = v.InferOutput<typeof RetractionView>

export const TranslationView = v.pipe(
  v.strictObject({
    ...TranslationAdded.pipe[0].entries,
    ...at,
    fragments: v.array(
      v.pipe(v.strictObject({ fragment: v.number(), text: v.string(), stands }), v.title('TranslatedFragmentView')),
    ),
  }),
  v.title('TranslationView'),
)
export type TranslationView = v.InferOutput<typeof TranslationView>

export const SourceView = v.pipe(v.strictObject({ ...SourceAdded.pipe[0].entries, ...at }), v.title('SourceView'))
export type SourceView = v.InferOutput<typeof SourceView>

export const LinkView = v.pipe(v.strictObject({ ...StatementLinked.pipe[0].entries, ...at }), v.title('LinkView'))
export type LinkView = v.InferOutput<typeof LinkView>

/** All that is recorded beside a statement, each in the order in which it was. */
export const besidesViews = {
  claims: v.pipe(v.array(ClaimView), v.description('Those withdrawn among them')),
  links: v.array(LinkView),
  sources: v.pipe(v.array(SourceView), v.description('Other documents that carry it')),
  translations: v.array(TranslationView),
  disputes: v.pipe(v.array(DisputeView), v.description('Those settled among them')),
  retractions: v.pipe(v.array(RetractionView), v.description('Those withdrawn among them')),
}

/** What was recorded beside a statement, as it is shown. */
export function besides(state: Statement, recorded: Recorded<StatementRecorded>) {
  const words = wordsOf(state, recorded)
  const now = words(Number.POSITIVE_INFINITY)
  return {
    claims: inOrder(Object.values(state.claims), ({ read }) => read).map((claim) => claimView(claim, words, now)),
    links: state.links.map(flat),
    sources: state.sources.map(flat),
    translations: inOrder(Object.values(state.translations), (added) => added).map((added) => {
      const then = words(added.version)
      const fragments = added.data.fragments.map((part) => ({
        ...part,
        stands: then[part.fragment] === now[part.fragment],
      }))
      return { ...flat(added), fragments }
    }),
    disputes: inOrder(Object.values(state.disputes), ({ disputed }) => disputed).map(disputeView),
    retractions: state.retractions.map((retraction): RetractionView => {
      const withdrawn = state.withdrawals.find(({ version }) => version > retraction.version)
      return { ...flat(retraction), ...(withdrawn ? { withdrawn: flat(withdrawn) } : {}) }
    }),
  }
}

type Words = readonly string[]

/** The fragments' words as they stood when the event of a version was decided. */
function wordsOf({ corrections }: Statement, { data }: Recorded<StatementRecorded>): (version: number) => Words {
  const told = [{ version: 0, words: data.fragments.map(({ text }) => text) }]
  for (const { version, data } of corrections) {
    const words = data.replaces.fragments?.map(({ text }) => text)
    if (words) told.push({ version, words })
  }
  return (before) => told.findLast(({ version }) => version < before)?.words ?? []
}

function claimView({ read, withdrawn }: Claim, words: (version: number) => Words, now: Words): ClaimView {
  const { validOn, evidence, ...claim } = flat(read)
  const cut = (fragments: Words) =>
    [...(fragments[evidence.fragment] ?? '')].slice(evidence.start, evidence.end).join('')
  const text = cut(words(read.version))
  return {
    ...claim,
    ...(validOn ? { validOn: datingView(validOn) } : {}),
    evidence: { ...evidence, text, stands: text === cut(now) },
    ...(withdrawn ? { withdrawn: without(withdrawn, 'claimId') } : {}),
  }
}

function disputeView({ disputed, settled }: Dispute): DisputeView {
  return { ...flat(disputed), ...(settled ? { settled: without(settled, 'disputeId') } : {}) }
}

/** What was recorded, and where it stands. */
const flat = <Data extends object>({ data, version, recordedAt, recordedBy }: Recorded<Data>) => ({
  ...data,
  version,
  recordedAt,
  recordedBy,
})

function without<Data extends object, Key extends keyof Data>(recorded: Recorded<Data>, key: Key) {
  const { [key]: _, ...rest } = recorded.data
  return flat({ ...recorded, data: rest })
}

/** A record of ids does not keep the order in which they came. */
const inOrder = <Item>(items: readonly Item[], first: (item: Item) => Recorded<unknown>): Item[] =>
  [...items].sort((a, b) => first(a).version - first(b).version)
