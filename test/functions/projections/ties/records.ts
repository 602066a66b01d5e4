import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { expect } from 'vitest'
import type { DomainEvent } from '#events/envelope.ts'
import type { ClaimRead } from '#events/statement/claim.ts'
import { listTies, type TieFilters } from '#functions/projections/ties/query.ts'
import type { TieView } from '#functions/projections/ties/tie.ts'
import { Views } from '#functions/projections/views.ts'
import { projector, recording, said } from '../../project/fixtures.ts'

/** A claim that the League and Ostmark have contacts, unless told otherwise. */
export const claim = (claimId: string, changes: Partial<ClaimRead> = {}): DomainEvent => ({
  type: 'ClaimRead',
  data: {
    claimId,
    subject: { actorId: 'ostmark' },
    predicate: 'has-contacts-with',
    object: { actorId: 'harbour-league' },
    polarity: 'affirmed',
    qualifiers: [],
    insertions: [],
    evidence: { fragment: 0, start: 0, end: 3 },
    readBy: 'City desk',
    ...changes,
  },
})

/** A log and its ties, with nothing in them yet. */
export async function begun(client: DynamoDBClient) {
  const record = await recording(client)
  const views = new Views({ client, table: record.tables.views, events: record.store })
  const state = (speaker: string, text: string, ...claims: DomainEvent[]) => {
    const { id, stream, event } = said(speaker, text)
    return record.sealed(stream, event, ...claims).then(() => ({ id, stream }))
  }
  return { record, views, state, project: () => projector(client, record.tables).run() }
}
export type Begun = Awaited<ReturnType<typeof begun>>

/** All ties, page by page. */
export async function all({ views }: Begun, filters: TieFilters, limit = 100): Promise<TieView[]> {
  const found: TieView[] = []
  let cursor: string | undefined
  do {
    const page = await listTies(views, { ...filters, limit, cursor })
    expect(page.items.length).toBeLessThanOrEqual(limit)
    found.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor)
  return found
}
