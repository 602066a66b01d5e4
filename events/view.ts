import * as v from 'valibot'
import type { Folded } from './fold.ts'
import type { Recorded } from './recorded.ts'

/** What every resource says of its own recording. */
export const viewed = {
  version: v.pipe(v.number(), v.integer(), v.minValue(1), v.description('Of the last event of its stream; the ETag')),
  recordedAt: v.pipe(v.string(), v.description('When it was first recorded: RFC 3339, UTC, milliseconds')),
  recordedBy: v.pipe(v.string(), v.description('Slug of the name of the key that recorded it')),
}

/** The version of the stream, and who recorded its first fact and when. */
export const viewOf = (folded: Folded<unknown>, { recordedAt, recordedBy }: Recorded<unknown>) => ({
  version: folded.version,
  recordedAt,
  recordedBy,
})

/** The first fact of a stream. Throws where there is none: an empty stream has nothing to show. */
export function onRecord<Data>(first: Recorded<Data> | undefined): Recorded<Data> {
  if (!first) throw new Error('The stream is empty: there is nothing to view')
  return first
}
