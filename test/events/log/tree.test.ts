import fc from 'fast-check'
import { expect, it } from 'vitest'
import { leafHash } from '#events/log/entry.ts'
import { edgeLength, emptyTree, rootOf, withLeaves } from '#events/log/tree.ts'
import { edge, root } from '../../support/audit.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** The leaves that Certificate Transparency's implementations test with, and the root after each of them. */
const ctLeaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const ctRoots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

it('has the roots that RFC 6962 gives', () => {
  const leaves = ctLeaves.map((leaf) => leafHash(Buffer.from(leaf, 'hex')))
  const roots = ctLeaves.map((_, index) => hex(rootOf(withLeaves(emptyTree, leaves.slice(0, index + 1)))))
  expect(roots).toEqual(ctRoots)
})

it('has SHA-256 of nothing as the root of an empty tree', () =>
  expect(hex(rootOf(emptyTree))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'))

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
