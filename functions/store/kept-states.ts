/** A stream's state as it was kept at a version of the stream. */
export interface KeptState {
  /** Of the last event in it. */
  readonly version: number
  /** The JSON of its `Folded`. */
  readonly json: string
}

/** Where states of streams are kept, so that a long one need not be folded from its beginning. They may be behind. */
export interface KeptStates {
  /** The latest that is kept of a stream by this version of its fold; undefined where none is. */
  kept(streamId: string, foldVersion: number): Promise<KeptState | undefined>
}
