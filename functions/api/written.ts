import * as v from 'valibot'
import { integer, Slug } from '#events/schema.ts'

/** What a write answers. */
export const Written = v.strictObject({
  id: v.pipe(Slug, v.description('Of what was recorded: the innermost id.')),
  version: v.pipe(integer(1), v.description('Of the event that recorded it, in its stream.')),
  position: v.exactOptional(
    v.pipe(integer(0), v.description('Of that event in the log: with `Prefer: wait`, once every list shows it.')),
  ),
})
