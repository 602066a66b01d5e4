import { sameBytes } from '#events/log/base.ts'
import { parseCheckpoint } from '#events/log/checkpoint.ts'
import { joined, tileRoot } from '#events/log/grown-tiles.ts'
import { parseNote, parseVkey, verifyNote } from '#events/log/note.ts'
import { type Tile, tileWidth, widthOf } from '#events/log/tile.ts'
import { emptyTree, rootOf, type Tree, withLeaves } from '#events/log/tree.ts'
import type { Head, Identity, SignedCheckpoint } from '#functions/store/log-item.ts'
import type { Findings } from './findings.ts'
import type { Leaves } from './leaves.ts'

const hashBytes = 32

/** Hashes one after the other, each by itself. */
const apart = function* (hashes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < hashes.length; at += hashBytes) yield hashes.subarray(at, at + hashBytes)
}

const treeOf = (hashes: Uint8Array): Tree => withLeaves(emptyTree, apart(hashes))

/**
 * The leaf hashes that the tree was made of, held against the head's root and edge. Where an entry and its chunk say
 * different ones, the root tells which of the two was changed.
 */
export function checkRoot(leaves: Leaves, head: Head, findings: Findings): Uint8Array {
  const { hashes, sealedHashes } = leaves
  const isHead = (of: Uint8Array) => sameBytes(rootOf(treeOf(of)), head.root)
  let right: Uint8Array = hashes
  if (sealedHashes.size > 0) {
    const sealed = Buffer.from(hashes)
    for (const [position, { hash }] of sealedHashes) sealed.set(hash, position * hashBytes)
    const entriesHold = isHead(hashes)
    if (!entriesHold) right = sealed
    for (const [position, { id }] of sealedHashes) {
      if (entriesHold) findings.add('hashes', `position ${position}, ${id}`, 'its chunk says another leaf hash')
      else findings.add('entry', `position ${position}, ${id}`, 'the entry is not what was sealed')
    }
  }
  const tree = treeOf(right)
  if (!sameBytes(rootOf(tree), head.root))
    findings.add('root', `size ${head.size}`, "the head's root is not that of the entries")
  if (!sameBytes(joined(tree.edge), joined(head.edge))) {
    findings.add('root', `size ${head.size}`, "the head's edge is not that of the entries")
  }
  return right
}

/**
 * Holds every stored tile against those made of the leaf hashes, as far as they go. Of level 0 only full ones are kept. A
 * tile that is missing is a finding where `complete`. Answers how many tiles there are to be.
 */
export function checkTiles(
  hashes: Uint8Array,
  stored: ReadonlyMap<string, Tile>,
  complete: boolean,
  findings: Findings,
): number {
  let count = 0
  for (let [level, nodes] = [0, hashes]; nodes.length > 0; level++) {
    const roots: Uint8Array[] = []
    for (let at = 0, n = 0; at < nodes.length; at += tileWidth * hashBytes, n++) {
      const own = nodes.subarray(at, at + tileWidth * hashBytes)
      const full = own.length === tileWidth * hashBytes
      if (full) roots.push(tileRoot(own))
      if (!full && level === 0) continue
      count++
      const tile = stored.get(`${level}/${n}`)?.hashes
      if (!tile) {
        if (complete) findings.add('tile', `tile ${level}/${n}`, 'the tile is missing')
      } else if (tile.length < own.length) {
        findings.add(
          'tile',
          `tile ${level}/${n}`,
          `it has ${tile.length / hashBytes} of ${own.length / hashBytes} hashes`,
        )
      } else {
        for (let from = 0; from < own.length; from += hashBytes) {
          if (sameBytes(own.subarray(from, from + hashBytes), tile.subarray(from, from + hashBytes))) continue
          findings.add('tile', `tile ${level}/${n}`, `hash ${from / hashBytes} of it is not that of the entries`)
          break
        }
      }
    }
    nodes = joined(roots)
  }
  return count
}

/** How many hashes a stored tile may have at most, in a log of this size; 0 where there is to be none. */
export const widest = ({ level, n }: Pick<Tile, 'level' | 'n'>, size: number): number => {
  const width = widthOf(level, n, size)
  return level === 0 && width < tileWidth ? 0 : width
}

/**
 * Holds the checkpoint against the tree of its size; every key that the log had when it was signed must have signed it.
 */
export function checkCheckpoint(
  { size, note, signedAt }: SignedCheckpoint,
  { origin, vkeys, since }: Identity,
  hashes: Uint8Array,
  findings: Findings,
): void {
  const wrong = (what: string) => findings.add('checkpoint', `size ${size}`, what)
  try {
    const signed = parseNote(note)
    const told = parseCheckpoint(signed.text)
    const held = verifyNote(signed, vkeys.map(parseVkey)).map(({ key }) => key.keyId)
    vkeys.forEach((vkey, index) => {
      const { keyId, name } = parseVkey(vkey)
      const isOlder = (since[index] ?? '') <= signedAt
      if (isOlder && !held.includes(keyId)) wrong(`the key ${name}+${keyId} has not signed it`)
    })
    if (held.length === 0) wrong('no key of the log has signed it')
    if (told.origin !== origin) wrong(`it is of the log ${told.origin}, not of ${origin}`)
    if (told.size !== size) wrong(`what was signed is of size ${told.size}`)
    if (told.size * hashBytes > hashes.length)
      wrong(`it goes beyond the log, which has ${hashes.length / hashBytes} events`)
    else if (!sameBytes(told.root, rootOf(treeOf(hashes.subarray(0, told.size * hashBytes))))) {
      wrong('what was signed is not the root of the entries')
    }
  } catch (error) {
    wrong(error instanceof Error ? error.message : String(error))
  }
}
