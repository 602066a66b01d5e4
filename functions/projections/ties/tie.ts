import * as v from 'valibot'
import { DatingView, datingView } from '#events/dating.ts'
import type { Bounds } from '#events/edtf.ts'
import { holdsOn } from '#events/holds.ts'
import { ClaimRead, tiePredicates } from '#events/statement/claim.ts'
import { currentStatement, type Statement } from '#events/statement/fold.ts'
import { statuses, statusOf } from '#events/statement/status.ts'
import { Term } from '#events/term.ts'
import type { TieKey } from './rows.ts'

const { stance, modality, hedge } = ClaimRead.pipe[0].entries

/** One who holds a tie to be there, or not to be there, by one claim. */
export const TieEntryView = v.pipe(
  v.strictObject({
    holder: v.pipe(
      v.nullable(v.string()),
      v.description('Who holds it; null where the speaker only reports or rejects it and names nobody'),
    ),
    reportedBy: v.pipe(v.string(), v.description('The speaker of the statement')),
    statementId: v.string(),
    claimId: v.string(),
    on: v.exactOptional(v.pipe(DatingView, v.description('When it is said to hold: the claim’s `validOn`'))),
    status: v.pipe(v.picklist(statuses), v.description('Of the statement')),
    stance,
    modality,
    hedge,
    counts: v.pipe(
      v.boolean(),
      v.description(
        'Whether it makes the tie contested: it has a holder, is asserted (not wished for, attempted, possible or owed), and its statement is not retracted',
      ),
    ),
    certainty: v.exactOptional(
      v.pipe(
        v.picklist(['certain', 'possible']),
        v.description('With `on`: whether it is said to hold on each of its days, or can be meant of some of them'),
      ),
    ),
  }),
  v.title('TieEntry'),
)
export type TieEntryView = v.InferOutput<typeof TieEntryView>

const EndView = v.pipe(
  v.union([v.string(), Term]),
  v.description('The id of an actor, the one that stays where it was merged; or what else the claims name'),
)

/** Who affirms and who denies that there is a tie of a kind between two. */
export const TieView = v.pipe(
  v.strictObject({
    from: EndView,
    to: EndView,
    kind: v.picklist(tiePredicates),
    field: v.exactOptional(v.pipe(v.string(), v.description('In what field it holds'))),
    affirmed: v.array(TieEntryView),
    denied: v.array(TieEntryView),
    contested: v.pipe(v.boolean(), v.description('Whether there are both, of those that count')),
  }),
  v.title('Tie'),
)
export type TieView = v.InferOutput<typeof TieView>

/** An entry, and on which side it stands. */
export interface Told {
  readonly polarity: ClaimRead['polarity']
  readonly entry: TieEntryView
}

/**
 * Who holds what a claim says. With a holder it is the holder's; the speaker's too where the speaker endorses it. What
 * the speaker rejects or only reports is never the speaker's; without a holder it is nobody's that is known.
 * None where the claim is withdrawn, or certainly of other days than `on`.
 */
export function toldBy(state: Statement, statementId: string, claimId: string, on?: Bounds): Told[] {
  const claim = Object.hasOwn(state.claims, claimId) ? state.claims[claimId] : undefined
  if (!state.recorded || !claim || claim.withdrawn) return []
  const { polarity, holder, stance, modality, hedge, validOn } = claim.read.data
  const certainty = on && holdsOn(validOn, on)
  if (on && !certainty) return []
  const { actorId: speaker } = currentStatement(state.recorded, state.corrections).speaker
  const status = statusOf(state)
  const stands = (status === 'recorded' || status === 'disputed') && (modality ?? 'asserted') === 'asserted'
  return holdersOf(speaker, holder, stance).map((holds) => ({
    polarity,
    entry: {
      holder: holds,
      reportedBy: speaker,
      statementId,
      claimId,
      ...(validOn ? { on: datingView(validOn) } : {}),
      status,
      ...(stance === undefined ? {} : { stance }),
      ...(modality === undefined ? {} : { modality }),
      ...(hedge === undefined ? {} : { hedge }),
      counts: stands && holds !== null,
      ...(certainty ? { certainty } : {}),
    },
  }))
}

function holdersOf(speaker: string, holder: string | undefined, stance: ClaimRead['stance']): (string | null)[] {
  if (holder === undefined) return [stance === 'rejects' || stance === 'reports' ? null : speaker]
  return stance === 'endorses' && holder !== speaker ? [holder, speaker] : [holder]
}

/** The tie that these are told of, each side in order. */
export function tieView({ from, to, kind, field }: TieKey, told: readonly Told[]): TieView {
  const side = (polarity: ClaimRead['polarity']) =>
    told.filter((one) => one.polarity === polarity).map(({ entry }) => entry)
  const [affirmed, denied] = [side('affirmed'), side('negated')]
  const count = (entries: readonly TieEntryView[]) => entries.some(({ counts }) => counts)
  return {
    from,
    to,
    kind,
    ...(field === undefined ? {} : { field }),
    affirmed,
    denied,
    contested: count(affirmed) && count(denied),
  }
}
