import { sameBytes } from '#events/log/base.ts'
import type { Checkpoint } from '#events/log/checkpoint.ts'
import { parseVkey, type VerifierKey } from '#events/log/note.ts'
import { edgeFrom, edgeTiles } from '#events/log/proof.ts'
import { tilePath, tileWidth, widthOf } from '#events/log/tile.ts'
import { rootOf } from '#events/log/tree.ts'
import { type Block, blocksOf, readTile } from './blocks.ts'
import { type Envelope, envelopeIn, Streams } from './envelopes.ts'
import { Findings } from './findings.ts'
import { type Head, readHead, type Signers } from './head.ts'
import { PayloadCheck } from './payload-check.ts'
import { payloadsFrom } from './payloads.ts'
import { type Source, textOf, Unchecked } from './source.ts'
import { type Roots, Trees } from './trees.ts'

export interface Asked extends Signers {
  /** The checkpoint that was verified last: the log must go on from it. */
  readonly previous?: Checkpoint
  /** The whole log, although a checkpoint was kept. */
  readonly all?: boolean
  /** Entries and tiles alone, of a mirror that has no payloads. */
  readonly entriesOnly?: boolean
  /** Hears how many positions are checked, of how many. */
  readonly onProgress?: (checked: number, of: number) => void
}

/** What was verified, or what is wrong. */
export interface Checked {
  readonly findings: Findings
  /** Absent where the checkpoint itself is wrong. */
  readonly head?: Head
  /** As it was served, whatever it is. */
  readonly note: string
  /** The first position that was checked: 0, or the size that was kept. */
  readonly from: number
  readonly withheld: number
  /** Keys that the checked part records as the log's own. */
  readonly keysAdded: readonly VerifierKey[]
}

/** Once so many blocks in a row have neither tile nor entries, the rest is not asked for: any size can be signed. */
const mostMissing = 16

/**
 * Checks a log: its checkpoint, every entry, tile and payload of it, or of what is new since a checkpoint that was kept.
 * Reads nothing but the source, so it runs wherever that does.
 * @throws {Unchecked}
 */
export async function verifyLog(source: Source, asked: Asked): Promise<Checked> {
  const findings = new Findings()
  const { note, head } = await latest(source, asked, findings)
  const nothing = { findings, note, from: 0, withheld: 0, keysAdded: [] }
  if (!head) return nothing
  const { previous } = asked
  const { checkpoint } = head
  if (previous && !goesOn(previous, checkpoint, findings)) return { ...nothing, head }
  const from = previous && !asked.all ? previous.size : 0
  if (previous && from === checkpoint.size) return { ...nothing, head, from }

  const edge = await edgeOf(source, from, checkpoint.size)
  if (typeof edge === 'string') {
    findings.add('tile', edge)
    return { ...nothing, head, from }
  }
  const trees = new Trees(from, edge)
  const streams = new Streams(findings, from === 0)
  const payloads = new PayloadCheck(findings)
  const readPayloads = asked.entriesOnly ? undefined : await payloadsFrom(source)
  const edgeRoot = rootOf({ edge })
  let before: Roots = { entries: edgeRoot, tiles: edgeRoot }
  let missing = 0
  for await (const block of blocksOf(source, readPayloads, from, checkpoint.size)) {
    before = readBlock(block, { from, trees, streams, payloads, findings, until: previous?.size }) ?? before
    asked.onProgress?.(block.at.n * tileWidth + block.at.width, checkpoint.size)
    missing = typeof block.tile === 'string' && typeof block.entries === 'string' ? missing + 1 : 0
    if (missing === mostMissing) return { ...nothing, head, from, withheld: payloads.withheld }
  }

  const leading = trees.leadingTo(checkpoint.root)
  tellTree(trees, leading, findings)
  if (previous && !sameBytes(before[leading ?? 'entries'], previous.root)) {
    if (leading) findings.add('fork', forked(previous, checkpoint))
    else findings.add('tile', `The first ${previous.size} entries do not lead to the checkpoint that was kept either`)
  }
  await trees.compareUpper(source, checkpoint.size, leading ?? 'entries', (what) => findings.add('tile', what))
  await tellUnfinished(source, asked, payloads, checkpoint, findings)
  return { ...nothing, head, from, withheld: payloads.withheld, keysAdded: keysIn(payloads.keysAdded) }
}

async function latest(source: Source, signers: Signers, findings: Findings) {
  const bytes = await source.get('checkpoint')
  if (!bytes) throw new Unchecked(`${source.name} has no checkpoint: no log has begun there`)
  let note = ''
  try {
    note = textOf(bytes)
  } catch {
    findings.add('checkpoint', 'The checkpoint is no text')
    return { note }
  }
  const head = readHead(note, signers, findings)
  return { note, ...(head && { head }) }
}

