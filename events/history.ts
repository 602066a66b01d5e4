import * as v from 'valibot'
import { type Change, changesBetween, type Identities } from './changes.ts'
import type { Kind } from './decide.ts'
import { type CloudEvent, type DomainEvent, parseType, versionOf } from './envelope.ts'
import { type Folded, foldOnto, isWithheld, nothing } from './fold.ts'
import { viewed } from './view.ts'
import {
  isWithholding,
  type Withheld,
  WithheldView,
  type Withholdings,
  withheldView,
  withholdingOf,
  withholdingsIn,
} from './withheld.ts'

export const ChangeMade = v.pipe(
  v.strictObject({
    pointer: v.pipe(
      v.string(),
      v.description(
        'A JSON Pointer as a URI fragment, into the resource as the changes before this one leave it; in a list, `to` alone is put in before what stands there',
      ),
    ),
    from: v.exactOptional(v.pipe(v.unknown(), v.description('Absent where it was not there before'))),
    to: v.exactOptional(v.pipe(v.unknown(), v.description('Absent where it is taken away'))),
  }),
  v.title('Change'),
  v.description('As an operation of RFC 6902: added, taken away or replaced'),
)

/** One event of a resource, and what it changed in it. */
export const HistoryItem = v.pipe(
  v.strictObject({
    version: v.pipe(v.number(), v.integer(), v.minValue(1), v.description('That the resource has with it')),
    type: v.pipe(v.string(), v.description('`StatementCorrected`')),
    recordedAt: v.pipe(v.string(), v.description('RFC 3339, UTC, milliseconds')),
    recordedBy: viewed.recordedBy,
    commandid: v.exactOptional(v.pipe(v.string(), v.description('The command that gave it'))),
    eventId: v.pipe(v.string(), v.description('`<streamId>/<version>`: its `id` in the log')),
    reason: v.exactOptional(v.pipe(v.string(), v.description('Why, where the event says so'))),
    changes: v.pipe(
      v.array(ChangeMade),
      v.description(
        'What it changed in the resource as it is served, `version` aside. All changes of a history, made one after the other, give the resource. A mission has all its contingents there.',
      ),
    ),
    withheld: v.exactOptional(
      v.pipe(
        WithheldView,
        v.description('Where its payload is withheld by law: then it changed nothing that is shown'),
      ),
    ),
  }),
  v.title('HistoryItem'),
)
export type HistoryItem = v.InferOutput<typeof HistoryItem>

/** A part of a resource, and where it stands in it; undefined where it is not there. */
export interface Part {
  readonly path: readonly (string | number)[]
  readonly value: unknown
}

/** How the history of one kind of stream is told. */
export interface Shown<State, Event extends DomainEvent> {
  readonly identities: Identities
  /**
   * What follows one stream, and is asked for all that an event may change of the resource, as it stands: before each
   * event and after it, in order and leaving none out. Mostly that is the whole; it is less where the whole would make a
   * page of a long history slow. The answer shares nothing with the state that an event would change. Of an event that is
   * withheld, or withholds another, nothing is told but that there is one: it changes no more than its type alone can.
   */
  parts(): (event: Event | undefined, folded: Folded<State>) => Part
}

/** The whole resource, as its view shows it; nothing before there is one. Its version changes with every event. */
export function whole<State>(folded: Folded<State>, view: (folded: Folded<State>) => { version: number }): Part {
  if (folded.version === 0) return { path: [], value: {} }
  const { version: _, ...value } = view(folded)
  return { path: [], value }
}

/**
 * What each event changed, of those after a version, at most `limit`. `events` are in order: the whole stream, or what
 * follows `from`, which is the stream at that version or before; it is owned here and may change.
 */
export function historyAfter<State, Event extends DomainEvent>(
  { fold, upcast }: Pick<Kind<State, never, Event>, 'fold' | 'upcast'>,
  { identities, parts }: Shown<State, Event>,
  events: readonly CloudEvent[],
  after: number,
  limit: number,
  from: Folded<State> = nothing(fold),
  withholdings: Withholdings = withholdingsIn(events, from.withheld),
): HistoryItem[] {
  const first = after - from.version
  const folded = foldOnto(fold, upcast, from, events.slice(0, first), withholdings)
  const part = parts()
  return events.slice(first, first + limit).map((stored) => {
    const isBare = isWithholding(stored) || isWithheld(stored, withholdings)
    const event = isBare ? undefined : upcast(stored)
    const before = part(event, folded)
    foldOnto(fold, upcast, folded, [stored], withholdings)
    const { path, value } = part(event, folded) // what was not there before had no place yet
    const changes = changesBetween(before.value, value, identities, path)
    const withheld = folded.withheld?.find(({ version }) => version === folded.version)
    const reason = isWithholding(stored) ? withholdingOf(stored).data.ground : event && reasonOf(event)
    return itemOf(stored, reason, changes, withheld)
  })
}

const reasonOf = ({ data }: DomainEvent): string | undefined =>
  'reason' in data && typeof data.reason === 'string' ? data.reason : undefined

function itemOf(
  stored: CloudEvent,
  reason: string | undefined,
  changes: Change[],
  withheld: Withheld | undefined,
): HistoryItem {
  return {
    version: versionOf(stored),
    type: parseType(stored.type)?.name ?? stored.type,
    recordedAt: stored.time,
    recordedBy: stored.recordedby,
    commandid: stored.commandid,
    eventId: stored.id,
    ...(reason === undefined ? {} : { reason }),
    changes,
    ...(withheld ? { withheld: withheldView(withheld) } : {}),
  }
}
