import type { Recorded } from './recorded.ts'
import { type Replaces, replaced } from './replaces.ts'

/** What a correction says: why, and each member anew. */
export interface Correction<Data> {
  readonly reason: string
  readonly replaces: Replaces<Data>
}

/**
 * Something with an id of its own within a stream: as it was recorded first, and what was said of it since. Lists that
 * would be empty are absent: a mission may have ten thousand reports, and its state is kept.
 */
export interface Item<Data> extends Recorded<Data> {
  corrections?: Recorded<Correction<Data>>[]
  retractions?: Recorded<{ readonly reason: string }>[]
}

/** Items by id: found without a search. */
export type Items<Data> = Record<string, Item<Data>>

/** As they were recorded: a record's own order puts ids that are numbers first. */
export const inOrder = <Data>(items: Items<Data>): Item<Data>[] =>
  Object.values(items).sort((a, b) => a.version - b.version)

/** Adds a correction, of an item that is there: one whose payload is withheld is not. */
export function addCorrection<Data>(item: Item<Data> | undefined, correction: Recorded<Correction<Data>>): void {
  if (!item) return
  item.corrections ??= []
  item.corrections.push(correction)
}

/** Adds a retraction, of an item that is there. */
export function addRetraction<Data>(
  item: Item<Data> | undefined,
  retraction: Recorded<{ readonly reason: string }>,
): void {
  if (!item) return
  item.retractions ??= []
  item.retractions.push(retraction)
}

/** A value with a correction made; `empty` has what takes the place of a list that is taken away. */
export const amendedBy = <Data extends object>(value: Data, replaces: Replaces<Data>, empty: Partial<Data>): Data => ({
  ...empty,
  ...replaced(value, replaces),
})

/** The item as it stands, with every correction made. */
export const current = <Data extends object>({ data, corrections = [] }: Item<Data>, empty: Partial<Data>): Data =>
  corrections.reduce((value, correction) => amendedBy(value, correction.data.replaces, empty), data)
