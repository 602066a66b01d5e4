import { type Dating, datingBounds } from './dating.ts'
import { compareDays } from './edtf/calendar.ts'
import { type Bounds, certainlyBefore, endsOf } from './edtf.ts'

/** Whether something holds on a day: `certain` on each of the days that are asked for, `possible` on some of them. */
export type Holds = 'certain' | 'possible'

/** From when on and until when something is known to hold: a bound that is not known is null. */
interface Period {
  /** The day by which it has begun, at the latest; `open` where it has no beginning. */
  readonly begun: string | null | 'open'
  /** The day until which it has not ended, at the earliest; `open` where it has no end. */
  readonly until: string | null | 'open'
}

/** Whether a dating can be of the days asked for; undefined where it certainly is of others. A dating without a day can. */
export function holdsOn(dating: Dating | undefined, on: Bounds): Holds | undefined {
  const bounds = datingBounds(dating)
  if (certainlyBefore(bounds, on) || certainlyBefore(on, bounds)) return undefined
  return covers(periodOf(dating), on) ? 'certain' : 'possible'
}

/** A role's dates. */
interface Held {
  readonly start?: Dating | undefined
  readonly end?: Dating | undefined
  /** A time at which a source has it held. */
  readonly heldOn?: Dating | undefined
}

/**
 * Whether a role can be held on the days asked for; undefined where it certainly had ended, or had not begun. It is
 * certain between the days on which it certainly was held: nobody leaves it and comes back in one membership.
 */
export function roleHeldOn({ start, end, heldOn }: Held, on: Bounds): Holds | undefined {
  if (certainlyBefore(datingBounds(end), on) || certainlyBefore(on, datingBounds(start))) return undefined
  const held = periodOf(heldOn)
  const begun = leastOf(datingBounds(start).latest, held.begun)
  const until = greatestOf(datingBounds(end).earliest, held.until)
  return covers({ begun, until }, on) ? 'certain' : 'possible'
}

/** How many days lie between a dating and the days asked for; 0 where they meet, infinite where it has no day there. */
export function daysBetween(bounds: Bounds, on: Bounds): number {
  if (bounds.earliest === null && bounds.latest === null) return Number.POSITIVE_INFINITY
  if (certainlyBefore(bounds, on)) return apart(bounds.latest, on.earliest)
  if (certainlyBefore(on, bounds)) return apart(on.latest, bounds.earliest)
  return 0
}

/** An interval holds from its one end to the other; any other date is of one day among those that it allows. */
function periodOf(dating: Dating | undefined): Period {
  const date = dating?.edtf ?? dating?.stated
  if (date === undefined) return { begun: null, until: null }
  const ends = endsOf(date)
  if (!ends) {
    const { earliest, latest } = datingBounds(dating)
    return { begun: latest, until: earliest }
  }
  const { from, to } = ends
  return { begun: from === 'open' ? 'open' : from.latest, until: to === 'open' ? 'open' : to.earliest }
}

function covers({ begun, until }: Period, on: Bounds): boolean {
  const hasBegun = begun === 'open' || (begun !== null && on.earliest !== null && compareDays(begun, on.earliest) <= 0)
  return hasBegun && (until === 'open' || (until !== null && on.latest !== null && compareDays(on.latest, until) <= 0))
}

function leastOf(a: string | null, b: Period['begun']): Period['begun'] {
  if (a === null || b === 'open') return b
  return b === null || compareDays(a, b) < 0 ? a : b
}

function greatestOf(a: string | null, b: Period['until']): Period['until'] {
  if (a === null || b === 'open') return b
  return b === null || compareDays(a, b) > 0 ? a : b
}

const dayMs = 86_400_000

function apart(before: string | null, after: string | null): number {
  const [from, to] = [Date.parse(before ?? ''), Date.parse(after ?? '')]
  return Number.isNaN(from) || Number.isNaN(to) ? Number.MAX_SAFE_INTEGER : Math.round((to - from) / dayMs)
}
