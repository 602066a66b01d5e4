import { createHash, createPublicKey } from 'node:crypto'
import { verifyTLogInclusion } from '@sigstore/verify/dist/tlog/index.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ed25519PublicKey, ed25519Sign } from '#crypto'
import { formatCheckpoint } from '#events/log/checkpoint.ts'
import { formatNote, verifierKey } from '#events/log/note.ts'
import {
  consistencyProof,
  consistencyTiles,
  edgeFrom,
  edgeTiles,
  inclusionProof,
  inclusionTiles,
  type TileHashes,
  verifyConsistency,
  verifyInclusion,
} from '#events/log/proof.ts'
import { type TileAt, widthOf } from '#events/log/tile.ts'
import { emptyTree, rootOf, withLeaves } from '#events/log/tree.ts'
import ct from '../../vectors/log/ct-tree.json' with { type: 'json' }
import { Rfc6962 } from './rfc6962.ts'
import { tilesOfLeaves } from './tiles-of-leaves.ts'

const largest = 600
const entries = Array.from({ length: largest }, (_, index) => Buffer.from(`entry ${index}`))
const oracle = new Rfc6962(entries)
const leaves = oracle.leaves as readonly Uint8Array[]
const hex = (hashes: readonly Uint8Array[]) => hashes.map((hash) => Buffer.from(hash).toString('hex'))

const flipped = (bytes: Uint8Array, bit: number) => {
  const copy = Uint8Array.from(bytes)
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7))
  return copy
}

/** The tiles of the tree of a size, and which of them were asked for, in which width. */
function asked(size: number): { tile: TileHashes; asked: TileAt[] } {
  const tiles = tilesOfLeaves(leaves.slice(0, size))
  const asked: TileAt[] = []
  return {
    asked,
    tile(at) {
      asked.push(at)
      return tiles(at)
    },
  }
}

const names = (tiles: readonly TileAt[]) => [...new Set(tiles.map(({ level, n, width }) => `${level}/${n}.p/${width}`))]

/** A size, and a place up to it. */
const within = (least: number, over: 0 | 1) =>
  fc
    .integer({ min: least + over, max: largest })
    .chain((size) => fc.tuple(fc.integer({ min: least, max: size - over }), fc.constant(size)))

describe('the eight leaves that implementations of RFC 6962 share', () => {
  const shared = new Rfc6962(ct.leaves.map((leaf) => Buffer.from(leaf, 'hex')))
  const tile = tilesOfLeaves(shared.leaves)
  const root = (size: number) => Buffer.from(ct.roots[size - 1] as string, 'hex')
  const bytes = (hashes: readonly string[]) => hashes.map((hash) => Buffer.from(hash, 'hex'))

  it.each(ct.inclusion)('prove that $position is in $size', ({ position, size, hashes }) => {
    const leafHash = shared.leaves[position] as Buffer
    expect(hex(inclusionProof(position, size, tile))).toEqual(hashes)
    expect(verifyInclusion({ position, size, leafHash, root: root(size), hashes: bytes(hashes) })).toBe(true)
  })

  it.each(ct.consistency)('prove that $to began as $from', ({ from, to, hashes }) => {
    expect(hex(consistencyProof(from, to, tile))).toEqual(hashes)
    expect(verifyConsistency({ from, to, fromRoot: root(from), toRoot: root(to), hashes: bytes(hashes) })).toBe(true)
  })
})

