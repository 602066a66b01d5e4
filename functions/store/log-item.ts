import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { CloudEvent, SealedEvent } from '#events/envelope.ts'
import { parseBundle } from '#events/log/bundle.ts'
import { leafHash } from '#events/log/entry.ts'
import type { Chunk, Payload } from '#events/log/grow.ts'
import { type Tile, tileWidth } from '#events/log/tile.ts'
import { edgeLength, emptyTree, rootOf, type Tree } from '#events/log/tree.ts'
import type { Item } from './commit.ts'
import { formatRuns, parseRuns, type Run } from './runs.ts'

/** The log as it stands: what is sealed, and only that. */
export interface Head extends Tree {
  /** 32 bytes. */
  readonly root: Uint8Array
  /** When it came to be; empty for a log without events. */
  readonly sealedAt: string
}

/** How far a stream is sealed. */
export interface Mark {
  /** Of its last sealed event. */
  readonly version: number
  /** That event's. */
  readonly position: number
  /** Where its latest events are, that one the last: see runs.ts. None of a mark of the time before marks said so. */
  readonly runs: readonly Run[]
}

/** Who keeps this log: made at its genesis, and vouched for by its key. */
export interface Identity {
  /** The log's name, and its keys': what a checkpoint begins with. */
  readonly origin: string
  /** Verifier keys that its checkpoints are signed by, newest first. */
  readonly vkeys: readonly string[]
  /** Of each of them, in the same order: the number of the parameter that holds its secret, and since when it signs (RFC 3339). */
  readonly parameters: readonly number[]
  readonly since: readonly string[]
  /** RFC 3339, UTC, milliseconds. */
  readonly createdAt: string
}

/** A signed head. */
export interface SignedCheckpoint {
  readonly size: number
  /** The signed note, as it is served. */
  readonly note: string
  /** RFC 3339, UTC, milliseconds. */
  readonly signedAt: string
}

/** Keys of the log table: both parts are strings. */
export const headKey: Item = { pk: { S: 'head' }, sk: { S: '0' } }
export const identityKey: Item = { pk: { S: 'identity' }, sk: { S: '0' } }
export const checkpointKey: Item = { pk: { S: 'checkpoint' }, sk: { S: '0' } }
export const tileKey = (level: number, n: number): Item => ({ pk: { S: `tile#${level}#${n}` }, sk: { S: '0' } })
export const markKey = (streamId: string): Item => ({ pk: { S: `stream#${streamId}` }, sk: { S: '0' } })
/** How far the log was swept. */
export const sweepKey: Item = { pk: { S: 'sweep' }, sk: { S: '0' } }
export const parkedPartition = 'parked'
export const parkedKey = (streamId: string): Item => ({ pk: { S: parkedPartition }, sk: { S: streamId } })
export const chunkPartition = (position: number): string => `entries#${Math.floor(position / tileWidth)}`
/** A position as a sort key: 16 digits, so that they sort as numbers do. */
export const positionKey = (position: number): string => String(position).padStart(16, '0')

/** The head's item, `batch` being the token of the transaction that decided it. */
export const headItem = (head: Head, batch: string): Item => ({
  ...headKey,
  size: { N: String(head.size) },
  root: { B: head.root },
  edge: { B: Buffer.concat(head.edge) },
  sealedAt: { S: head.sealedAt },
  batch: { S: batch },
})

/** Reads it back; of a log that has none yet, an empty head. */
export function headOf(item: Item | undefined): Head {
  if (!item) return { ...emptyTree, root: rootOf(emptyTree), sealedAt: '' }
  const size = Number(item.size?.N)
  const bytes = item.edge?.B ?? new Uint8Array()
  const edge = Array.from({ length: edgeLength(size) }, (_, index) => bytes.slice(index * 32, index * 32 + 32))
  return { size, edge, root: item.root?.B ?? new Uint8Array(), sealedAt: item.sealedAt?.S ?? '' }
}

export const markItem = (streamId: string, { version, position, runs }: Mark): Item => ({
  ...markKey(streamId),
  version: { N: String(version) },
  position: { N: String(position) },
  ...(runs.length > 0 ? { runs: { B: formatRuns(runs) } } : {}),
})

