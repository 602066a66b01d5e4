import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { compareDays } from '#events/edtf/calendar.ts'
import { bounds } from '#events/edtf.ts'
import type { DomainEvent } from '#events/envelope.ts'
import { foldOnto, nothing } from '#events/fold.ts'
import { statementId } from '#events/statement/id.ts'
import { statement } from '#events/statement/kind.ts'
import { type StatementView, statementView } from '#events/statement/view.ts'
import { statementStream } from '#events/streams.ts'
import type { StatementFilters } from '#functions/projections/statements/query.ts'
import { createTables } from '../../../support/engine.ts'
import { recorder } from '../../../support/log.ts'
import { noon, projector } from '../../project/fixtures.ts'

/** Few of each, so that filters meet. */
export const names = {
  actors: ['mira-kovan', 'ilan-dorsk', 'ostmark', 'harbour-wire'],
  documents: ['bulletin-2031-02-14', 'gazette-2031-02-15'],
  missions: ['harbour-watch', 'bridge-watch'],
  occasions: ['bridges-2031', 'harbour-day'],
  topics: ['ties', 'bridges'],
} as const
const actor = fc.constantFrom(...names.actors)
const mission = fc.constantFrom(...names.missions)
const some = <Value>(value: fc.Arbitrary<Value>, maxLength = 2) => fc.array(value, { maxLength })
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })
export const dates = fc.constantFrom(
  '2031-02-12',
  '2031-02-13',
  '2031-02',
  '2031',
  '2031-01-20/2031-03-05',
  '203',
  '[2031-02-13..]',
  '../2031-02-12',
  'XXXX-02-12',
  '-0044-03-15',
  'Y170000002',
)

const members = {
  documentId: fc.constantFrom(...names.documents),
  speaker: fc.record({ actorId: actor, organization: actor, onBehalfOf: actor }, { requiredKeys: ['actorId'] }),
  saidOn: fc.oneof(
    dates.map((edtf) => ({ edtf })),
    dates.map((stated) => ({ stated })),
    fc.constant({ verbatim: 'lately' }),
  ),
  occasion: fc.record(
    { occasionId: fc.constantFrom(...names.occasions), name: fc.constant('Bridges') },
    { requiredKeys: ['name'] },
  ),
  fragments: fc.array(fc.record({ mode: fc.constantFrom('direct', 'indirect', 'mixed'), text: fc.constant('quiet') }), {
    minLength: 1,
    maxLength: 2,
  }),
  chain: some(fc.record({ step: fc.constantFrom('report', 'translation'), by: optional(actor) })),
  topics: some(fc.constantFrom(...names.topics), 3),
  about: some(
    fc.oneof(
      mission.map((missionId) => ({ missionId })),
      actor.map((actorId) => ({ actorId })),
    ),
  ),
}
const optionals = ['saidOn', 'occasion', 'chain', 'topics', 'about'] as const
const orNull = Object.fromEntries(optionals.map((member) => [member, fc.oneof(members[member], fc.constant(null))]))

