/** What an item writes, if anything, and what it may refer to, by id. */
export interface Touched {
  readonly written: string | undefined
  readonly mentioned: ReadonlySet<string>
}

/** What was promised of those that touch one id so far. */
interface Turn<Result> {
  lastWriter?: Promise<Result>
  readersSince: Promise<Result>[]
}

/**
 * Runs every item, those first that come first: two that touch the same id, one of them writing it, run one after the
 * other, and all others side by side, `atOnce` at most. `run` gets the results of those the item had to wait for.
 * The results come in the items' order.
 */
export async function inOrder<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  touchedBy: (item: Item) => Touched,
  run: (item: Item, waitedFor: readonly Result[]) => Promise<Result>,
): Promise<Result[]> {
  const turns = new Map<string, Turn<Result>>()
  const slots = new Slots(atOnce)
  return Promise.all(items.map(start))

  function start(item: Item): Promise<Result> {
    const { written, mentioned } = touchedBy(item)
    const before = new Set<Promise<Result>>()
    for (const id of mentioned) {
      const { lastWriter } = turnOf(id)
      if (lastWriter) before.add(lastWriter)
    }
    if (written !== undefined) {
      const { lastWriter, readersSince } = turnOf(written)
      for (const earlier of lastWriter ? [lastWriter, ...readersSince] : readersSince) before.add(earlier)
    }
    const result = Promise.all(before).then((results) => slots.take(() => run(item, results)))
    for (const id of mentioned) turnOf(id).readersSince.push(result)
    if (written !== undefined) turns.set(written, { lastWriter: result, readersSince: [] })
    return result
  }

  function turnOf(id: string): Turn<Result> {
    const turn = turns.get(id) ?? { readersSince: [] }
    turns.set(id, turn)
    return turn
  }
}

/** Places to work in, given to whoever waits longest. */
class Slots {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }
}
