import { createHash, randomInt } from 'node:crypto'

/** What may happen to a call. `lost`: it is done, and its answer never arrives. `partial`: a part of a batch is refused. */
export type Fault = 'conflict' | 'throttled' | 'lost' | 'partial'

/** One call in this many is made to fail. */
const oneIn = 6

/**
 * Failures that AWS promises, on purpose. What happens to the n-th call of a kind hangs on the seed alone, not on what
 * happens beside it. A call never fails twice in a row, so that whoever retries gets on.
 */
export class Faults {
  readonly seed: string
  readonly #counts = new Map<string, number>()
  /** Kinds and bodies of calls whose last try failed. */
  readonly #failed = new Set<string>()

  constructor(seed: string) {
    this.seed = seed
  }

  static randomSeed = (): string => String(randomInt(1_000_000))

  /** The fault, if any, for a call of this kind (who calls what on which tables), which could fail in these ways. */
  next(kind: string, body: Buffer | string, ways: readonly Fault[]): Fault | undefined {
    const count = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, count)
    const again = createHash('sha256').update(kind).update(body).digest('base64')
    const spared = [this.#failed.delete(kind), this.#failed.delete(again)].includes(true)
    const [chance, way] = this.#draw(`${kind}\n${count}`)
    if (spared || ways.length === 0 || chance % oneIn !== 0) return undefined
    this.#failed.add(kind)
    this.#failed.add(again)
    return ways[way % ways.length]
  }

  /** Events as a bus may deliver them: in another order, some of them twice. */
  disturb<Event>(events: readonly Event[], name: string): Event[] {
    const delivered = events.flatMap((event, index) => {
      const [chance] = this.#draw(`${name}\n${index}`)
      return chance % oneIn === 0 ? [event, event] : [event]
    })
    return delivered
      .map((event, index) => ({ event, place: this.#draw(`${name}\nplace\n${index}`)[0] }))
      .sort((one, other) => one.place - other.place)
      .map(({ event }) => event)
  }

  #draw(name: string): [number, number] {
    const digest = createHash('sha256').update(`${this.seed}\n${name}`).digest()
    return [digest.readUInt32BE(0), digest.readUInt32BE(4)]
  }
}
