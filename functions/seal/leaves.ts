import { jcs } from '#events/jcs.ts'
import { dataHash, entryOf } from '#events/log/entry.ts'
import { type Leaf, leafBytes, maxChunkBytes } from '#events/log/grow.ts'
import { fromItem, type Item } from '#functions/store/commit.ts'

/**
 * The leaves of a commit as it stands in the events table, their bytes exactly as stored.
 * Throws for whatever must not become part of the log, where it would be for good: a commit that cannot be read, that
 * is not the one that follows `mark`, whose events name another place, or whose payload is not what its hash says.
 */
export function leavesOf(item: Item, streamId: string, mark: number): Leaf[] {
  const commit = fromItem(item)
  if (commit.version !== mark + 1) throw new Error(`Version ${commit.version} follows version ${mark}`)
  if (commit.events.length === 0) throw new Error('A commit without events')
  return commit.events.map((event, index) => {
    const id = `${streamId}/${commit.version + index}`
    const { e, d, s } = item.events?.L?.[index]?.M ?? {}
    if (event.subject !== streamId || event.id !== id) throw new Error(`${id} calls itself ${event.id}`)
    if (event.data === undefined || event.datasalt === undefined) throw new Error(`${id} has no payload`)
    const entry = entryOf(event)
    const payload = { d: jcs(event.data), s: event.datasalt }
    // Stored as it is hashed: what is not canonical would be sealed under a hash that no reader arrives at.
    if (Buffer.compare(entry, Buffer.from(e?.S ?? '')) !== 0) throw new Error(`The entry of ${id} is not canonical`)
    if (payload.d !== d?.S || payload.s !== s?.S) throw new Error(`The payload of ${id} is not canonical`)
    if (dataHash(payload.s, payload.d) !== event.datahash)
      throw new Error(`The payload of ${id} is not what was hashed`)
    const leaf = { entry, payload }
    if (leafBytes(leaf) > maxChunkBytes) throw new Error(`${id} is too large for a chunk`)
    return leaf
  })
}
