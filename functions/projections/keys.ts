import type { Item } from './row.ts'

/*
 * Keys of the views table. All but the generation item begin with a generation, so that a rebuild can fill a new one
 * beside the one that is read.
 */

export interface Key {
  readonly pk: string
  readonly sk: string
}

/** Which generation is read. */
export const generationKey: Key = { pk: 'generation', sk: '0' }

/** Of the rows of a read model: the generation before the row's own partition. */
export const rowKey = (generation: number, { pk, sk }: Key): Key => ({ pk: `${generation}#${pk}`, sk })

/** How far the log is in the generation's rows. */
export const checkpointKey = (generation: number): Key => ({ pk: `${generation}#checkpoint`, sk: '0' })

/** A stream that cannot be folded. One partition, so that they can be counted and tried again. */
export const parkedKey = (generation: number, streamId: string): Key => ({
  pk: parkedPartition(generation),
  sk: streamId,
})
export const parkedPartition = (generation: number) => `${generation}#parked`

/** The kept state of a stream, folded by this version of its fold. */
export const stateKey = (generation: number, foldVersion: number, streamId: string): Key => ({
  pk: `${generation}#state#${foldVersion}#${streamId}`,
  sk: 'head',
})

/** A part of a state too large for its head item. */
export const partKey = ({ pk }: Key, version: number, index: number): Key => ({ pk, sk: `${version}#${index}` })

export const keyItem = ({ pk, sk }: Key): Item => ({ pk: { S: pk }, sk: { S: sk } })
