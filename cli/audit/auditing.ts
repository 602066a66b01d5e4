import { setTimeout as delay } from 'node:timers/promises'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { parseBundle } from '#events/log/bundle.ts'
import type { Payload } from '#events/log/grow.ts'
import { fromItem, type Item } from '#functions/store/commit.ts'
import {
  checkpointKey,
  checkpointOf,
  chunkOf,
  chunkPartition,
  headKey,
  headOf,
  identityKey,
  identityOf,
} from '#functions/store/log-item.ts'
import { Commits } from './commits.ts'
import { Derived } from './derived.ts'
import { Findings } from './findings.ts'
import { digestOf, Leaves } from './leaves.ts'
import { readLog } from './log.ts'
import { Reading } from './reading.ts'
import { checkRows } from './rows.ts'
import { checkCheckpoint, checkRoot, checkTiles } from './tree.ts'

/** The tables of a deployment, by name. */
export interface Audited {
  readonly client: DynamoDBClient
  readonly events: string
  readonly log: string
  readonly views: string
}

/** Which part is under way, how much of it is done, and of how much. */
export type Told = (part: 'log' | 'events' | 'rows', done: number, all: number) => void

/** The figures of an audit, and what it found. */
export interface Report {
  readonly events: number
  readonly commits: number
  readonly streams: number
  /** Events that are on record and were not in the log when the audit began. */
  readonly unsealed: number
  /** Events in the log, and how many of them the checkpoint vouches for. */
  readonly entries: number
  readonly signed: number
  readonly tiles: number
  readonly rows: number
  readonly states: number
  readonly readUnits: number
  readonly seconds: number
  readonly findings: Findings
}

/** How often what seems wrong is looked at, and the wait in between: two tables are never read at one moment. */
const looks = 3
const lookMs = 1_000

/** A payload was withheld while the tables were read: what was read before and after cannot be compared. */
class Moved extends Error {}

/**
 * Recomputes all that a deployment keeps from what was appended: every event is in the log once, in order, as it was
 * appended; every hash, tile and signature is that of these events; every row and kept state is what they give. It only
 * reads. Writers, sealers and projections may be at work meanwhile: it speaks of the log as it was when it began.
 * @throws {OtherShape}
 */
export async function audit(audited: Audited, told: Told = () => undefined): Promise<Report> {
  for (let tries = 1; ; tries++) {
    try {
      return await auditOnce(audited, told)
    } catch (error) {
      if (!(error instanceof Moved) || tries === looks) throw error
      await delay(lookMs)
    }
  }
}

async function auditOnce({ client, events, log, views }: Audited, told: Told): Promise<Report> {
  const began = performance.now()
  const reading = new Reading(client)
  const findings = new Findings()

  // In this order: a checkpoint is never ahead of a head that is read later.
  const checkpoint = await reading.get(log, checkpointKey)
  const identity = await reading.get(log, identityKey)
  const head = headOf(await reading.get(log, headKey))
  const { size } = head

  const leaves = new Leaves(size, findings)
  const stored = await readLog({ reading, table: log, leaves, findings }, (done) => told('log', done, size))
  leaves.checkOrder()
  const hashes = checkRoot(leaves, head, findings)
  const tiles = checkTiles(hashes, stored, identity !== undefined, findings)
  if (checkpoint && identity) checkCheckpoint(checkpointOf(checkpoint), identityOf(identity), hashes, findings)
  if (checkpoint && !identity) findings.add('checkpoint', 'identity', 'there is a checkpoint, and nothing says whose')

  const derived = new Derived()
  const commits = new Commits(leaves, (streamId, all) =>
    derived.add(streamId, all, (version) => leaves.position(streamId, version) ?? -1),
  )
  await reading.scan(events, (items) => {
    for (const item of items) commits.take(item)
    told('events', commits.events, Math.max(size, commits.events))
  })
  commits.end()
  const commitsOf = (streamId: string) => reading.partition(events, 'streamId', streamId)
  let doubtful: readonly string[] = [...commits.doubtful]
  for (let look = 1; doubtful.length > 0; look++) {
    if (look > 1) await delay(lookMs)
    const wrong: [streamId: string, found: Findings][] = []
    for (const streamId of doubtful) {
      const found = new Findings()
      await commits.again(streamId, await commitsOf(streamId), (position) => digestAt(reading, log, position), found)
      if (found.total > 0) wrong.push([streamId, found])
    }
    doubtful = look < looks ? wrong.map(([streamId]) => streamId) : []
    if (look === looks) for (const [, found] of wrong) findings.addAll(found)
  }
  if (leaves.checkWithheld() || commits.moved) throw new Moved()

  const { rows, states } = await checkRows({
    reading,
    table: views,
    size,
    derived,
    findings,
    events: async (streamId) => (await commitsOf(streamId)).flatMap((item) => fromItem(item).events),
    told: (done) => told('rows', done, Math.max(derived.rows.size, done)),
  })
  return {
    events: commits.events,
    commits: commits.commits,
    streams: leaves.streams.size,
    unsealed: commits.unsealed,
    entries: size,
    signed: checkpoint ? checkpointOf(checkpoint).size : 0,
    tiles,
    rows,
    states,
    readUnits: Math.ceil(reading.units),
    seconds: Number(((performance.now() - began) / 1_000).toFixed(1)),
    findings,
  }
}

/** What the log has at a position now, strongly read. */
async function digestAt(reading: Reading, table: string, position: number): Promise<Buffer | undefined> {
  const items: Item[] = await reading.partition(table, 'pk', chunkPartition(position))
  for (const { first, count, entries, payloads } of items.map(chunkOf)) {
    if (position < first || position >= first + count) continue
    const entry = parseBundle(entries)[position - first]
    return entry && digestOf(entry, payloads[position - first] as Payload)
  }
  return undefined
}
