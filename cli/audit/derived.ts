import { createHash } from 'node:crypto'
import type { CloudEvent, DomainEvent } from '#events/envelope.ts'
import { type Folded, foldOnto, nothing } from '#events/fold.ts'
import { jcs } from '#events/jcs.ts'
import { kinds } from '#events/kinds.ts'
import { parseStream } from '#events/streams.ts'
import type { Foldable } from '#functions/projections/kept.ts'
import { readModels } from '#functions/projections/read-models.ts'
import { attributesOf, type Item, type Row } from '#functions/projections/row.ts'

/** A stream's state as it is to be kept. */
export interface DerivedState {
  readonly version: number
  readonly position: number
  readonly digest: string
  readonly foldVersion: number
}

/** A value that stands for all that a row or a state says. */
const digestOf = (value: unknown): string => createHash('sha256').update(jcs(value)).digest('base64url').slice(0, 20)

/** Of a stored row, or one to be: all that it says, but for its key and when it was written. */
export function rowDigest({ pk: _, sk: __, position: ___, ...attributes }: Item): string {
  return digestOf(attributes)
}

/** Of the JSON of a kept state. */
export const stateDigest = (json: string): string => digestOf(JSON.parse(json))

/** As rows are told apart in one generation. */
export const rowName = ({ pk, sk }: Pick<Row, 'pk' | 'sk'>): string => `${pk}\n${sk}`

/** A stream of no known kind has no rows: the log's own. */
export const kindOf = (streamId: string): Foldable | undefined => {
  const kind = parseStream(streamId)?.kind
  return kind && kinds[kind]
}

/** Rows and states as the events give them: some 250 bytes of memory for each row. */
export class Derived {
  readonly rows = new Map<string, string>()
  readonly states = new Map<string, DerivedState>()
  /** Streams that cannot be folded to their end, and why. */
  readonly unfoldable = new Map<string, string>()

  /** Folds a whole stream, whose event `version` stands at `position(version)`. */
  add(streamId: string, events: readonly CloudEvent[], position: (version: number) => number): void {
    const kind = kindOf(streamId)
    if (!kind || events.length === 0) return
    const folded = this.#fold(streamId, kind, events)
    if (folded.version === 0) return
    const last = position(folded.version)
    const { version } = folded
    this.states.set(streamId, {
      version,
      position: last,
      digest: stateDigest(JSON.stringify(folded)),
      foldVersion: kind.fold.version,
    })
    const ofKind = readModels.filter((model) => model.kind === parseStream(streamId)?.kind)
    for (const row of ofKind.flatMap((model) => model.rows(folded, streamId, last))) {
      this.rows.set(rowName(row), rowDigest(attributesOf(row)))
    }
  }

  /** As far as it goes. */
  #fold(streamId: string, kind: Foldable, events: readonly CloudEvent[]): Folded<unknown> {
    try {
      return foldAll(kind, events)
    } catch (error) {
      this.unfoldable.set(streamId, error instanceof Error ? error.message : String(error))
    }
    for (let end = events.length - 1; ; end--) {
      try {
        return foldAll(kind, events.slice(0, end))
      } catch {
        // One fewer, then: without any it is folded.
      }
    }
  }
}

/** A stream folded from its first event on. */
export const foldAll = (kind: Foldable, events: readonly CloudEvent[]): Folded<unknown> =>
  foldOnto<unknown, DomainEvent>(kind.fold, kind.upcast, nothing(kind.fold), events)
