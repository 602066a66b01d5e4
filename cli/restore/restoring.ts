import { type DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { versionOf } from '#events/envelope.ts'
import { base64 } from '#events/log/base.ts'
import type { Checkpoint } from '#events/log/checkpoint.ts'
import { grow } from '#events/log/grow.ts'
import { type TileAt, tilePath, tilesOf, tileWidth } from '#events/log/tile.ts'
import { emptyTree, rootOf, type Tree, withLeaves } from '#events/log/tree.ts'
import { each } from '#functions/runtime/each.ts'
import { type Commit, type Item, toItem } from '#functions/store/commit.ts'
import { chunkItem, headItem, headKey, headOf, type Mark, markItem, tileItem } from '#functions/store/log-item.ts'
import { withRun } from '#functions/store/runs.ts'
import { Unusable } from '../deployment.ts'
import type { Source } from '../verify/source.ts'
import { commitOf, commitsOf } from './commits.ts'
import { putForward, putOnce } from './putting.ts'
import { type Replayed, replay } from './replaying.ts'

/** The tables of a stack that is to have the log. */
export interface Tables {
  readonly client: DynamoDBClient
  readonly events: string
  readonly log: string
}

/** How many items are put at once. */
const putsAtOnce = 24

/** What says of a stack that a log was, or is being, restored into it: whence, and how much. */
const restoreKey: Item = { pk: { S: 'restore' }, sk: { S: '0' } }
const restoreItem = ({ origin, size, root }: Checkpoint): Item => ({
  ...restoreKey,
  origin: { S: origin },
  size: { N: String(size) },
  root: { B: root },
})

/** Where a restore is, of how many positions: of the log first, then of the events. */
export type Told = (stage: 'log' | 'events', done: number, of: number) => void

/**
 * Writes a log that was verified into a stack without events: chunks, marks, tiles, the head, then the events, one commit
 * each. Every put has its condition, so an interrupted one is run again. Its root is the checkpoint's; who signs it from
 * then on is the stack's own sealer, under another name and key. With `published`, its bus does not get them again.
 * @throws {Unusable} the stack has events of its own, or somebody else writes to it
 */
export async function restoreLog(
  tables: Tables,
  source: Source,
  checkpoint: Checkpoint,
  { published, told }: { readonly published: boolean; readonly told: Told },
): Promise<void> {
  await begin(tables, checkpoint)
  const { client, log } = tables
  const { tree, marks } = await putChunks(tables, source, checkpoint.size, told)
  if (base64(rootOf(tree)) !== base64(checkpoint.root)) throw new Error('What was written is not what was verified')
  await each(marks, putsAtOnce, ([streamId, mark]) => putForward(client, log, markItem(streamId, mark), 'version'))
  await each(tilesOf(checkpoint.size).filter(isStored), putsAtOnce, (at) => putTile(tables, source, at))
  if (published) await passOver(tables, checkpoint.size)
  await putHead(tables, tree)
  await putEvents(tables, source, checkpoint.size, told)
}

/** Says what is going on, in a stack where nothing else is, or where this very restore was interrupted. */
async function begin({ client, events, log }: Tables, checkpoint: Checkpoint): Promise<void> {
  const strongly = { TableName: log, ConsistentRead: true }
  const [{ Item: head }, { Item: begun }, { Items: commits = [] }] = await Promise.all([
    client.send(new GetItemCommand({ ...strongly, Key: headKey })),
    client.send(new GetItemCommand({ ...strongly, Key: restoreKey })),
    client.send(new ScanCommand({ TableName: events, ConsistentRead: true, Limit: 1 })),
  ])
  if (!begun && (headOf(head).size > 0 || commits.length > 0)) {
    throw new Unusable('The stack has events of its own: a log is restored into an empty one.')
  }
  if (begun?.size && Number(begun.size.N) !== checkpoint.size) {
    throw new Unusable('Another export is restored there, or is being so: a log is restored into an empty stack.')
  }
  await putOnce(client, log, restoreItem(checkpoint), 'pk')
}

async function putChunks({ client, log }: Tables, source: Source, size: number, told: Told) {
  const marks = new Map<string, Mark>()
  let tree: Tree = emptyTree
  for await (const block of replay(source, size)) {
    const from = tree.size
    const { chunks } = grow(
      emptyTree,
      block.map(({ leaf }) => leaf),
    ) // a block is a partition of its own: its chunks come out as they would further on
    const moved = chunks.map((chunk) => ({ ...chunk, first: from + chunk.first }))
    await each(moved, putsAtOnce, (chunk) => putOnce(client, log, chunkItem(chunk), 'pk'))
    tree = withLeaves(
      tree,
      moved.flatMap(({ hashes }) => hashesIn(hashes)),
    )
    for (const one of block) marks.set(one.event.subject, markAfter(marks.get(one.event.subject), one))
    told('log', tree.size, size)
  }
  return { tree, marks }
}

const hashesIn = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: bytes.length / 32 }, (_, index) => bytes.subarray(index * 32, index * 32 + 32))

const markAfter = (mark: Mark | undefined, { event, position }: Replayed): Mark => ({
  version: versionOf(event),
  position,
  runs: withRun(mark?.runs ?? [], { position, count: 1 }),
})

/** Of level 0 the full ones, above it all: as the sealer stores them. */
const isStored = ({ level, width }: TileAt): boolean => level > 0 || width === tileWidth

async function putTile({ client, log }: Tables, source: Source, at: TileAt): Promise<void> {
  const hashes = await source.get(tilePath(at))
  if (!hashes) throw new Unusable(`${source.name} has no ${tilePath(at)}`)
  await putForward(client, log, tileItem({ ...at, hashes }), 'width')
}

/** The step that publishes begins behind what was published already, by the deployment that the log comes from. */
async function passOver({ client, log }: Tables, size: number): Promise<void> {
  const item = { pk: { S: 'consumer#publish' }, sk: { S: '0' }, position: { N: String(size) } }
  await putForward(client, log, item, 'position')
}

/** The decision: from here on the stack has the log. The sealer may have begun an empty one. */
async function putHead({ client, log }: Tables, tree: Tree): Promise<void> {
  const head = { ...tree, root: rootOf(tree), sealedAt: new Date().toISOString() }
  await putForward(client, log, headItem(head, 'restore'), 'size')
}

async function putEvents({ client, events }: Tables, source: Source, size: number, told: Told): Promise<void> {
  let open: Replayed[] = []
  let done = 0
  const putAll = (commits: readonly Commit[]) =>
    each(commits, putsAtOnce, (commit) => putOnce(client, events, toItem(commit), 'streamId'))
  for await (const block of replay(source, size)) {
    const cut = commitsOf(block, open)
    await putAll(cut.commits)
    open = cut.open
    done += block.length
    told('events', done, size)
  }
  if (open.length > 0) await putAll([commitOf(open)])
}