/** Whether a checkpoint can go on from another: the same log, not smaller, and of the same size only with the same root. */
function goesOn(previous: Checkpoint, now: Checkpoint, findings: Findings): boolean {
  if (previous.origin !== now.origin) {
    findings.add('fork', `This is the log ${now.origin}; the checkpoint that was kept is of ${previous.origin}`)
  } else if (now.size < previous.size) {
    findings.add('fork', `The log has ${now.size} entries, and had ${previous.size} when its checkpoint was kept`)
  } else if (now.size === previous.size && !sameBytes(now.root, previous.root)) {
    findings.add('fork', forked(previous, now))
  }
  return findings.count === 0
}

const forked = (previous: Checkpoint, now: Checkpoint) =>
  `The log has forked: the ${now.size} entries that are signed now do not begin with the ${previous.size} that were signed before`

/** The edge of the tree that was kept, from the tiles of the tree as it is; or why there is none. */
async function edgeOf(source: Source, from: number, size: number): Promise<Uint8Array[] | string> {
  const tiles = new Map<string, Uint8Array>()
  for (const { level, n } of edgeTiles(from)) {
    const tile = await readTile(source, { level, n, width: widthOf(level, n, size) })
    if (typeof tile === 'string') return tile
    tiles.set(`${level} ${n}`, tile)
  }
  return edgeFrom(from, ({ level, n }) => tiles.get(`${level} ${n}`) as Uint8Array)
}

interface Checks {
  readonly from: number
  readonly trees: Trees
  readonly streams: Streams
  readonly payloads: PayloadCheck
  readonly findings: Findings
  readonly until: number | undefined
}

/** Checks what is new in a block. Answers the roots of the tree of size `until` where that ends in the block. */
function readBlock(block: Block, { from, trees, streams, payloads, findings, until }: Checks): Roots | undefined {
  for (const part of [block.tile, block.entries]) {
    if (typeof part === 'string') findings.add(part === block.tile ? 'tile' : 'entry', part)
  }
  if (typeof block.entries === 'string') streams.skip()
  const entries = typeof block.entries === 'string' ? [] : block.entries
  const first = block.at.n * tileWidth
  const envelopes = new Map<number, Envelope>()
  entries.forEach((entry, index) => {
    const envelope = first + index < from ? undefined : envelopeIn(entry)
    if (envelope) envelopes.set(first + index, envelope)
  })
  const { differ, roots } = trees.add(block, (position) => envelopes.get(position)?.id, until)
  entries.forEach((entry, index) => {
    const position = first + index
    if (position < from) return
    const envelope = envelopes.get(position)
    if (envelope) streams.follow(position, envelope)
    else streams.skip()
    if (differ.has(position)) return // told later, once it is known which of the two was changed
    if (envelope && block.payloads) payloads.check(position, entry, envelope, block.payloads.get(position))
    else if (!envelope) findings.addAt('entry', position, undefined, 'its entry is no event')
  })
  return roots
}

/** Says which was changed, where entries and tiles differ: the one that does not lead to the signed root. */
function tellTree(trees: Trees, leading: keyof Roots | undefined, findings: Findings): void {
  for (const { at, position, id } of trees.differences) {
    const path = tilePath(at)
    if (leading === 'entries') findings.addAt('tile', position, id, `the hash in ${path} is not that of its entry`)
    else findings.addAt('entry', position, id, `its entry is not the one whose leaf hash is in ${path}`)
  }
  if (leading) return
  const both =
    trees.differences.length > 0 ? 'Neither the entries nor the tiles' : 'The entries, and the tiles with them, do not'
  findings.add('root', `${both} lead to the root that is signed`)
}

/** A payload may be withheld by what was sealed since the checkpoint was read: then there is a newer one. */
async function tellUnfinished(
  source: Source,
  signers: Signers,
  payloads: PayloadCheck,
  { size }: Checkpoint,
  findings: Findings,
): Promise<void> {
  const unfinished = [...payloads.unfinished()]
  if (unfinished.length === 0) return
  const { head } = await latest(source, signers, new Findings())
  for (const { position, id, by } of unfinished) {
    if (head && by >= size && by < head.checkpoint.size) {
      throw new Unchecked(`The payload of ${id} was withheld while this ran. Run it again.`)
    }
    findings.addAt('withheld', position, id, `its payload is missing, and position ${by} does not withhold it`)
  }
}

function keysIn(vkeys: readonly string[]): VerifierKey[] {
  return vkeys.flatMap((vkey) => {
    try {
      return [parseVkey(vkey)]
    } catch {
      return []
    }
  })
}