/** What is recorded of one statement after it was recorded itself. */
type Later = readonly DomainEvent[]
const event = <Type extends string>(type: Type, data: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(data).map((found): DomainEvent => ({ type, data: JSON.parse(JSON.stringify(found)) }))
const reason = fc.constant('why')
const evidence = fc.constant({ documentId: names.documents[0] })
const term = fc.oneof(
  mission.map((missionId) => ({ missionId })),
  fc.constant({ term: 'quiet' }),
)
const claimId = fc.constantFrom('one', 'two')
export const change: fc.Arbitrary<DomainEvent> = fc.oneof(
  event('StatementCorrected', { reason, replaces: fc.record({ ...members, ...orNull }, { requiredKeys: [] }) }),
  event('SourceAdded', { documentId: fc.constantFrom(...names.documents), fragments: fc.constant([]) }),
  event('StatementRetracted', { by: fc.constant('desk'), reason }),
  event('RetractionWithdrawn', { reason }),
  event('StatementDisputed', { disputeId: claimId, by: actor, ground: reason, source: evidence }),
  event('DisputeSettled', { disputeId: claimId, outcome: fc.constantFrom('upheld', 'rejected'), reason }),
  event('ClaimRead', {
    claimId,
    subject: term,
    predicate: fc.constant('recognizes'),
    object: term,
    polarity: fc.constant('affirmed'),
    qualifiers: fc.constant([]),
    insertions: fc.constant([]),
    evidence: fc.constant({ fragment: 0, start: 0, end: 5 }),
    readBy: reason,
  }),
  event('ClaimWithdrawn', { claimId, reason }),
)
const later: fc.Arbitrary<Later> = fc.array(change, { maxLength: 4 })

/** Statements with all that became of them, and merges of actors, `[merged, into]`. */
export interface Records {
  readonly statements: readonly { readonly first: { readonly fragments: readonly object[] }; readonly later: Later }[]
  readonly merges: readonly (readonly [string, string])[]
}
export const records: fc.Arbitrary<Records> = fc.record({
  statements: fc.array(
    fc.record({
      first: fc.record(members, { requiredKeys: ['documentId', 'speaker', 'fragments', 'chain', 'topics', 'about'] }),
      later,
    }),
    { minLength: 12, maxLength: 20 },
  ),
  merges: fc.uniqueArray(
    fc.tuple(actor, actor).filter(([from, into]) => from !== into),
    { selector: ([from]) => from, maxLength: 2 }, // an actor is merged into one
  ),
})

/** A statement as one alone is served, and the position of its last event. */
export interface Standing {
  readonly view: StatementView
  readonly position: number
}

/** Puts records on record, sealed and projected, in an order of its own; two commits may be of one instant. */
export async function put(client: DynamoDBClient, { statements, merges }: Records) {
  const tables = await createTables(client)
  let ticks = 0
  const record = recorder(client, tables, () => new Date(noon.getTime() + 1_000 * Math.floor(ticks++ / 3)))
  const named = statements.map(({ first, later }, index) => {
    const [fragment, ...others] = first.fragments
    const data = JSON.parse(
      JSON.stringify({ ...first, fragments: [{ ...fragment, text: `sentence ${index}` }, ...others] }),
    )
    return { stream: statementStream(statementId(data)), events: [{ type: 'StatementRecorded', data }, ...later] }
  })
  for (const name of names.actors) {
    await record.append(`actor-${name}`, {
      type: 'ActorRegistered',
      data: { actorId: name, kind: 'person', name, names: [], sameAs: [] },
    })
  }
  for (let round = 0; round < 5; round++) {
    for (const { stream, events } of named) {
      const next = events[round]
      if (next) await record.append(stream, next)
    }
  }
  for (const [from, into] of merges) {
    await record.append(`actor-${from}`, { type: 'ActorsMerged', data: { into, reason: 'the same' } })
  }
  await record.seal.run([...named.map(({ stream }) => stream), ...names.actors.map((name) => `actor-${name}`)])
  await projector(client, tables).run()
  return { tables, record, streams: named.map(({ stream }) => stream) }
}

/** All that is on record, folded from the events alone. */
export async function standing({ record, streams }: Awaited<ReturnType<typeof put>>): Promise<Standing[]> {
  return Promise.all(
    streams.map(async (streamId) => {
      const { commits } = await record.store.load(streamId)
      const folded = foldOnto(
        statement.fold,
        statement.upcast,
        nothing(statement.fold),
        commits.flatMap(({ events }) => events),
      )
      return { view: statementView(folded), position: (await record.log.mark(streamId))?.position ?? -1 }
    }),
  )
}

/** Who is one with an actor, whichever way the merges go. */
function oneWith(actorId: string, merges: Records['merges']): ReadonlySet<string> {
  const one = new Set([actorId])
  for (let size = 0; size < one.size; ) {
    size = one.size
    for (const [from, into] of merges) if (one.has(from) || one.has(into)) one.add(from).add(into)
  }
  return one
}

/** Ids of what a plain filter over everything lets through, in the order in which a list is to give it. */
export function plain(all: readonly Standing[], merges: Records['merges'], filters: StatementFilters): string[] {
  const isOne = (wanted: string | undefined, found: string | null | undefined) =>
    wanted === undefined || (typeof found === 'string' && oneWith(wanted, merges).has(found))
  const isAny = (wanted: string | undefined, found: readonly unknown[]) =>
    wanted === undefined || found.includes(wanted)
  const matching = all.filter(({ view, position }) => {
    const { speaker, claims, about, sources, saidOn } = view
    const terms = [
      ...about,
      ...claims.filter((claim) => !claim.withdrawn).flatMap((claim) => [claim.subject, claim.object]),
    ]
    return (
      isOne(filters.speaker, speaker.actorId) &&
      isOne(filters.organization, speaker.organization) &&
      isOne(filters.onBehalfOf, speaker.onBehalfOf) &&
      (filters.agency === undefined ||
        view.chain.some(({ step, by }) => step === 'report' && isOne(filters.agency, by))) &&
      isAny(
        filters.mission,
        terms.map((one) => ('missionId' in one ? one.missionId : undefined)),
      ) &&
      isAny(filters.document, [view.documentId, ...sources.map(({ documentId }) => documentId)]) &&
      isAny(filters.occasion, [view.occasion?.occasionId]) &&
      isAny(filters.topic, view.topics) &&
      isAny(
        filters.mode,
        view.fragments.map(({ mode }) => mode),
      ) &&
      isAny(filters.status, [view.status]) &&
      (filters.recordedAfter === undefined || view.recordedAt > filters.recordedAfter) &&
      (filters.changedAfter === undefined || position > filters.changedAfter) &&
      (filters.said === undefined || (saidOn !== undefined && wasSaid(saidOn, filters)))
    )
  })
  return matching.toSorted(ordered(filters)).map(({ view }) => view.statementId)
}

type Days = { readonly earliest: string | null; readonly latest: string | null }

function wasSaid(found: Days, { said = '', certainly }: StatementFilters): boolean {
  const { earliest: a, latest: b } = bounds(said)
  const [from, to] = certainly ? [found.earliest, found.latest] : [found.latest, found.earliest]
  const sinceA = a === null || (from === null ? !certainly : compareDays(from, a) >= 0)
  const untilB = b === null || (to === null ? !certainly : compareDays(to, b) <= 0)
  return sinceA && untilB
}

function ordered(filters: StatementFilters): (a: Standing, b: Standing) => number {
  const { said, certainly: _, changedAfter, ...others } = filters
  if (changedAfter !== undefined) return (a, b) => a.position - b.position
  const isAlone = said !== undefined && Object.values(others).every((value) => value === undefined)
  return (a, b) => {
    const [left, right] = [a.view.saidOn?.earliest ?? null, b.view.saidOn?.earliest ?? null]
    const bySaid = isAlone
      ? left === null || right === null
        ? Number(left === null) - Number(right === null)
        : -compareDays(left, right)
      : 0
    const byRecorded = isAlone
      ? 0
      : a.view.recordedAt < b.view.recordedAt
        ? 1
        : Number(a.view.recordedAt > b.view.recordedAt) * -1
    return bySaid || byRecorded || (a.view.statementId < b.view.statementId ? 1 : -1)
  }
}
