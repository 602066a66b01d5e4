import type { Update } from '@aws-sdk/client-dynamodb'
import type { CloudEvent } from '#events/envelope.ts'
import { parseBundle } from '#events/log/bundle.ts'
import type { Item } from '#functions/store/commit.ts'

/** Where the payload of one event is written. */
export interface Place {
  /** Whether there is something left to remove, or it says another position than the one that withholds it. */
  isHeld(withheld: number): boolean
  /** What removes it: nothing else in the item changes, and nothing at all where the item is another by then. */
  removal(withheld: number): Update
}

/** In a commit: beside its entry. Throws where another event stands there. */
export function inCommit(table: string, item: Item, eventId: string, version: number): Place {
  const index = version - Number(item.version?.N)
  const stored = item.events?.L?.[index]?.M ?? {}
  mustBe(eventId, stored.e?.S, 'commit')
  const path = `#events[${index}]`
  return place(table, { streamId: item.streamId, version: item.version } as Item, stored, {
    path,
    names: { '#events': 'events', '#e': 'e' },
    condition: `${path}.#e = :e`,
    values: { ':e': { S: stored.e?.S ?? '' } },
  })
}

/** In a chunk of the log: in the list beside its entries. Throws where another event stands there. */
export function inChunk(table: string, item: Item, eventId: string, position: number): Place {
  const index = position - Number(item.sk?.S)
  const entry = parseBundle(item.entries?.B ?? new Uint8Array())[index]
  mustBe(eventId, entry && Buffer.from(entry).toString('utf8'), 'chunk')
  const path = `#payloads[${index}]`
  return place(table, { pk: item.pk, sk: item.sk } as Item, item.payloads?.L?.[index]?.M ?? {}, {
    path,
    names: { '#payloads': 'payloads', '#count': 'count' },
    condition: '#count = :count',
    values: { ':count': item.count ?? { N: '0' } },
  })
}

interface Written {
  /** Of what is changed, in the item. */
  readonly path: string
  readonly names: Record<string, string>
  /** That the item is still the one that was read. */
  readonly condition: string
  readonly values: Item
}

const place = (table: string, key: Item, stored: Item, { path, names, condition, values }: Written): Place => ({
  isHeld: (withheld) => stored.d !== undefined || stored.s !== undefined || stored.withheld?.N !== String(withheld),
  removal: (withheld) => ({
    TableName: table,
    Key: key,
    UpdateExpression: `SET ${path}.#withheld = :withheld REMOVE ${path}.#d, ${path}.#s`,
    // Still the item that was read, and still there: whoever comes second finds it done.
    ConditionExpression: `${condition} and (attribute_exists(${path}.#d) or attribute_not_exists(${path}.#withheld) or ${path}.#withheld <> :withheld)`,
    ExpressionAttributeNames: { ...names, '#withheld': 'withheld', '#d': 'd', '#s': 's' },
    ExpressionAttributeValues: { ...values, ':withheld': { N: String(withheld) } },
  }),
})

function mustBe(eventId: string, entry: string | undefined, where: string): void {
  const found = entry === undefined ? undefined : (JSON.parse(entry) as CloudEvent).id
  if (found !== eventId) throw new Error(`The ${where} has ${found ?? 'nothing'} where ${eventId} belongs`)
}
