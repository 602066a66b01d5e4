import { createHash } from 'node:crypto'
import type { CloudEvent } from '#events/envelope.ts'
import { versionOf } from '#events/envelope.ts'
import { parseBundle } from '#events/log/bundle.ts'
import { dataHash, leafHash } from '#events/log/entry.ts'
import type { Payload } from '#events/log/grow.ts'
import { tileWidth } from '#events/log/tile.ts'
import { isWithholding, withholdingOf } from '#events/withheld.ts'
import type { Item } from '#functions/store/commit.ts'
import { chunkOf, chunkPartition, positionKey } from '#functions/store/log-item.ts'
import type { Findings } from './findings.ts'

const hashBytes = 32
const digestBytes = 16

/** What an event is, entry and payload, in 16 bytes: the same in the log and in the events table. */
export function digestOf(entry: Uint8Array, payload: Payload): Buffer {
  const hash = createHash('sha256').update(leafHash(entry))
  if ('d' in payload) hash.update(`${payload.s}\n${payload.d}`)
  else hash.update(`withheld ${payload.withheld}`)
  return hash.digest().subarray(0, digestBytes)
}

/** A version of a stream: one whose payload is withheld. */
export interface Withholding {
  readonly subject: string
  readonly version: number
}

/**
 * What was read of the log's events below its head, in 100 bytes for each of them. Chunks are taken in any order.
 */
export class Leaves {
  readonly size: number
  /** Leaf hashes of the entries as they stand, 32 bytes each; and where a chunk says another one. */
  readonly hashes: Buffer
  readonly sealedHashes = new Map<number, { readonly hash: Uint8Array; readonly id: string }>()
  /** Positions of each stream's events: of version 1 first. 0 stands for none, so they are counted from 1. */
  readonly streams = new Map<string, number[]>()
  /** By position, what withholds its payload, and what the events that withhold name. */
  readonly withheld = new Map<number, { readonly by: number; readonly event: Withholding }>()
  readonly withholdings = new Map<number, Withholding>()
  /** The furthest that any chunk reaches. */
  end = 0
  readonly #digests: Buffer
  readonly #seen: Uint8Array
  readonly #findings: Findings
  #unreadable = 0

  constructor(size: number, findings: Findings) {
    this.size = size
    this.hashes = Buffer.alloc(size * hashBytes)
    this.#digests = Buffer.alloc(size * digestBytes)
    this.#seen = new Uint8Array(size)
    this.#findings = findings
  }

  /** Takes a chunk as it is stored; what of it stands at the head or beyond was sealed since. */
  take(item: Item): void {
    const at = `position ${Number(item.sk?.S)}`
    let chunk: ReturnType<typeof chunkOf>
    let entries: Uint8Array[]
    try {
      chunk = chunkOf(item)
      entries = parseBundle(chunk.entries)
    } catch (error) {
      this.#findings.add('chunk', at, error instanceof Error ? error.message : String(error))
      return
    }
    const { first, count, payloads, hashes } = chunk
    if (item.pk?.S !== chunkPartition(first) || item.sk?.S !== positionKey(first)) {
      this.#findings.add('chunk', at, `the chunk is kept under ${item.pk?.S}, ${item.sk?.S}`)
      return
    }
    if (entries.length !== count || payloads.length !== count || hashes.length !== count * hashBytes || count === 0) {
      const held = `${entries.length} entries, ${payloads.length} payloads and ${hashes.length / hashBytes} hashes`
      this.#findings.add('chunk', at, `the chunk says that it has ${count} events, and has ${held}`)
      return
    }
    if (Math.floor((first + count - 1) / tileWidth) !== Math.floor(first / tileWidth)) {
      this.#findings.add('chunk', at, `the chunk goes beyond a multiple of ${tileWidth}`)
    }
    this.end = Math.max(this.end, first + count)
    entries.forEach((entry, index) => {
      const hash = hashes.subarray(index * hashBytes, (index + 1) * hashBytes)
      this.#take(first + index, entry, payloads[index] as Payload, hash)
    })
  }

