import * as v from 'valibot'
import { DatingView } from '#events/dating.ts'
import { statement } from '#events/statement/kind.ts'
import { statuses } from '#events/statement/status.ts'
import { statementView } from '#events/statement/view.ts'
import { ClaimView } from '#events/statement/view-beside.ts'
import { statementStream } from '#events/streams.ts'
import { sameActors } from '../actors/merged.ts'
import { begin, type Page, type Paging, readPage, shownBy } from '../list.ts'
import type { Views } from '../views.ts'
import { byHolder, claims } from './rows.ts'

/** What a speaker says that another holds. */
export const HeldClaimView = v.pipe(
  v.strictObject({
    statementId: v.string(),
    documentId: v.pipe(v.string(), v.description('The document that reports the statement')),
    speaker: v.pipe(v.string(), v.description('Who says so')),
    saidOn: v.exactOptional(DatingView),
    status: v.pipe(v.picklist(statuses), v.description('Of the statement')),
    claim: ClaimView,
  }),
  v.title('HeldClaim'),
)
export type HeldClaimView = v.InferOutput<typeof HeldClaimView>

/**
 * What others say that an actor, or one who is one with it, holds: claims with that holder in statements of other
 * speakers, the one read last first. A claim that was withdrawn is left out; one of a retracted statement is not, and
 * says so.
 * @throws {InvalidCursor} {CursorExpired} {TooManyMerged}
 */
export async function listClaims(
  views: Views,
  { holder, limit, cursor }: { readonly holder: string } & Paging,
): Promise<Page<HeldClaimView>> {
  const begun = await begin(views, { name: claims.name, filters: { holder } }, cursor)
  const same = await sameActors(views, begun.generation, holder)
  const shown = shownBy(claims, statement.fold, (folded, row): HeldClaimView | undefined => {
    const { statementId, documentId, speaker, saidOn, status, claims: read } = statementView(folded)
    const claim = read.find(({ claimId }) => claimId === row.claimId)
    if (!claim || same.includes(speaker.actorId)) return undefined
    return { statementId, documentId, speaker: speaker.actorId, ...(saidOn ? { saidOn } : {}), status, claim }
  })
  const list = {
    partitions: same.map(byHolder),
    conditions: [],
    streamOf: (row: { statementId?: { S?: string } }) => statementStream(row.statementId?.S ?? ''),
    shown: () => shown,
  }
  return readPage(views, begun, list, limit)
}
