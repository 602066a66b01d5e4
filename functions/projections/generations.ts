import type { Item } from './row.ts'

/** A generation of all rows and states, and the shape they are written in. */
export interface Generation {
  /** Counted from 1; never used again. */
  readonly n: number
  readonly shape: number
}

/** One that is being filled, to be read instead of the live one once it has caught up. */
export interface Filling extends Generation {
  /** Size of the log when it began. */
  readonly head: number
}

/** Which generations there are. */
export interface Generations {
  /** The one that is read. */
  readonly live: Generation
  readonly filling?: Filling
  /** When the last one was given up whose rows are still to be removed: RFC 3339. */
  readonly retired?: string
}

/** Reads the generation item. */
export function generationsOf({ live, filling, retired }: Item): Generations {
  return {
    live: generationOf(live?.M),
    ...(filling?.M ? { filling: { ...generationOf(filling.M), head: Number(filling.M.head?.N) } } : {}),
    ...(retired?.S === undefined ? {} : { retired: retired.S }),
  }
}

const generationOf = (item: Item = {}): Generation => ({ n: Number(item.n?.N), shape: Number(item.shape?.N) })
