import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { CloudEvent } from '#events/envelope.ts'
import { jcs } from '#events/jcs.ts'
import { entryOf } from '#events/log/entry.ts'

/** The events of one command: one item of the events table, so that they are recorded all or not at all. */
export interface Commit {
  readonly streamId: string
  /** Of its first event. */
  readonly version: number
  /** When it was recorded, on all of its events: RFC 3339, UTC, milliseconds. */
  readonly time: string
  /** `2031-02-06T09`: the hour of `time`, by which a sweep finds it. */
  readonly recordedHour: string
  readonly commandid: string
  /** Of the whole request, to tell whether a commandid came with another body. */
  readonly commandhash: string
  readonly events: readonly CloudEvent[]
}

/**
 * The `commandhash` of a commit that was restored from an export, which does not have it: the command is recognized by its
 * commandid alone. To take it for another would refuse who sends it again in good faith.
 */
export const restoredHash = 'restored'

export type Item = Record<string, AttributeValue>

/** Version of the last event of a commit. */
export const lastVersion = ({ version, events }: Pick<Commit, 'version' | 'events'>): number =>
  version + events.length - 1

/** An item of the events table that is no commit: a hand was in the table, or it is a bug of ours. */
export class UnreadableCommit extends Error {
  override readonly name = 'UnreadableCommit'
  readonly streamId: string
  /** Of the item's key; 0 where even that cannot be read. */
  readonly version: number
  constructor(item: Item, cause: unknown) {
    super(`Commit ${item.streamId?.S}/${item.version?.N} cannot be read`, { cause })
    this.streamId = item.streamId?.S ?? ''
    this.version = Number(item.version?.N ?? 0)
  }
}

/**
 * The item of a commit: of each event its entry `e`, exactly the bytes that will be sealed, its payload `d` as JCS
 * and its salt `s`. Strings, not maps, so that what is hashed is what is stored. `payloads` are the events' payloads
 * as JCS, for whoever has made that text already.
 * Throws for an event whose entry could not be sealed.
 */
export function toItem(commit: Commit, payloads: readonly string[] = []): Item {
  return {
    streamId: { S: commit.streamId },
    version: { N: String(commit.version) },
    recordedHour: { S: commit.recordedHour },
    time: { S: commit.time },
    commandid: { S: commit.commandid },
    commandhash: { S: commit.commandhash },
    events: { L: commit.events.map((event, index) => ({ M: storedOf(event, payloads[index]) })) },
  }
}

function storedOf(event: CloudEvent, payload?: string): Item {
  const e = { S: Buffer.from(entryOf(event)).toString('utf8') }
  if (event.withheld !== undefined) return { e, withheld: { N: String(event.withheld) } }
  return { e, d: { S: payload ?? jcs(event.data) }, s: { S: event.datasalt ?? '' } }
}

/** Reads an item back. Throws UnreadableCommit. */
export function fromItem(item: Item): Commit {
  try {
    return {
      streamId: text(item.streamId),
      version: integer(item.version),
      time: text(item.time),
      recordedHour: text(item.recordedHour),
      commandid: text(item.commandid),
      commandhash: text(item.commandhash),
      events: (item.events?.L ?? []).map((stored) => eventOf(stored.M ?? {})),
    }
  } catch (cause) {
    throw new UnreadableCommit(item, cause)
  }
}

function eventOf({ e, d, s, withheld }: Item): CloudEvent {
  const envelope = JSON.parse(text(e)) as CloudEvent
  if (withheld) return { ...envelope, withheld: integer(withheld) }
  return { ...envelope, datasalt: text(s), data: JSON.parse(text(d)) }
}

function text(value: AttributeValue | undefined): string {
  if (value?.S === undefined) throw new Error('A string is missing')
  return value.S
}

function integer(value: AttributeValue | undefined): number {
  const number = Number(value?.N)
  if (!Number.isSafeInteger(number)) throw new Error('An integer is missing')
  return number
}
