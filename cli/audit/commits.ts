import type { CloudEvent } from '#events/envelope.ts'
import { sameBytes } from '#events/log/base.ts'
import { dataHash, entryOf } from '#events/log/entry.ts'
import { fromItem, type Item } from '#functions/store/commit.ts'
import type { Findings } from './findings.ts'
import { digestOf, type Leaves } from './leaves.ts'

/** An event as its commit has it, and whether that is what the log has. */
interface Told {
  readonly event: CloudEvent
  readonly version: number
  readonly digest: Buffer
}

/**
 * Holds the events table against the log, commit by commit in any order, and hands on each stream once all of it is
 * there that the log has. A stream's commits come one after the other, so few streams wait at a time.
 */
export class Commits {
  /** Commits and events taken, and how many of these events are not below the head of the log. */
  commits = 0
  events = 0
  unsealed = 0
  /** An event is withheld by one that the log had not yet: what was read before and after cannot be compared. */
  moved = false
  /** Streams to look at again: what is missing or different may have been written while the table was read. */
  readonly doubtful = new Set<string>()
  readonly #leaves: Leaves
  readonly #whole: (streamId: string, events: readonly CloudEvent[]) => void
  readonly #waiting = new Map<string, Told[]>()
  readonly #done = new Set<string>()
  /** Of streams that go on beyond the head. */
  readonly #after = new Map<string, Told[]>()

  constructor(leaves: Leaves, whole: (streamId: string, events: readonly CloudEvent[]) => void) {
    this.#leaves = leaves
    this.#whole = whole
  }

  /** Takes an item as it is stored. */
  take(item: Item): void {
    this.commits++
    const streamId = item.streamId?.S ?? ''
    const told = this.#read(item)
    if (!told) {
      this.doubtful.add(streamId)
      return
    }
    this.events += told.length
    this.#look(told)
    const sealed = told.filter(({ version }) => this.#leaves.position(streamId, version) !== undefined)
    this.unsealed += told.length - sealed.length
    if (sealed.length < told.length) this.#after.set(streamId, [...(this.#after.get(streamId) ?? []), ...told])
    if (sealed.length === 0) return
    const waiting = this.#waiting.get(streamId) ?? []
    waiting.push(...sealed)
    if (waiting.length < this.#leaves.count(streamId)) this.#waiting.set(streamId, waiting)
    else if (this.#done.has(streamId)) this.doubtful.add(streamId)
    else {
      this.#waiting.delete(streamId)
      this.#hand(streamId, waiting)
    }
  }

  #look(told: readonly Told[]): void {
    this.moved ||= told.some(({ event }) => (event.withheld ?? 0) >= this.#leaves.size)
  }

  #hand(streamId: string, all: readonly Told[]): void {
    this.#done.add(streamId)
    const told = all.toSorted((a, b) => a.version - b.version)
    const isWhole = told.every(({ version, digest }, index) => {
      const position = this.#leaves.position(streamId, version) as number
      return version === index + 1 && sameBytes(digest, this.#leaves.digest(position))
    })
    if (!isWhole) this.doubtful.add(streamId)
    else
      this.#whole(
        streamId,
        told.map(({ event }) => event),
      )
  }

  /** Those streams, too, of which the table did not show all, or shows a hole where the log does not reach yet. */
  end(): void {
    for (const streamId of this.#waiting.keys()) this.doubtful.add(streamId)
    for (const streamId of this.#leaves.streams.keys()) if (!this.#done.has(streamId)) this.doubtful.add(streamId)
    for (const [streamId, told] of this.#after) {
      const versions = told.map(({ version }) => version).sort((a, b) => a - b)
      const from = this.#leaves.count(streamId) + 1
      if (!versions.filter((version) => version >= from).every((version, index) => version === from + index)) {
        this.doubtful.add(streamId)
      }
    }
  }

  /**
   * Looks at a doubtful stream once more: at all of its commits, read strongly, beside its events as the log has them by
   * now. Names what is wrong, and hands on the stream if all of it is there.
   */
  async again(
    streamId: string,
    items: readonly Item[],
    sealed: (position: number) => Promise<Buffer | undefined>,
    findings: Findings,
  ): Promise<void> {
    const told = new Map<number, Told>()
    let next = 1
    for (const item of items) {
      const version = Number(item.version?.N)
      const at = `${streamId}/${version}`
      if (version > next) findings.add('commit', `${streamId}/${next}`, 'the stream has later versions, and not this')
      if (version < next) findings.add('commit', at, 'another commit has this version too')
      const events = this.#read(item)
      if (events) {
        this.#look(events)
        for (const one of events) told.set(one.version, one)
      } else findings.add('commit', at, whyNot(item))
      next = Math.max(next, version + (events?.length ?? item.events?.L?.length ?? 1))
    }
    const count = this.#leaves.count(streamId)
    for (let version = 1; version <= count; version++) {
      const position = this.#leaves.position(streamId, version)
      if (position === undefined) continue
      const at = `position ${position}, ${streamId}/${version}`
      const one = told.get(version)
      if (!one) {
        const isUnreadable = items.some(({ version: first, events }) => {
          const begin = Number(first?.N)
          return version >= begin && version < begin + (events?.L?.length ?? 1)
        })
        if (!isUnreadable) findings.add('lost', at, 'the event is in the log and not in the events table')
      } else if (!sameBytes(one.digest, this.#leaves.digest(position))) {
        const now = await sealed(position)
        if (now && sameBytes(one.digest, now)) continue
        findings.add('commit', at, 'the event is another one in the log')
      }
    }
    // Also where the log has something else: what the rows are to be is told by the table, if by anything.
    const events = Array.from({ length: count }, (_, index) => told.get(index + 1)?.event)
    if (events.every((event) => event !== undefined)) this.#whole(streamId, events)
  }

  #read(item: Item): Told[] | undefined {
    try {
      return read(item)
    } catch {
      return undefined
    }
  }
}

/** Why a commit cannot be read. */
function whyNot(item: Item): string {
  try {
    read(item)
    return 'it cannot be read'
  } catch (error) {
    if (!(error instanceof Error)) return String(error)
    return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
  }
}

/** The events of a commit, each the one that its place says, its entry canonical and its payload what was hashed. */
function read(item: Item): Told[] {
  const commit = fromItem(item)
  if (commit.events.length === 0) throw new Error('the commit has no events')
  return commit.events.map((event, index) => {
    const version = commit.version + index
    if (event.subject !== commit.streamId || event.id !== `${commit.streamId}/${version}`) {
      throw new Error(`version ${version} calls itself ${event.id}`)
    }
    const { e, d, s, withheld } = item.events?.L?.[index]?.M ?? {}
    const entry = entryOf(event)
    if (!sameBytes(entry, Buffer.from(e?.S ?? ''))) throw new Error(`the entry of ${event.id} is not canonical`)
    if (withheld) return { event, version, digest: digestOf(entry, { withheld: Number(withheld.N) }) }
    const payload = { d: d?.S ?? '', s: s?.S ?? '' }
    if (dataHash(payload.s, payload.d) !== event.datahash) {
      throw new Error(`the payload of ${event.id} is not what its entry was made of`)
    }
    return { event, version, digest: digestOf(entry, payload) }
  })
}
