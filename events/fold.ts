import { type CloudEvent, type DomainEvent, versionOf } from './envelope.ts'
import {
  isWithholding,
  remainderOf,
  type Withheld,
  type Withholdings,
  withholdingOf,
  withholdingsIn,
} from './withheld.ts'

/** Where an event stands: its version in its stream, when it was recorded and by which key. */
export interface At {
  readonly version: number
  readonly recordedAt: string
  readonly recordedBy: string
}

/** How one kind of stream adds up. Pure, and the state is plain JSON: `parse(stringify(state))` equals it. */
export interface Fold<State, Event extends DomainEvent> {
  /** Raised whenever a state's shape or meaning changes: a state kept under another version is not used. */
  readonly version: number
  initial(): State
  /** Owns the state and may change it: copying it for each event would be quadratic. */
  evolve(state: State, event: Event, at: At): State
  /**
   * What an event leaves behind that is withheld, or that withholds another: all that is known of it is its type and its
   * place. Absent where that changes nothing.
   */
  pass?(state: State, type: string, at: At): State
}

/** A stream folded so far. */
export interface Folded<State> {
  /** Of the last event; 0 for a stream without events. */
  version: number
  /** Time of the last event; empty for a stream without events. */
  time: string
  /** The last 200 commands of the stream with the version of their first event, oldest first. */
  commands: { id: string; version: number }[]
  /** Events whose payload is withheld by law, in order: the state is folded without them. Absent where none is. */
  withheld?: Withheld[]
  state: State
}

/** What an event withholds is in the state already: the stream is to be folded from its first event on. */
export class FoldAnew extends Error {
  override readonly name = 'FoldAnew'
  constructor(event: CloudEvent, version: number) {
    super(`Event ${event.id} withholds version ${version}, which is folded: the stream is to be folded anew`)
  }
}

/** How many commands a fold remembers, to recognize one that is sent again. */
const commandsKept = 200

export const nothing = <State>(fold: Fold<State, never>): Folded<State> => ({
  version: 0,
  time: '',
  commands: [],
  state: fold.initial(),
})

/** Lifts a stored event to today's shape of it. Throws for a type it does not know: skipping would be a lie. */
export type Upcast<Event extends DomainEvent> = (event: CloudEvent) => Event

/**
 * Folds the next events of a stream, in order, onto `onto`, which it owns and may change. What is withheld is passed over
 * from the beginning, be its payload removed yet or not: as far as these events tell of it, or `withholdings`, where more
 * is known of the stream than these.
 * Throws when an event is not the next version of the stream. @throws {FoldAnew}
 */
export function foldOnto<State, Event extends DomainEvent>(
  fold: Fold<State, Event>,
  upcast: Upcast<Event>,
  onto: Folded<State>,
  events: readonly CloudEvent[],
  withholdings: Withholdings = withholdingsIn(events),
): Folded<State> {
  for (const event of events) {
    const version = versionOf(event)
    if (version !== onto.version + 1) {
      throw new Error(`Stream ${event.subject} is at version ${onto.version}; ${event.id} cannot follow`)
    }
    const at = { version, recordedAt: event.time, recordedBy: event.recordedby }
    const withholds = isWithholding(event)
    if (withholds) settle(onto, event)
    if (withholds || isWithheld(event, withholdings)) {
      const remainder = remainderOf(event, withholdings.get(version))
      if (!withholds) onto.withheld = [...(onto.withheld ?? []), remainder]
      onto.state = fold.pass?.(onto.state, remainder.type, at) ?? onto.state
    } else {
      onto.state = fold.evolve(onto.state, upcast(event), at)
    }
    onto.version = version
    onto.time = event.time
    if (onto.commands.at(-1)?.id !== event.commandid) {
      onto.commands.push({ id: event.commandid, version })
      if (onto.commands.length > commandsKept) onto.commands.shift()
    }
  }
  return onto
}

/** Whether an event is folded without its payload: it is told to be withheld, or was removed. */
export const isWithheld = (event: CloudEvent, withholdings: Withholdings): boolean =>
  event.withheld !== undefined || withholdings.has(versionOf(event))

/** What an event withholds was passed over: that is written beside it. @throws {FoldAnew} */
function settle({ withheld = [] }: Folded<unknown>, event: CloudEvent): void {
  const by = withholdingOf(event)
  const passed = withheld.find(({ version }) => version === by.data.version)
  if (!passed) throw new FoldAnew(event, by.data.version)
  passed.by ??= by
}
