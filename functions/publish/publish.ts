import { setTimeout as delay } from 'node:timers/promises'
import { type EventBridgeClient, PutEventsCommand, type PutEventsResultEntry } from '@aws-sdk/client-eventbridge'
import type { SealedEvent } from '#events/envelope.ts'
import { withoutWithheld } from '#events/withheld.ts'
import { begin, type Checkpoint, pull, type SealedLog } from '#functions/store/pull.ts'
import { calls, entryOf } from './entry.ts'

/** Entries that EventBridge would not take, however often they were sent. The checkpoint stands before them. */
export class NotPublished extends Error {
  override readonly name = 'NotPublished'
  /** EventBridge's error codes, each once. */
  readonly codes: readonly string[]
  constructor(failed: number, codes: readonly string[]) {
    super(`EventBridge did not take ${failed} entries: ${codes.join(', ')}`)
    this.codes = codes
  }
}

/** How often an entry is sent before giving up, and the longest first wait; later ones are twice as long each. */
const sends = 6
const firstWaitMs = 100

/**
 * Sealed events onto the bus, in the log's order, each at least once: the checkpoint is moved after each PutEvents, and
 * only past what EventBridge took. A crash between the two repeats at most the events of one call. One that comes late
 * does not publish what is withheld by then, as far as it reads that at once; what was removed it cannot.
 */
export class Publish {
  readonly #log: SealedLog
  readonly #checkpoint: Checkpoint
  readonly #events: EventBridgeClient
  readonly #bus: string
  /** Where this process left the checkpoint. */
  #at: number | undefined

  constructor(options: {
    log: SealedLog
    checkpoint: Checkpoint
    eventBridge: EventBridgeClient
    bus: string
  }) {
    this.#log = options.log
    this.#checkpoint = options.checkpoint
    this.#events = options.eventBridge
    this.#bus = options.bus
  }

  /** Publishes up to the head. @returns the position it came to. @throws {OutOfTime} {NotPublished} {EntryTooLarge} */
  async run(remainingMs?: () => number): Promise<number> {
    const source = { log: this.#log, checkpoint: this.#checkpoint }
    this.#at = await pull({
      ...source,
      begun: await begin(source, this.#at),
      cut: (events) => calls(withoutWithheld(events), this.#bus),
      apply: (events) => this.#put(events),
      ...(remainingMs ? { remainingMs } : {}),
    })
    return this.#at
  }

  /** Sends what one call takes, and what it did not take again, before anything later is sent. */
  async #put(events: readonly SealedEvent[]): Promise<void> {
    let entries = events.map((event) => entryOf(event, this.#bus))
    for (let sent = 0; entries.length > 0; sent++) {
      if (sent > 0) await delay(Math.random() * firstWaitMs * 2 ** (sent - 1))
      const { Entries: results = [] } = await this.#events.send(new PutEventsCommand({ Entries: entries }))
      const refused = entries.filter((_, index) => !results[index]?.EventId)
      if (refused.length > 0 && sent + 1 === sends) throw new NotPublished(refused.length, codesOf(results))
      entries = refused
    }
  }
}

const codesOf = (results: readonly PutEventsResultEntry[]): string[] => [
  ...new Set(results.map(({ ErrorCode }) => ErrorCode).filter((code) => code !== undefined)),
]
