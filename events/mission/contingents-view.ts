import * as v from 'valibot'
import { DatingView, dated } from '../dating.ts'
import type { Folded } from '../fold.ts'
import { type Item, inOrder } from '../item.ts'
import { asOfThen, recordedView, retractable, retractedView, viewedItem } from '../view.ts'
import { ContingentRecorded } from './contingent.ts'
import { currentContingent, type Mission } from './fold.ts'

/** One report of a contingent, as corrected. */
export const ContingentView = v.pipe(
  v.strictObject({
    ...ContingentRecorded.pipe[0].entries,
    ...viewedItem,
    ...retractable,
    on: v.exactOptional(DatingView),
  }),
  v.title('Contingent'),
)
export type ContingentView = v.InferOutput<typeof ContingentView>

/** A page of a mission's contingents, in the order in which they were recorded, as `GET …/contingents` answers. */
export const Contingents = v.strictObject({
  items: v.array(ContingentView),
  next: v.pipe(
    v.nullable(v.string()),
    v.description('What to give as `cursor` to `/missions/{id}/contingents` for those that follow; null where none do'),
  ),
  ...asOfThen,
})
export type Contingents = v.InferOutput<typeof Contingents>

/** How many stand in the mission itself, and in a page at most. */
const contingentsShown = 100

/**
 * The contingents that were recorded after a version of the stream, at most `limit`. `next` is the version of the last,
 * as text, where more follow: new ones come at the end, so that a page once read stays as it was.
 */
export function contingentsAfter(
  { state }: Pick<Folded<Mission>, 'state'>,
  version = 0,
  limit = contingentsShown,
): Contingents {
  if (!state.opened) return { items: [], next: null } // of what is withheld nothing is shown
  const following = inOrder(state.contingents).filter((report) => report.version > version)
  const shown = following.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(contingentView),
    next: last && following.length > shown.length ? String(last.version) : null,
  }
}

/** A report of a contingent, as it is shown. */
export function contingentView(item: Item<ContingentRecorded>): ContingentView {
  const { on, ...report } = currentContingent(item)
  return { ...report, ...recordedView(item), ...retractedView(item), ...dated({ on }) }
}
