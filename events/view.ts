import * as v from 'valibot'
import type { Folded } from './fold.ts'
import type { Item } from './item.ts'
import type { Recorded } from './recorded.ts'
import { firstWithheld, idOf, WithheldView, withheldView } from './withheld.ts'

/** What every resource says of its own recording. */
export const viewed = {
  version: v.pipe(v.number(), v.integer(), v.minValue(1), v.description('Of the last event of its stream; the ETag')),
  recordedAt: v.pipe(v.string(), v.description('When it was first recorded: RFC 3339, UTC, milliseconds')),
  recordedBy: v.pipe(v.string(), v.description('Slug of the name of the key that recorded it')),
}

/** What a resource says of events whose payload is withheld: it is shown without them. */
export const withholds = {
  withheld: v.exactOptional(
    v.pipe(
      v.array(WithheldView),
      v.description('What was recorded of it and is withheld by law, where anything is: it is shown without that'),
    ),
  ),
}

/** What a resource says that is asked for as of a moment ago. */
export const asOfThen = {
  provisional: v.exactOptional(
    v.pipe(
      v.literal(true),
      v.description('The instant asked for is less than a minute ago: what was recorded then may not all be here yet'),
    ),
  ),
}

/** The version of the stream, who recorded its first fact and when, and what is withheld. */
export const viewOf = (folded: Folded<unknown>, { recordedAt, recordedBy }: Omit<Recorded<unknown>, 'data'>) => ({
  version: folded.version,
  recordedAt,
  recordedBy,
  ...(folded.withheld ? { withheld: folded.withheld.map(withheldView) } : {}),
})

/**
 * How a resource answers whose first event is withheld: what is left of it is its id, which its stream has, and that it
 * is on record.
 */
export const withheldResource = <const Id extends string, const Title extends string>(id: Id, title: Title) =>
  v.pipe(
    v.strictObject({
      [id]: v.string(),
      ...viewed,
      status: v.literal('withheld'),
      withheld: v.array(WithheldView),
      ...asOfThen,
    } as { readonly [name in Id]: v.StringSchema<undefined> } & WithheldEntries),
    v.title(title),
    v.description('What was recorded first is withheld by law: of the rest nothing is shown.'),
  )
type WithheldEntries = typeof viewed &
  typeof asOfThen & {
    readonly status: v.LiteralSchema<'withheld', undefined>
    readonly withheld: v.ArraySchema<typeof WithheldView, undefined>
  }

/** What remains of a resource whose first event is withheld; undefined where that is not. */
export function withheldViewOf<const Id extends string>(folded: Folded<unknown>, id: Id) {
  const first = firstWithheld(folded)
  if (!first) return undefined
  const { withheld = [], ...place } = viewOf(folded, first)
  const named = { [id]: idOf(first) } as { readonly [name in Id]: string }
  return { ...named, ...place, status: 'withheld' as const, withheld }
}

/** The first fact of a stream. Throws where there is none: an empty stream has nothing to show. */
export function onRecord<First extends Recorded<unknown>>(first: First | undefined): First {
  if (!first) throw new Error('The stream is empty: there is nothing to view')
  return first
}

/** What everything with an id of its own within a stream says of its recording. */
export const viewedItem = {
  version: v.pipe(v.number(), v.integer(), v.minValue(1), v.description('Of the event that recorded it')),
  recordedAt: viewed.recordedAt,
  recordedBy: viewed.recordedBy,
  corrected: v.pipe(v.boolean(), v.description('Whether it was corrected since it was recorded')),
}

export const recordedView = <Data>({ version, recordedAt, recordedBy, corrections = [] }: Item<Data>) => ({
  version,
  recordedAt,
  recordedBy,
  corrected: corrections.length > 0,
})

/** Said of what was taken back; it stays readable. */
export const Retraction = v.pipe(
  v.strictObject({
    reason: v.string(),
    version: viewedItem.version,
    recordedAt: v.string(),
    recordedBy: v.string(),
  }),
  v.title('Retraction'),
)

/** What everything with an id that can be taken back says of that. */
export const retractable = {
  retracted: v.pipe(v.boolean(), v.description('Whether it was taken back: it is shown, and counts for nothing')),
  retractions: v.exactOptional(v.pipe(v.array(Retraction), v.description('Why and when, where it was taken back'))),
}

export const retractedView = ({ retractions = [] }: Pick<Item<never>, 'retractions'>) => ({
  retracted: retractions.length > 0,
  ...(retractions.length > 0
    ? { retractions: retractions.map(({ data: { reason }, ...at }) => ({ reason, ...at })) }
    : {}),
})