  #take(position: number, entry: Uint8Array, payload: Payload, sealedHash: Uint8Array): void {
    const envelope = envelopeOf(entry)
    if (envelope && 'd' in payload && isWithholding(envelope)) this.#withholding(position, envelope, payload.d)
    if (position >= this.size) return
    if (this.#seen[position]) {
      this.#findings.add('chunk', `position ${position}`, 'two chunks hold this position')
      return
    }
    this.#seen[position] = 1
    const hash = leafHash(entry)
    this.hashes.set(hash, position * hashBytes)
    if (Buffer.compare(hash, sealedHash) !== 0)
      this.sealedHashes.set(position, { hash: sealedHash, id: envelope?.id ?? 'which cannot be read' })
    this.#digests.set(digestOf(entry, payload), position * digestBytes)
    if (!envelope) {
      this.#unreadable++
      this.#findings.add('entry', `position ${position}`, 'the entry is no envelope of an event')
      return
    }
    const at = `position ${position}, ${envelope.id}`
    if (!('d' in payload)) {
      const event = { subject: envelope.subject, version: versionOf(envelope) }
      this.withheld.set(position, { by: payload.withheld, event })
    } else if (!isHashed(envelope, payload)) {
      this.#findings.add('payload', at, 'the payload in the log is not what the entry was made of')
    }
    const positions = this.streams.get(envelope.subject) ?? []
    if (positions.length === 0) this.streams.set(envelope.subject, positions)
    const version = versionOf(envelope)
    if (positions[version - 1]) {
      this.#findings.add('order', at, `the event is also at position ${Number(positions[version - 1]) - 1}`)
    } else positions[version - 1] = position + 1
  }

  #withholding(position: number, envelope: CloudEvent, data: string): void {
    try {
      const { version } = withholdingOf({ ...envelope, data: JSON.parse(data) as unknown }).data
      this.withholdings.set(position, { subject: envelope.subject, version })
    } catch {
      // It withholds nothing that there is: whoever names it is found out.
    }
  }

  /** The first position that no chunk has shown, from one on; undefined where there is none. */
  missing(from = 0): number | undefined {
    const position = this.#seen.indexOf(0, from)
    return position < 0 ? undefined : position
  }

  has(position: number): boolean {
    return this.#seen[position] === 1
  }

  digest(position: number): Buffer {
    return this.#digests.subarray(position * digestBytes, (position + 1) * digestBytes)
  }

  /** How many events of a stream are below the head. */
  count(streamId: string): number {
    return this.streams.get(streamId)?.length ?? 0
  }

  /** Where an event stands; undefined where it is not below the head. */
  position(streamId: string, version: number): number | undefined {
    const counted = this.streams.get(streamId)?.[version - 1]
    return counted === undefined ? undefined : counted - 1
  }

  /**
   * Holds each payload that is missing against what withholds it. True where that is not in the log as it was read: it was
   * withheld since.
   */
  checkWithheld(): boolean {
    let isLater = false
    for (const [position, { by, event }] of this.withheld) {
      const named = this.withholdings.get(by)
      if (by >= this.size) isLater = true
      else if (by <= position || named?.subject !== event.subject || named.version !== event.version) {
        const at = `position ${position}, ${event.subject}/${event.version}`
        this.#findings.add(
          'withheld',
          at,
          `the event at position ${by}, which is said to withhold its payload, does not`,
        )
      }
    }
    return isLater
  }

  /** Holds the order of each stream: its versions from 1 on, all of them, each after the one before it. */
  checkOrder(): void {
    for (const [streamId, positions] of this.streams) {
      let last = 0
      for (let index = 0; index < positions.length; index++) {
        const counted = positions[index]
        const at = `${streamId}/${index + 1}`
        if (!counted) {
          // An entry that cannot be read may be the one.
          if (this.#unreadable === 0)
            this.#findings.add('order', at, 'the log has later events of the stream, and not this')
        } else if (counted < last)
          this.#findings.add('order', at, `at position ${counted - 1}, before the one that it follows`)
        last = Math.max(last, counted ?? 0)
      }
    }
  }
}

function envelopeOf(entry: Uint8Array): CloudEvent | undefined {
  try {
    const envelope = JSON.parse(Buffer.from(entry).toString('utf8')) as CloudEvent
    versionOf(envelope)
    return envelope
  } catch {
    return undefined
  }
}

function isHashed({ datahash }: CloudEvent, { d, s }: { readonly d: string; readonly s: string }): boolean {
  try {
    return dataHash(s, d) === datahash
  } catch {
    return false // a salt that is none
  }
}
