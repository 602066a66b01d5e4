import { type Leaf, leafBytes } from '#events/log/grow.ts'
import type { Unsealed } from './unsealed.ts'

/** The most that one transaction seals. It has room for 100 items and 4 MB: 64 marks, the chunks and the head. */
const maxEvents = 1_024
const maxBytes = 1_000_000

/** What one transaction seals: whole commits, stream after stream. */
export interface Batch {
  readonly leaves: readonly Leaf[]
  /** Of each stream in it: the version its mark had and the one it is to have, and how many leaves end with its last. */
  readonly marks: readonly {
    readonly streamId: string
    readonly from: number
    readonly version: number
    readonly count: number
  }[]
  /** Streams that this brings to their end, or to where they are parked; those with nothing to seal among them. */
  readonly drained: readonly string[]
}

/** Takes commits in the order given until the next one would be too much; at least one, if there is any. */
export function batchOf(streams: readonly (Unsealed & { readonly mark: number })[]): Batch {
  const leaves: Leaf[] = []
  const marks: Batch['marks'][number][] = []
  const drained: string[] = []
  let bytes = 0
  for (const { streamId, mark, commits, more } of streams) {
    let version = mark
    let whole = true
    for (const commit of commits) {
      const size = commit.reduce((sum, leaf) => sum + leafBytes(leaf), 0)
      whole = leaves.length === 0 || (leaves.length + commit.length <= maxEvents && bytes + size <= maxBytes)
      if (!whole) break
      leaves.push(...commit)
      version += commit.length
      bytes += size
    }
    if (version > mark) marks.push({ streamId, from: mark, version, count: leaves.length })
    if (!whole) break
    if (!more) drained.push(streamId)
  }
  return { leaves, marks, drained }
}
