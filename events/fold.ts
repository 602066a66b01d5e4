import { type CloudEvent, type DomainEvent, versionOf } from './envelope.ts'

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
}

/** A stream folded so far. */
export interface Folded<State> {
  /** Of the last event; 0 for a stream without events. */
  version: number
  /** Time of the last event; empty for a stream without events. */
  time: string
  /** The last 200 commands of the stream with the version of their first event, oldest first. */
  commands: { id: string; version: number }[]
  state: State
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
 * Folds the next events of a stream, in order, onto `onto`, which it owns and may change.
 * Throws when an event is not the next version of the stream.
 */
export function foldOnto<State, Event extends DomainEvent>(
  fold: Fold<State, Event>,
  upcast: Upcast<Event>,
  onto: Folded<State>,
  events: Iterable<CloudEvent>,
): Folded<State> {
  for (const event of events) {
    const version = versionOf(event)
    if (version !== onto.version + 1) {
      throw new Error(`Stream ${event.subject} is at version ${onto.version}; ${event.id} cannot follow`)
    }
    onto.state = fold.evolve(onto.state, upcast(event), {
      version,
      recordedAt: event.time,
      recordedBy: event.recordedby,
    })
    onto.version = version
    onto.time = event.time
    if (onto.commands.at(-1)?.id !== event.commandid) {
      onto.commands.push({ id: event.commandid, version })
      if (onto.commands.length > commandsKept) onto.commands.shift()
    }
  }
  return onto
}
