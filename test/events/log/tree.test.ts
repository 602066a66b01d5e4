import fc from 'fast-check'
import { expect, it } from 'vitest'
import { leafHash } from '#events/log/entry.ts'
import { edgeLength, emptyTree, rootOf, withLeaves } from '#events/log/tree.ts'
import { edge, root } from '../../support/audit.ts'
import ct from '../../vectors/log/ct-tree.json' with { type: 'json' }

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

it('has the roots that RFC 6962 gives', () => {
  const hashes = ct.leaves.map((leaf) => leafHash(Buffer.from(leaf, 'hex')))
  const roots = hashes.map((_, index) => hex(rootOf(withLeaves(emptyTree, hashes.slice(0, index + 1)))))
  expect(roots).toEqual(ct.roots)
})

it('has SHA-256 of nothing as the root of an empty tree', () => expect(hex(rootOf(emptyTree))).toBe(ct.emptyRoot))

it('grows to the same root and edge as the recursive definition gives, in whatever steps', () =>
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 90 }), { maxLength: 6 }), (steps) => {
      const leaves: Buffer[] = []
      let tree = emptyTree
      for (const step of steps) {
        const more = Array.from({ length: step }, (_, index) => Buffer.from(leafHash(Buffer.from(`${step}/${index}`))))
        leaves.push(...more)
        tree = withLeaves(tree, more)
      }
      expect(tree.size).toBe(leaves.length)
      expect(hex(rootOf(tree))).toBe(hex(root(leaves)))
      expect(hex(Buffer.concat(tree.edge))).toBe(hex(edge(leaves)))
      expect(tree.edge).toHaveLength(edgeLength(tree.size))
    }),
  ))

it('leaves the tree that it grows from as it was', () => {
  const three = withLeaves(
    emptyTree,
    [1, 2, 3].map((n) => leafHash(Uint8Array.of(n))),
  )
  const before = hex(rootOf(three))
  withLeaves(three, [leafHash(Uint8Array.of(4))])
  expect(hex(rootOf(three))).toBe(before)
})
