import * as v from 'valibot'
import { foldAsOf } from '#events/as-of.ts'
import type { Kind } from '#events/decide.ts'
import type { DomainEvent } from '#events/envelope.ts'
import type { Folded } from '#events/fold.ts'
import { Instant, strict } from '#events/schema.ts'
import { readFromEarly } from '#functions/store/from-early.ts'
import type { Deps } from './context.ts'
import { invalidParameter, Problem } from './problem.ts'
import type { ProblemCode } from './problems/codes.ts'

/** In a query an unescaped `+` is a blank, and no instant has a blank: `…T10:30:00 01:00` can have been nothing else. */
const asWritten = (text: string) => text.replace(/ (?=\d\d:\d\d$)/, '+')

/** The parameter of every resource that can be asked for as it was. */
export const AsOf = v.pipe(
  v.string(),
  v.check((text) => v.is(Instant, asWritten(text)), 'is not an instant as RFC 3339 has it, like 2031-02-14T09:30:00Z'),
  v.description(
    'An instant, RFC 3339, at any offset: answers what was on record then, which is every event whose `time` is not after it. Milliseconds count, finer fractions do not.',
  ),
  v.metadata({ examples: ['2031-02-14T09:30:00Z'] }),
)
export const AsOfQuery = strict({ asOf: v.exactOptional(AsOf) })

/** How long an answer may still change: clocks differ, and a write that is under way carries its time already. */
const provisionalMs = 60_000

/** A stream as it was on record at an instant. */
export interface ThatTime<State> {
  readonly folded: Folded<State>
  /** Whether an event of that time may yet come. */
  readonly provisional: boolean
}

/**
 * A stream as it was on record at an instant, read strongly.
 * @throws {Problem} `invalid-input`, where the instant is later than the clock; `otherwise`, where nothing was on record
 */
export async function readAsOf<State, Event extends DomainEvent>(
  deps: Pick<Deps, 'store' | 'views' | 'now'>,
  kind: Pick<Kind<State, never, Event>, 'fold' | 'upcast'>,
  streamId: string,
  asOf: string,
  otherwise: ProblemCode,
): Promise<ThatTime<State>> {
  const ms = Date.parse(asWritten(asOf))
  const age = deps.now() - ms
  if (age < 0) {
    const clock = new Date(deps.now()).toISOString()
    throw invalidParameter('invalid-input', 'asOf', `is later than the clock here, by which it is ${clock}`)
  }
  const instant = new Date(ms).toISOString()
  const { from, events, withholdings } = await readFromEarly<State, Event>(
    deps,
    kind,
    streamId,
    (kept) => kept.time <= instant,
    ({ time }) => time > instant,
  )
  const folded = foldAsOf(kind, events, instant, from, withholdings)
  if (folded.version === 0) {
    throw new Problem(otherwise, `Nothing was on record under this id at ${instant}.`)
  }
  return { folded, provisional: age < provisionalMs }
}
