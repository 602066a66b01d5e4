import type { Engine } from './engine.ts'
import { labelOf } from './functions.ts'
import type { Invocation } from './instance.ts'
import { Reader } from './mappings.ts'
import type { Stack, Table } from './stack.ts'
import type { State } from './state.ts'
import { Stream } from './streams.ts'
import { Trim } from './trim.ts'

export interface ReadingOptions {
  readonly engine: Engine
  readonly stack: Stack
  readonly state: State
  /** The embedded engine's file, where it has one. */
  readonly file: string | undefined
  readonly invoke: (functionId: string, payload: string) => Promise<Invocation>
  readonly log: (line: string) => void
}

/** Every stream of the template that a mapping reads, and its readers. */
export class Reading {
  readonly #options: ReadingOptions
  readonly #streams = new Map<string, Stream>()
  readonly #readers: Reader[] = []
  #trim: Trim | undefined

  constructor(options: ReadingOptions) {
    this.#options = options
  }

  /** Goes on where each mapping was when all ended. */
  async start(): Promise<void> {
    if (this.#options.file !== undefined) this.#trim = new Trim(this.#options.file)
    for (const table of this.#options.stack.tables) if (table.stream) await this.#read(table)
  }

  /** A table was written to. */
  ring(table: string): void {
    this.#streams.get(table)?.ring()
  }

  /** Whether every record has been delivered. */
  get idle(): boolean {
    return [...this.#streams.values(), ...this.#readers].every((one) => one.idle)
  }

  kick(): void {
    for (const reader of this.#readers) reader.kick()
  }

  /** Ends when the invocations that are under way have. */
  async stop(): Promise<void> {
    await Promise.all([...this.#streams.values()].map((stream) => stream.stop()))
    await Promise.all(this.#readers.map((reader) => reader.stop()))
    this.#trim?.close()
  }

  async #read(table: Table): Promise<void> {
    const { engine, stack, state, invoke, log } = this.#options
    const mappings = stack.mappings.filter((mapping) => mapping.table === table.name && mapping.enabled)
    if (mappings.length === 0) return
    const readers: Reader[] = []
    const stream = new Stream({
      engine,
      table,
      region: stack.place.region,
      deal: (records, position) => {
        for (const reader of readers) reader.take(records, position)
      },
      log,
    })
    const end = await stream.open()
    for (const mapping of mappings) {
      readers.push(
        new Reader({
          mapping,
          delivered: state.checkpoint(mapping.id)?.map(BigInt),
          end,
          invoke: (payload) => invoke(mapping.functionId, payload),
          save: (sequences) => {
            state.setCheckpoint(mapping.id, sequences.map(String))
            this.#trim?.delivered(table.name, first(readers))
          },
          log: (line) => log(`[${labelOf({ id: mapping.functionId })}] ${line}`),
        }),
      )
    }
    this.#readers.push(...readers)
    this.#streams.set(table.name, stream)
    this.#trim?.forget(table.name, first(readers))
    stream.start(first(readers))
  }
}

/** All of them are done with what is up to here. */
function first(readers: readonly Reader[]): bigint {
  let after = readers[0]?.after ?? 0n
  for (const reader of readers) if (reader.after < after) after = reader.after
  return after
}