export const markOf = (item: Item): Mark => ({
  version: Number(item.version?.N),
  position: Number(item.position?.N),
  runs: parseRuns(item.runs?.B ?? new Uint8Array()),
})

export const chunkItem = (chunk: Chunk): Item => ({
  pk: { S: chunkPartition(chunk.first) },
  sk: { S: positionKey(chunk.first) },
  count: { N: String(chunk.count) },
  entries: { B: chunk.entries },
  hashes: { B: chunk.hashes },
  payloads: { L: chunk.payloads.map((payload) => ({ M: payloadItem(payload) })) },
})

const payloadItem = (payload: Payload): Item =>
  'd' in payload ? { d: { S: payload.d }, s: { S: payload.s } } : { withheld: { N: String(payload.withheld) } }

/** Reads it back. One of the time before the log had tiles does not say the hashes: they are made of its entries. */
export function chunkOf(item: Item): Chunk {
  const entries = item.entries?.B ?? new Uint8Array()
  return {
    first: Number(item.sk?.S),
    count: Number(item.count?.N),
    entries,
    hashes: item.hashes?.B ?? Buffer.concat(parseBundle(entries).map(leafHash)),
    payloads: (item.payloads?.L ?? []).map(payloadOf),
  }
}

function payloadOf({ M: payload = {} }: AttributeValue): Payload {
  if (payload.withheld) return { withheld: Number(payload.withheld.N) }
  return { d: payload.d?.S ?? '', s: payload.s?.S ?? '' }
}

/** The events of a chunk, in order, each with its position. */
export function eventsOf(chunk: Chunk): SealedEvent[] {
  const entries = parseBundle(chunk.entries)
  if (entries.length !== chunk.count || chunk.payloads.length !== chunk.count) {
    throw new Error(`The chunk at ${chunk.first} says ${chunk.count} events and holds ${entries.length}`)
  }
  return entries.map((entry, index) => {
    const envelope = JSON.parse(Buffer.from(entry).toString('utf8')) as CloudEvent
    const payload = chunk.payloads[index] as Payload
    return {
      ...envelope,
      ...('d' in payload ? { datasalt: payload.s, data: JSON.parse(payload.d) } : { withheld: payload.withheld }),
      position: chunk.first + index,
    }
  })
}

export const identityItem = ({ origin, vkeys, parameters, since, createdAt }: Identity): Item => ({
  ...identityKey,
  origin: { S: origin },
  vkeys: { L: vkeys.map((vkey) => ({ S: vkey })) },
  parameters: { L: parameters.map((number) => ({ N: String(number) })) },
  since: { L: since.map((time) => ({ S: time })) },
  createdAt: { S: createdAt },
})

export const identityOf = (item: Item): Identity => ({
  origin: item.origin?.S ?? '',
  vkeys: (item.vkeys?.L ?? []).map(({ S: vkey = '' }) => vkey),
  parameters: (item.parameters?.L ?? []).map(({ N: number }) => Number(number)),
  since: (item.since?.L ?? []).map(({ S: time = '' }) => time),
  createdAt: item.createdAt?.S ?? '',
})

export const checkpointItem = ({ size, note, signedAt }: SignedCheckpoint): Item => ({
  ...checkpointKey,
  size: { N: String(size) },
  note: { S: note },
  signedAt: { S: signedAt },
})

export const checkpointOf = (item: Item): SignedCheckpoint => ({
  size: Number(item.size?.N),
  note: item.note?.S ?? '',
  signedAt: item.signedAt?.S ?? '',
})

export const tileItem = ({ level, n, hashes }: Tile): Item => ({
  ...tileKey(level, n),
  width: { N: String(hashes.length / 32) },
  hashes: { B: hashes },
})

export function tileOf(item: Item): Tile {
  const [, level, n] = (item.pk?.S ?? '').split('#')
  return { level: Number(level), n: Number(n), hashes: item.hashes?.B ?? new Uint8Array() }
}
