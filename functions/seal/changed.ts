import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { CloudEvent } from '#events/envelope.ts'
import { jcs } from '#events/jcs.ts'
import { dataHash, entryOf } from '#events/log/entry.ts'
import { isWithholding, withholdingOf } from '#events/withheld.ts'
import type { StreamRecord } from '#functions/runtime/stream-event.ts'
import { fromItem, type Item, UnreadableCommit } from '#functions/store/commit.ts'
import { commitAtOrBelow } from '#functions/store/commit-query.ts'
import { LogStore } from '#functions/store/log-store.ts'

/**
 * Whether a commit that was changed is what a removal by law leaves of it: its entries, of some events no payload, and
 * of each of those the position in the log of the event that says so. The record has keys alone, so this looks at what
 * stands there now: whoever changed anything that the log vouches for is found out, and so is whoever took away what
 * nothing withholds.
 */
export async function isRemovalByLaw(
  { client, events, log }: { client: DynamoDBClient; events: string; log: string },
  { eventName, dynamodb }: StreamRecord,
): Promise<boolean> {
  const streamId = dynamodb?.Keys?.streamId?.S
  const version = Number(dynamodb?.Keys?.version?.N ?? Number.NaN)
  if (eventName !== 'MODIFY' || streamId === undefined || !Number.isSafeInteger(version)) return false
  const item = await commitAtOrBelow(client, events, streamId, version)
  if (Number(item?.version?.N) !== version) return false
  try {
    return await isWhole(item as Item, new LogStore({ client, table: log }))
  } catch (error) {
    if (error instanceof UnreadableCommit) return false
    throw error
  }
}

async function isWhole(item: Item, log: LogStore): Promise<boolean> {
  const commit = fromItem(item)
  const { size } = await log.head()
  let removed = 0
  for (const [index, event] of commit.events.entries()) {
    const { id, subject, time, commandid } = event
    const own = id === `${commit.streamId}/${commit.version + index}` && subject === commit.streamId
    if (!own || time !== commit.time || commandid !== commit.commandid) return false
    const { e, d } = item.events?.L?.[index]?.M ?? {}
    if (Buffer.from(entryOf(event)).toString('utf8') !== e?.S) return false
    if (event.withheld === undefined) {
      if (jcs(event.data) !== d?.S || dataHash(event.datasalt ?? '', d?.S ?? '') !== event.datahash) return false
      continue
    }
    if (event.withheld >= size || !isBy((await log.read(event.withheld))[0], event)) return false
    removed++
  }
  return removed > 0
}

const isBy = (by: CloudEvent | undefined, { id }: CloudEvent): boolean =>
  by !== undefined && isWithholding(by) && `${by.subject}/${withholdingOf(by).data.version}` === id
