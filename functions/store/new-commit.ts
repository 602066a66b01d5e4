import { type CloudEvent, type DomainEvent, formatType, parseType } from '#events/envelope.ts'
import { jcs } from '#events/jcs.ts'
import { dataHash } from '#events/log/entry.ts'
import { InvalidInput } from '#events/refusal.ts'
import { type Commit, type Item, toItem } from './commit.ts'

/** What a commit says of the command that gave it. */
export interface CommandMeta {
  /** `k-…` or `r-…`: see command-id.ts. */
  readonly commandid: string
  readonly commandhash: string
  /** Slug of the key's name. */
  readonly recordedBy: string
  /** Salt of the command's event number `index`: 16 random bytes in base64url, the same whenever it is asked for. */
  salt(index: number): string
}

/** The most that one event takes, in bytes of its JCS, and all events of a commit together. */
const maxEventBytes = 60_000
const maxCommitBytes = 300_000

/**
 * The commit that the events of one command are to be, and its item. Each payload's canonical text is made once: it is
 * what is hashed, measured, stored, and read back into the commit, so that they cannot differ.
 * @throws {InvalidInput} an event or the commit is too large
 */
export function newCommit(
  at: { readonly streamId: string; readonly version: number; readonly time: string; readonly source: string },
  events: readonly DomainEvent[],
  shapes: Readonly<Record<string, number>>,
  meta: CommandMeta,
): { commit: Commit; item: Item } {
  const { streamId, version, time, source } = at
  const payloads = events.map(({ data }) => jcs(data))
  const commit: Commit = {
    streamId,
    version,
    time,
    recordedHour: time.slice(0, 13),
    commandid: meta.commandid,
    commandhash: meta.commandhash,
    events: events.map(({ type }, index): CloudEvent => {
      const shape = shapes[type]
      if (shape === undefined) throw new Error(`No shape is known of ${type}`)
      const payload = payloads[index] ?? ''
      const datasalt = meta.salt(index)
      return {
        specversion: '1.0',
        id: `${streamId}/${version + index}`,
        source,
        type: formatType(type, shape),
        subject: streamId,
        time,
        datacontenttype: 'application/json',
        dataschema: `${source}:schemas:${type}:v${shape}`,
        recordedby: meta.recordedBy,
        commandid: meta.commandid,
        datasalt,
        datahash: dataHash(datasalt, payload),
        data: JSON.parse(payload),
      }
    }),
  }
  const item = toItem(commit, payloads)
  refuseTooLarge(commit, item)
  return { commit, item }
}

function refuseTooLarge({ events }: Commit, item: Item): void {
  const sizes = (item.events?.L ?? []).map(({ M: stored = {} }) => bytesOf(stored))
  const large = sizes.findIndex((size) => size > maxEventBytes)
  if (large >= 0) {
    const name = parseType(events[large]?.type ?? '')?.name
    throw new InvalidInput([
      { pointer: '#', detail: `${name} would have ${sizes[large]} bytes; an event has at most ${maxEventBytes}` },
    ])
  }
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (total > maxCommitBytes) {
    throw new InvalidInput([
      { pointer: '#', detail: `All events together would have ${total} bytes; at most ${maxCommitBytes}` },
    ])
  }
}

/** What an event has in JSON: its entry, and in it two members more. */
const bytesOf = ({ e, d, s }: Item): number =>
  Buffer.byteLength(e?.S ?? '') + Buffer.byteLength(`,"data":${d?.S},"datasalt":"${s?.S}"`)