describe('an inclusion proof', () => {
  it('of every leaf of every size up to 600 holds, and not at its neighbour’s place', () => {
    for (let size = 1; size <= largest; size++) {
      const root = oracle.root(size)
      for (let position = 0; position < size; position++) {
        const proof = { size, root, leafHash: leaves[position] as Uint8Array, hashes: oracle.path(position, size) }
        if (!verifyInclusion({ ...proof, position })) expect.fail(`${position} in ${size} is not proved`)
        const next = (position + 1) % size
        if (next % 16 === 1 && verifyInclusion({ ...proof, position: next }))
          expect.fail(`${position} passes as ${next}`)
      }
    }
  })

  it('from tiles is what the definition gives over leaves: every leaf where trees change their shape', () => {
    const sizes = [...Array.from({ length: 33 }, (_, index) => index + 1), 129, 256, 257, 513]
    for (const size of sizes) {
      const tile = tilesOfLeaves(leaves.slice(0, size))
      for (let position = 0; position < size; position++) {
        expect(hex(inclusionProof(position, size, tile)), `${position} in ${size}`).toEqual(
          hex(oracle.path(position, size)),
        )
      }
    }
  })

  it('from tiles is what the definition gives over leaves, and needs the tiles that it names', () =>
    fc.assert(
      fc.property(within(1, 0), ([place, size]) => {
        const tiles = asked(size)
        expect(hex(inclusionProof(place - 1, size, tiles.tile))).toEqual(hex(oracle.path(place - 1, size)))
        expect(names(tiles.asked).sort()).toEqual(names(inclusionTiles(place - 1, size)).sort())
      }),
    ))

  it('holds at no other position, in no other tree, and without or with no other hash', () =>
    fc.assert(
      fc.property(within(2, 0), fc.nat(), fc.nat(), ([place, size], other, bit) => {
        const position = place - 1
        const proof = {
          position,
          size,
          leafHash: leaves[position] as Uint8Array,
          root: oracle.root(size),
          hashes: oracle.path(position, size),
        }
        expect(verifyInclusion(proof)).toBe(true)
        for (let index = 0; index < size; index++) {
          if (index !== position) expect(verifyInclusion({ ...proof, position: index }), `at ${index}`).toBe(false)
        }
        expect(
          verifyInclusion({ ...proof, leafHash: leaves[(position + 1 + (other % (size - 1))) % size] as Buffer }),
        ).toBe(false)
        expect(verifyInclusion({ ...proof, leafHash: flipped(proof.leafHash, bit % 256) })).toBe(false)
        expect(verifyInclusion({ ...proof, root: flipped(proof.root, bit % 256) })).toBe(false)
        const { hashes } = proof
        const at = other % hashes.length
        expect(
          verifyInclusion({ ...proof, hashes: hashes.with(at, Buffer.from(flipped(hashes[at] as Buffer, bit % 256))) }),
        ).toBe(false)
        expect(verifyInclusion({ ...proof, hashes: hashes.toSpliced(at, 1) })).toBe(false)
        expect(verifyInclusion({ ...proof, hashes: hashes.toSpliced(at, 0, proof.root) })).toBe(false)
        expect(verifyInclusion({ ...proof, hashes: [...hashes, proof.root] })).toBe(false)
      }),
      { numRuns: 40 },
    ))

  it('holds for Sigstore’s verifier too, and a wrong one does not', () =>
    fc.assert(
      fc.property(within(2, 0), fc.nat({ max: 255 }), ([place, size], bit) => {
        const position = place - 1
        const hashes = inclusionProof(position, size, tilesOfLeaves(leaves.slice(0, size)))
        const root = rootOf(withLeaves(emptyTree, leaves.slice(0, size)))
        const verified = (path: readonly Uint8Array[], index = position) => sigstore(index, size, root, path)
        expect(() => verified(hashes)).not.toThrow()
        expect(() => verified(hashes.with(0, flipped(hashes[0] as Uint8Array, bit)))).toThrow(
          'root hash does not match',
        )
        expect(() => verified(hashes.slice(1))).toThrow('invalid hash count')
      }),
      { numRuns: 40 },
    ))

  it.each([
    [5, 5],
    [0, 0],
    [-1, 5],
    [0.5, 5],
    [0, Number.MAX_SAFE_INTEGER + 1],
  ])('of %d in %d is refused: there is no such leaf', (position, size) => {
    expect(() => inclusionProof(position, size, tilesOfLeaves(leaves))).toThrow(
      `A tree of ${size} has no leaf at ${position}`,
    )
    const hash = new Uint8Array(32)
    expect(verifyInclusion({ position, size, leafHash: hash, root: hash, hashes: [] })).toBe(false)
  })

  it('holds in trees of more leaves than 32 bits count', () =>
    fc.assert(
      fc.property(
        fc.bigInt({ min: 2n ** 32n, max: 2n ** 53n - 1n }),
        fc.bigInt({ min: 0n, max: 2n ** 53n }),
        (n, place) => {
          const [size, position] = [Number(n), Number(place % n)]
          const { root, hashes } = rootAbove(position, 0, size)
          const proof = { position, size, leafHash: leaves[0] as Uint8Array, root, hashes }
          expect(verifyInclusion(proof)).toBe(true)
          expect(verifyInclusion({ ...proof, position: position === 0 ? 1 : position - 1 })).toBe(false)
          expect(inclusionTiles(position, size).every(({ width }) => width > 0)).toBe(true)
        },
      ),
    ))

  it('needs few tiles: those on the leaf’s way, and those at the right edge', () => {
    expect(inclusionTiles(12_345, 65_536).length).toBeLessThanOrEqual(2)
    expect(inclusionTiles(12_345, 65_535).length).toBeLessThanOrEqual(4)
    expect(inclusionTiles(1_234_567, 16_777_215).length).toBeLessThanOrEqual(6)
    expect(consistencyTiles(1_234_567, 16_777_215).length).toBeLessThanOrEqual(6)
  })
})

