/** What whoever has rows rebuilt may ask of the project step. */
export interface Asked {
  /** Only where the rows that are read are of another shape than this code writes. */
  readonly ifNeeded?: boolean
  /** Goes on with what an earlier call has begun, and begins nothing: what it answered as `generation`. */
  readonly generation?: number
  /** How long to work at most, in seconds. */
  readonly seconds?: number
}

/** How far a rebuild has come, as the step answers. */
export interface Filled {
  /** Whether the rows are read, and the old ones gone. Otherwise it is to be asked again. */
  readonly done: boolean
  readonly stage: 'filling' | 'removing' | 'done'
  readonly generation: number
  /** Of the next event that the generation is to have, and the log's size. */
  readonly position: number
  readonly head: number
  /** How many rows and tombstones this call has sent. */
  readonly rows: number
}
