import { describe, expect, it } from 'vitest'
import { leafHash } from '#events/log/entry.ts'
import { grow } from '#events/log/grow.ts'
import { emptyTree } from '#events/log/tree.ts'
import { chunkItem, chunkOf } from '#functions/store/log-item.ts'

describe('the item of a chunk', () => {
  const entries = ['{"id":"mission-harbour-watch/1"}', '{"id":"mission-harbour-watch/2"}'].map((entry) =>
    Buffer.from(entry),
  )
  const leaves = entries.map((entry) => ({ entry, payload: { d: '{}', s: 'AAECAwQFBgcICQoLDA0ODw' } }))
  const [chunk] = grow(emptyTree, leaves).chunks
  if (!chunk) throw new Error('Two leaves make a chunk')

  it('is read back as it was', () => expect(chunkOf(chunkItem(chunk))).toEqual(chunk))

  it('of the time before the log had tiles says no hashes: they are those of its entries', () => {
    const { hashes, ...old } = chunkItem(chunk)
    expect(hashes?.B).toHaveLength(64)
    expect(Buffer.from(chunkOf(old).hashes)).toEqual(Buffer.concat(entries.map(leafHash)))
  })
})
