import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Folded } from '#events/fold.ts'
import type { StreamKind } from '#events/streams.ts'

/**
 * One row of a read model: its key, without the generation, and what lists filter by. Ids and filterable attributes
 * only, at most 1 KB, which is one write unit; the words are in the kept state.
 */
export interface Row {
  /** `<filter>#<value>`: the list that the row stands in. */
  readonly pk: string
  /** What the list is ordered by, and the id that makes it unique. */
  readonly sk: string
  readonly [attribute: string]: Attribute
}
export type Attribute = string | number | boolean | readonly string[]

/** What a stream of one kind adds to lists. Pure: the same state gives the same rows, however it came about. */
export interface ReadModel<State = unknown> {
  /** The name of its folder. */
  readonly name: string
  readonly kind: StreamKind
  /**
   * @param position of the last event folded, in the log; -1 for a stream without events. Where a stream is caught up
   * from its own events, the states on the way have the position of the last one.
   */
  rows(folded: Folded<State>, streamId: string, position: number): Row[]
}

/** A stored item, or a part of one. */
export type Item = Record<string, AttributeValue>

/** A row's attributes as DynamoDB takes them, its key left out. */
export function attributesOf({ pk, sk, ...attributes }: Row): Item {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)]))
}

export function attributeOf(value: Attribute): AttributeValue {
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'number') return { N: String(value) }
  if (typeof value === 'boolean') return { BOOL: value }
  return { L: value.map((S) => ({ S })) }
}
