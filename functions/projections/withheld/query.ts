import type { Views } from '../views.ts'
import { withheldEvents, withheldKey } from './rows.ts'

/** What withholds an event: that event's id, and when it was recorded. */
export interface WithheldBy {
  readonly id: string
  readonly time: string
}

/** How many rows are read with one call. */
const atOnce = 500

/**
 * The events recorded between two instants, both included, whose payload is withheld: by their id, what withholds them.
 * One strongly consistent Query, as a rule of nothing: one read unit.
 */
export async function withheldBetween(views: Views, from: string, to: string): Promise<Map<string, WithheldBy>> {
  const generation = await views.generation()
  const range = { generation, partition: withheldEvents, from: withheldKey(from, ''), to: `${to}$` } // sorts after `#`
  const found = new Map<string, WithheldBy>()
  let after: string | undefined
  do {
    const { rows, next } = await views.rows({ ...range, after, ascending: true, count: atOnce, look: atOnce })
    for (const { eventId, by, withheldAt } of rows) {
      found.set(eventId?.S ?? '', { id: by?.S ?? '', time: withheldAt?.S ?? '' })
    }
    after = next ?? (rows.length === atOnce ? rows.at(-1)?.sk?.S : undefined)
  } while (after !== undefined)
  return found
}
