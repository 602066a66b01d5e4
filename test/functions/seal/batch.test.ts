import { describe, expect, it } from 'vitest'
import type { Leaf } from '#events/log/grow.ts'
import { batchOf } from '#functions/seal/batch.ts'

const leaf = (bytes: number): Leaf => ({
  entry: new Uint8Array(100),
  payload: { d: 'x'.repeat(bytes), s: 'AAECAwQFBgcICQoLDA0ODw' },
})
const commit = (events: number, bytes = 10) => Array.from({ length: events }, () => leaf(bytes))
const stream = (streamId: string, mark: number, commits: Leaf[][], more = false) => ({
  streamId,
  mark,
  since: '',
  commits,
  more,
})

describe('a batch', () => {
  it('takes whole commits, stream after stream, and says where each mark is to be', () => {
    const batch = batchOf([stream('a', 0, [commit(2), commit(1)]), stream('b', 7, []), stream('c', 4, [commit(3)])])
    expect(batch.leaves).toHaveLength(6)
    expect(batch.marks).toEqual([
      { streamId: 'a', from: 0, version: 3, count: 3 },
      { streamId: 'c', from: 4, version: 7, count: 6 },
    ])
    expect(batch.drained).toEqual(['a', 'b', 'c'])
  })

  it('ends before the commit that would make it more than 1,024 events', () => {
    const batch = batchOf([stream('a', 0, [commit(600), commit(424), commit(1)]), stream('b', 0, [commit(1)])])
    expect(batch.leaves).toHaveLength(1_024)
    expect(batch.marks).toEqual([{ streamId: 'a', from: 0, version: 1_024, count: 1_024 }])
    expect(batch.drained).toEqual([])
  })

  it('ends before the commit that would make it more than 1 MB', () => {
    const batch = batchOf([stream('a', 0, [commit(5, 50_000)]), stream('b', 0, Array(4).fill(commit(5, 50_000)))])
    expect(batch.leaves).toHaveLength(15)
    expect(batch.marks.at(-1)).toEqual({ streamId: 'b', from: 0, version: 10, count: 15 })
    expect(batch.drained).toEqual(['a'])
  })

  it('takes one commit however large it is: nothing else would ever be sealed', () =>
    expect(batchOf([stream('a', 0, [commit(2_000)])]).leaves).toHaveLength(2_000))

  it('does not call a stream drained of which there is more to read', () => {
    const batch = batchOf([stream('a', 0, [commit(1)], true), stream('b', 0, [commit(1)])])
    expect(batch.leaves).toHaveLength(2)
    expect(batch.drained).toEqual(['b'])
  })
})
