import type { At } from './fold.ts'

/** What was recorded, and where in its stream it stands. */
export interface Recorded<Data> extends At {
  readonly data: Data
}

export const recorded = <Data>(data: Data, { version, recordedAt, recordedBy }: At): Recorded<Data> => ({
  data,
  version,
  recordedAt,
  recordedBy,
})
