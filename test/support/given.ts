import { expect } from 'vitest'
import type { Kind, Known, KnownDocument } from '#events/decide.ts'
import { describeText } from '#events/document/text.ts'
import { type CloudEvent, type DomainEvent, formatType } from '#events/envelope.ts'
import { type Folded, foldOnto, nothing } from '#events/fold.ts'
import { own } from '#events/own.ts'
import { InvalidInput, Refusal, type RefusalCode } from '#events/refusal.ts'
import { documentStream, parseStream } from '#events/streams.ts'
import { withholdingShapes } from '#events/withheld.ts'
import {
  decided,
  isWithholdPayload,
  type PayloadWithheldEvent,
  type WithholdPayloadCommand,
} from '#events/withholding.ts'

/** What else is on record. Without a word, all that a command refers to is, and every document without a hash. */
export interface World {
  /** By document id, the texts of its revisions, oldest first; or only their hashes and lengths. */
  readonly documents?: Readonly<Record<string, readonly (string | { sha256?: string; codePoints?: number })[]>>
  /** Streams that are not on record. */
  readonly absent?: readonly string[]
  /** By actor id, whom it is merged into. */
  readonly merges?: Readonly<Record<string, string>>
}

/**
 * A stream with these events, and what a command makes of it. Each ending throws what the test runner shows, so a
 * line `given(…).when(…).thenAdds(…)` is a whole test.
 */
export function given<State, Command, Event extends DomainEvent>(
  kind: Kind<State, Command, Event>,
  events: readonly (Event | PayloadWithheldEvent)[],
  world: World = {},
) {
  return {
    when: (command: Command | WithholdPayloadCommand) => {
      const decide = () => decideOn(kind, folded(kind, events), command, world)
      return {
        /** Exactly these are added. */
        thenAdds: (...expected: readonly (Event | PayloadWithheldEvent)[]) =>
          void expect(decide().events).toStrictEqual(expected),
        /** Nothing is added: the event of this version says it all already. */
        thenAlready: (version: number) => void expect(decide()).toEqual({ events: [], version }),
        thenRefused: (code: RefusalCode, facts: Readonly<Record<string, unknown>> = {}) => {
          const refusal = thrown(decide)
          expect(refusal).toBeInstanceOf(Refusal)
          expect(refusal).toMatchObject({ code, facts })
        },
        /** These fields are named as wrong, and no others. */
        thenInvalid: (...pointers: readonly string[]) => {
          const invalid = thrown(decide)
          expect(invalid).toBeInstanceOf(InvalidInput)
          expect((invalid as InvalidInput).errors.map(({ pointer }) => pointer)).toEqual(pointers)
        },
      }
    },
  }
}

/** The state after these events, as the store would fold it. */
export const folded = <State, Command, Event extends DomainEvent>(
  kind: Kind<State, Command, Event>,
  events: readonly (Event | PayloadWithheldEvent)[],
): Folded<State> => foldOnto(kind.fold, kind.upcast, nothing(kind.fold), storedEvents(kind, events))

/** The events as they are stored, in one stream from version 1. */
export const storedEvents = <State, Command, Event extends DomainEvent>(
  { shapes }: Kind<State, Command, Event>,
  events: readonly (Event | PayloadWithheldEvent)[],
): CloudEvent[] => events.map(stored({ ...shapes, ...withholdingShapes }))

/** The events that these commands give, each decided on what those before it left; a refusal leaves nothing. */
export function eventsOf<State, Command, Event extends DomainEvent>(
  kind: Kind<State, Command, Event>,
  commands: readonly Command[],
): Event[] {
  const events: Event[] = []
  for (const command of commands) {
    try {
      events.push(...(decideOn(kind, folded(kind, events), command).events as readonly Event[]))
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof InvalidInput)) throw error
    }
  }
  return events
}

export const decideOn = <State, Command, Event extends DomainEvent>(
  kind: Kind<State, Command, Event>,
  folded: Folded<State>,
  command: Command | WithholdPayloadCommand,
  world: World = {},
) => decided(kind, command, folded, knownOf(kind, folded.state, command, world))

/** What the store would have read before deciding. */
function knownOf<State, Command, Event extends DomainEvent>(
  kind: Kind<State, Command, Event>,
  state: State,
  command: Command | WithholdPayloadCommand,
  { documents = {}, absent = [], merges = {} }: World,
): Known {
  const references = isWithholdPayload(command) ? [] : kind.references(command, state)
  const referred = references.map(({ streamId }) => streamId)
  const streams = new Set(referred.filter((streamId) => !absent.includes(streamId)))
  const ids = [...streams].map(parseStream).flatMap((stream) => (stream?.kind === 'document' ? [stream.id] : []))
  const known = ids.map((id) => [id, knownDocument(own(documents, id) ?? [{}])] as const)
  return { streams, documents: Object.fromEntries(known), merges }
}

function knownDocument(revisions: readonly (string | { sha256?: string; codePoints?: number })[]): KnownDocument {
  const texts = revisions.filter((revision) => typeof revision === 'string')
  return {
    revisions: revisions.map((revision, index) => ({
      version: index + 1,
      ...(typeof revision === 'string' ? describeText(revision) : revision),
    })),
    texts: Object.fromEntries(texts.map((text) => [describeText(text).sha256, text])),
  }
}

const stored =
  (shapes: Readonly<Record<string, number>>) =>
  ({ type, data }: DomainEvent, index: number): CloudEvent => ({
    specversion: '1.0',
    id: `${documentStream('any')}/${index + 1}`,
    source: 'urn:rapporteur:00000000-0000-4000-8000-000000000000',
    type: formatType(type, shapes[type] ?? 0),
    subject: documentStream('any'),
    time: new Date(Date.UTC(2031, 1, 14, 9, 30, index)).toISOString(),
    datacontenttype: 'application/json',
    dataschema: `urn:rapporteur:00000000-0000-4000-8000-000000000000:schemas:${type}:v${shapes[type]}`,
    recordedby: 'desk',
    commandid: `r-${index}`,
    datahash: '',
    data,
  })

function thrown(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return expect.fail('Nothing was refused')
}
