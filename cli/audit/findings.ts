/** What an audit can find wrong. */
export const kinds = {
  chunk: 'chunks of the log that are not as they were sealed',
  entry: 'entries that are not what was sealed or appended',
  payload: 'payloads that are not what their entries say',
  hashes: 'leaf hashes that are not those of their entries',
  order: 'events of a stream that are in the log twice, not at all, or out of order',
  root: 'roots or edges that are not those of the entries',
  tile: 'tiles that are not those of the tree',
  checkpoint: 'checkpoints that do not vouch for this log',
  mark: 'marks of streams that are not how far these are sealed',
  stray: 'items that nobody has written',
  lost: 'events in the log that are not in the events table',
  commit: 'commits that are not as they were appended',
  withheld: 'payloads that are missing without an event that withholds them',
  parked: 'streams that can be sealed or projected no further',
  row: 'rows that are not those of the events',
  state: 'kept states that are not those of the events',
  behind: 'rows that have not come as far as the log',
} as const
export type Kind = keyof typeof kinds

/** One thing that is wrong. */
export interface Finding {
  readonly kind: Kind
  /** Where: a position, an event's id, a tile, a row's key. */
  readonly at: string
  readonly what: string
}

/** More are counted, and not named. */
const maxNamed = 20

/** All that an audit has found: the first of it by name, the rest by number. */
export class Findings {
  readonly named: Finding[] = []
  readonly counts = new Map<Kind, number>()

  add(kind: Kind, at: string, what: string): void {
    this.counts.set(kind, this.count(kind) + 1)
    if (this.named.length < maxNamed) this.named.push({ kind, at, what })
  }

  /** Those of another look. */
  addAll({ named, counts }: Findings): void {
    for (const { kind, at, what } of named) this.add(kind, at, what)
    for (const [kind, count] of counts) {
      const unnamed = count - named.filter((one) => one.kind === kind).length
      if (unnamed > 0) this.counts.set(kind, this.count(kind) + unnamed)
    }
  }

  count(kind: Kind): number {
    return this.counts.get(kind) ?? 0
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0)
  }
}
