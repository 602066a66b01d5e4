/** How much is measured. */
export interface Size {
  readonly rounds: number
  readonly warmUp: number
  /** How many times a process is started. */
  readonly starts: number
  /** Events that are replayed. */
  readonly replayed: number
  /** Contingents of the missions that are measured side by side, ascending. */
  readonly contingents: readonly number[]
  /** Events in the store at which growth is measured, ascending. */
  readonly grown: readonly number[]
}

export const whole: Size = {
  rounds: 300,
  warmUp: 50,
  starts: 31,
  replayed: 20_000,
  contingents: [100, 1_000, 10_000],
  grown: [1_000, 3_000, 10_000, 30_000],
}

/** To see whether a change is worth a whole run. */
export const quick: Size = {
  rounds: 40,
  warmUp: 10,
  starts: 9,
  replayed: 2_000,
  contingents: [100, 1_000],
  grown: [1_000, 2_000],
}

/** To see that it runs. */
export const tiny: Size = {
  rounds: 3,
  warmUp: 1,
  starts: 1,
  replayed: 40,
  contingents: [2, 4],
  grown: [20, 40],
}
