import type { DomainEvent } from './envelope.ts'
import type { Fold, Upcast } from './fold.ts'

/** A stream that a command refers to, and the field that does. */
export interface Reference {
  readonly streamId: string
  readonly pointer: string
  /**
   * Of a document: the revision (sha256) whose text is needed to resolve selectors, or the latest one.
   * Absent where no text is needed.
   */
  readonly text?: string
  /** Of an actor: whom it is merged into is needed too, from one to the next. Absent where it is not. */
  readonly merges?: true
}

/** As `Reference.text`: the text of the document's latest revision. */
export const latestText = 'latest'

/** One revision of a document; without a hash where it was recorded without one. */
export interface Revision {
  /** Of the event that recorded it. */
  readonly version: number
  readonly sha256?: string
  readonly codePoints?: number
}

/** What is known of a document that a command refers to. */
export interface KnownDocument {
  /** Oldest first, as the document's folded state has them. */
  readonly revisions: readonly Revision[]
  /** Its text by revision (sha256), where it is needed and held. */
  readonly texts: Readonly<Record<string, string>>
}

/**
 * What was read, before deciding, of all that the command refers to. Nothing on record is ever deleted, so it cannot go
 * stale; only a merge may be made, or undone, at the same moment.
 */
export interface Known {
  /** Ids of the streams that are on record, among those referred to. */
  readonly streams: ReadonlySet<string>
  /** By document id, those on record among those referred to. */
  readonly documents: Readonly<Record<string, KnownDocument>>
  /** By actor id: whom it is merged into, where that is needed; of all on the way. */
  readonly merges?: Readonly<Record<string, string>>
}

/** Events to append, or the version of the event that says all this already. */
export type Decision<Event> =
  | { readonly events: readonly [Event, ...Event[]] }
  | { readonly events: readonly []; readonly version: number }

/**
 * The facts to append; none when the stream already holds them, so a retry is safe.
 * @throws {Refusal} a rule says no
 * @throws {InvalidInput} a field names what is not on record, or does not hold against the text
 */
export type Decide<State, Command, Event> = (command: Command, state: State, known: Known) => Decision<Event>

/** All that the steps need to know of one kind of stream. */
export interface Kind<State, Command, Event extends DomainEvent> {
  readonly fold: Fold<State, Event>
  readonly upcast: Upcast<Event>
  readonly decide: Decide<State, Command, Event>
  /**
   * The streams a command refers to, its own left out. Asked with the initial state to read them beside the stream,
   * and again with the state as loaded: a correction's selectors are resolved in the document that the state names.
   * @throws {InvalidInput} more than 90 distinct streams
   */
  readonly references: (command: Command, state: State) => Reference[]
  /** The shape number under which each event is stored now. */
  readonly shapes: Readonly<Record<Event['type'], number>>
}