describe('a consistency proof', () => {
  it('of every pair of sizes up to 90, and of sizes about those where tiles fill, is what the definition gives and holds', () => {
    const about = [127, 128, 129, 200, 255, 256, 257, 300, 511, 512, 513, 599, largest]
    const sizes = [...Array.from({ length: 90 }, (_, index) => index + 1), ...about]
    for (const to of sizes) {
      const tile = tilesOfLeaves(leaves.slice(0, to))
      const toRoot = oracle.root(to)
      for (const from of sizes.filter((size) => size <= to)) {
        const hashes = consistencyProof(from, to, tile)
        expect(hex(hashes), `${from} to ${to}`).toEqual(hex(oracle.proof(from, to)))
        expect(verifyConsistency({ from, to, fromRoot: oracle.root(from), toRoot, hashes }), `${from} to ${to}`).toBe(
          true,
        )
      }
    }
  })

  it('of every third pair of sizes up to 600 holds', () => {
    for (let to = 1; to <= largest; to++) {
      const toRoot = oracle.root(to)
      for (let from = 1 + (to % 3); from <= to; from += 3) {
        const held = verifyConsistency({
          from,
          to,
          fromRoot: oracle.root(from),
          toRoot,
          hashes: oracle.proof(from, to),
        })
        if (!held) expect.fail(`${from} to ${to} is not proved`)
      }
    }
  })

  it('needs the tiles that it names', () =>
    fc.assert(
      fc.property(within(1, 0), ([from, to]) => {
        const tiles = asked(to)
        consistencyProof(from, to, tiles.tile)
        expect(names(tiles.asked).sort()).toEqual(names(consistencyTiles(from, to)).sort())
      }),
    ))

  it('holds for no other trees, and without or with no other hash', () =>
    fc.assert(
      fc.property(within(1, 1), fc.nat(), fc.nat({ max: 255 }), ([from, to], other, bit) => {
        const proof = { from, to, fromRoot: oracle.root(from), toRoot: oracle.root(to), hashes: oracle.proof(from, to) }
        expect(verifyConsistency(proof)).toBe(from !== to || proof.hashes.length === 0)
        expect(verifyConsistency({ ...proof, fromRoot: flipped(proof.fromRoot, bit) })).toBe(false)
        expect(verifyConsistency({ ...proof, toRoot: flipped(proof.toRoot, bit) })).toBe(false)
        expect(verifyConsistency({ ...proof, hashes: [...proof.hashes, proof.toRoot] })).toBe(false)
        const { hashes } = proof
        if (hashes.length === 0) return
        const at = other % hashes.length
        expect(
          verifyConsistency({ ...proof, hashes: hashes.with(at, Buffer.from(flipped(hashes[at] as Buffer, bit))) }),
        ).toBe(false)
        expect(verifyConsistency({ ...proof, hashes: hashes.toSpliced(at, 1) })).toBe(false)
      }),
    ))

  it('is refused where a leaf that both trees have was changed', () =>
    fc.assert(
      fc.property(within(2, 1), fc.nat(), ([from, to], changed) => {
        const forked = new Rfc6962(entries.slice(0, to).with(changed % from, Buffer.from('what was never said')))
        const hashes = forked.proof(from, to)
        const proof = { from, to, toRoot: forked.root(to), hashes }
        expect(verifyConsistency({ ...proof, fromRoot: forked.root(from) })).toBe(true)
        expect(verifyConsistency({ ...proof, fromRoot: oracle.root(from) })).toBe(false)
      }),
      { numRuns: 30 },
    ))

  it('of an empty tree, and of a tree with itself, has no hashes', () => {
    const [empty, root] = [oracle.root(0), oracle.root(9)]
    expect(consistencyProof(0, 9, tilesOfLeaves(leaves))).toEqual([])
    expect(consistencyProof(9, 9, tilesOfLeaves(leaves))).toEqual([])
    expect(verifyConsistency({ from: 0, to: 9, fromRoot: empty, toRoot: root, hashes: [] })).toBe(true)
    expect(verifyConsistency({ from: 0, to: 9, fromRoot: root, toRoot: root, hashes: [] })).toBe(false)
    expect(verifyConsistency({ from: 0, to: 9, fromRoot: empty, toRoot: root, hashes: [root] })).toBe(false)
    expect(verifyConsistency({ from: 9, to: 9, fromRoot: root, toRoot: empty, hashes: [] })).toBe(false)
    expect(verifyConsistency({ from: 9, to: 8, fromRoot: root, toRoot: oracle.root(8), hashes: [] })).toBe(false)
    expect(() => consistencyProof(9, 8, tilesOfLeaves(leaves))).toThrow('A tree of 9 is not how one of 8 began')
  })
})

