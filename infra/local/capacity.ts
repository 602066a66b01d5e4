/** Units of one function's calls of one operation on one table or index, as AWS would have charged them. */
export interface Spent {
  readonly function: string
  readonly table: string
  readonly index?: string
  readonly operation: string
  calls: number
  readUnits: number
  writeUnits: number
}

interface Consumed {
  readonly TableName?: string
  readonly CapacityUnits?: number
  readonly Table?: Units
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, Units>>
  readonly LocalSecondaryIndexes?: Readonly<Record<string, Units>>
}
interface Units {
  readonly CapacityUnits?: number
}

/** Counts capacity units by who spent them on what. */
export class Capacity {
  #since = new Date()
  readonly #spent = new Map<string, Spent>()

  /** Adds what an answer says under `ConsumedCapacity`: one entry, or one for each table. */
  add(caller: string, operation: string, writes: boolean, consumed: unknown): void {
    for (const entry of (Array.isArray(consumed) ? consumed : [consumed]) as Consumed[]) {
      const table = entry.TableName ?? ''
      const indexes = { ...entry.GlobalSecondaryIndexes, ...entry.LocalSecondaryIndexes }
      this.#count({ caller, table, operation, writes, units: entry.Table?.CapacityUnits ?? entry.CapacityUnits ?? 0 })
      for (const [index, { CapacityUnits: units = 0 }] of Object.entries(indexes)) {
        this.#count({ caller, table, index, operation, writes, units })
      }
    }
  }

  #count({ caller, table, index, operation, writes, units }: Count): void {
    const name = [caller, table, index, operation].join('\n')
    let spent = this.#spent.get(name)
    if (!spent) {
      const place = index === undefined ? { table } : { table, index }
      spent = { function: caller, ...place, operation, calls: 0, readUnits: 0, writeUnits: 0 }
      this.#spent.set(name, spent)
    }
    spent.calls += 1
    if (writes) spent.writeUnits += units
    else spent.readUnits += units
  }

  /** Since the start or the last `reset`. */
  report(): { readonly since: string; readonly spent: readonly Readonly<Spent>[] } {
    return { since: this.#since.toISOString(), spent: [...this.#spent.values()] }
  }

  reset(): void {
    this.#since = new Date()
    this.#spent.clear()
  }
}

interface Count {
  readonly caller: string
  readonly table: string
  readonly index?: string
  readonly operation: string
  readonly writes: boolean
  readonly units: number
}
