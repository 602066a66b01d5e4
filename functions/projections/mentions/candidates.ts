import type { ActorRegistered } from '#events/actor/events.ts'
import type { Reason, Word } from './reasons.ts'
import type { CandidateView } from './view.ts'

/** An actor, and all that speaks for it. */
export interface Considered {
  readonly actorId: string
  readonly name: string
  readonly kind: ActorRegistered['kind']
  readonly reasons: readonly Reason[]
}

/** The most reasons that are told of one candidate. */
const maxReasons = 8

/**
 * Those who can be meant, the likeliest first: by how many words of the mention speak for them, whether for certain, how
 * near to the days asked for, and then by name and id. Who is not meant by every word is told only where nobody is; and
 * then only with half of the words, or by name.
 */
export function ranked(considered: readonly Considered[], words: readonly Word[]): CandidateView[] {
  const judged = considered
    .map(({ reasons, ...actor }) => {
      const why = reasons.toSorted(strongest)
      const covered = covers(why)
      const certain = covers(why.filter(({ view }) => view.certainty === 'certain')).size === words.length
      return { actor, why, covered: covered.size, certain, days: Math.min(...why.map(({ days }) => days)) }
    })
    .filter(({ covered }) => covered > 0)
  const whole = judged.filter(({ covered }) => covered === words.length)
  const partly = judged.filter(
    ({ covered, why }) => 2 * covered >= words.length || why.some(({ view }) => view.because === 'name'),
  )
  return (whole.length > 0 ? whole : partly)
    .sort(
      (a, b) =>
        b.covered - a.covered ||
        Number(b.certain) - Number(a.certain) ||
        ascending(a.days, b.days) ||
        ascending(a.actor.name, b.actor.name) ||
        ascending(a.actor.actorId, b.actor.actorId),
    )
    .map(({ actor, why, certain }) => ({
      ...actor,
      certainty: certain ? 'certain' : 'possible',
      why: why.slice(0, maxReasons).map(({ view }) => view),
    }))
}

/** More words first, then certain ones, then nearer ones; deterministic to the end. */
const strongest = (a: Reason, b: Reason): number =>
  b.covers.length - a.covers.length ||
  Number(b.view.certainty === 'certain') - Number(a.view.certainty === 'certain') ||
  ascending(a.days, b.days) ||
  ascending(JSON.stringify(a.view), JSON.stringify(b.view))

const covers = (reasons: readonly Reason[]) => new Set(reasons.flatMap((reason) => reason.covers))

const ascending = <Value extends number | string>(a: Value, b: Value): number => (a < b ? -1 : Number(a > b))