describe('the edge', () => {
  it('from tiles is the edge that growing by leaves gives', () => {
    for (let size = 0; size <= largest; size += size < 40 || (size > 250 && size < 262) ? 1 : 7) {
      const tiles = asked(size)
      expect(hex(edgeFrom(size, tiles.tile)), `${size}`).toEqual(hex(withLeaves(emptyTree, leaves.slice(0, size)).edge))
      expect(names(tiles.asked).sort()).toEqual(names(edgeTiles(size)).sort())
    }
  })

  it('is asked of tiles as wide as they are in that tree', () => {
    expect(edgeTiles(70_000)).toEqual([
      { level: 2, n: 0, width: 1 },
      { level: 1, n: 1, width: 17 },
      { level: 0, n: 273, width: 112 },
    ])
    for (const { level, n, width } of edgeTiles(70_000)) expect(width).toBe(widthOf(level, n, 70_000))
  })
})

it('names a tile that is too short', () =>
  expect(() => inclusionProof(3, 9, () => new Uint8Array(8 * 32))).toThrow(
    'Tile 0 of level 0 has 256 bytes, and not 9 hashes',
  ))

/** The first leaf set at a position of a tree that is all made up but for its way to the root, and that way. */
function rootAbove(position: number, from: number, to: number): { root: Buffer; hashes: Buffer[] } {
  if (to - from === 1) return { root: oracle.leaves[0] as Buffer, hashes: [] }
  const middle = from + 2 ** (Math.ceil(Math.log2(to - from)) - 1)
  const [left, right] = position < middle ? [from, middle] : [middle, to]
  const { root, hashes } = rootAbove(position, left, right)
  const beside = oracle.leaves[1 + hashes.length] as Buffer
  const pair = position < middle ? [root, beside] : [beside, root]
  return {
    root: createHash('sha256')
      .update(Buffer.concat([Buffer.of(1), ...pair]))
      .digest(),
    hashes: [...hashes, beside],
  }
}

const seed = new Uint8Array(32).fill(9)
const key = verifierKey('harbour-watch.example/log', ed25519PublicKey(seed))

/** Sigstore's own check of an entry: its proof against the root that the signed checkpoint names. Throws where it does not hold. */
function sigstore(position: number, size: number, root: Uint8Array, hashes: readonly Uint8Array[]): void {
  const text = formatCheckpoint({ origin: key.name, size, root })
  const bytes = ed25519Sign(seed, Buffer.from(text))
  const entry = {
    canonicalizedBody: entries[position],
    inclusionProof: {
      logIndex: String(position),
      hashes: hashes.map((hash) => Buffer.from(hash)),
      checkpoint: { envelope: formatNote({ text, signatures: [{ name: key.name, keyId: key.keyId, bytes }] }) },
    },
  }
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.publicKey])
  const authority = {
    logID: Buffer.from(key.keyId, 'hex'),
    baseURL: `https://${key.name}`,
    publicKey: createPublicKey({ key: spki, format: 'der', type: 'spki' }),
  }
  verifyTLogInclusion(entry as never, [authority as never])
}
