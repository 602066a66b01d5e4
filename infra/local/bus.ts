import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Faults } from './faults.ts'
import type { Json } from './intrinsics.ts'
import type { Pattern } from './patterns.ts'
import type { Rule, Stack } from './stack.ts'
import type { State } from './state.ts'

/** An event as EventBridge hands it on. */
export type BusEvent = Readonly<Record<string, Json>>

/** One entry of PutEvents. */
export interface Entry {
  readonly Source?: string
  readonly DetailType?: string
  readonly Detail?: string
  readonly EventBusName?: string
  readonly Resources?: readonly string[]
  readonly Time?: number | string
}

/** A call that EventBridge refuses whole. */
export class Refused extends Error {
  readonly type: string
  constructor(type: string, message: string) {
    super(message)
    this.name = 'Refused'
    this.type = type
  }
}

type Failure = { ErrorCode: string; ErrorMessage: string }
type Result = { EventId: string } | Failure

/** Limits of PutEvents. An entry's size: source, type, detail and resources in UTF-8, and 14 for a time. */
const maximumEntries = 10
const maximumBytes = 256 * 1024

export interface BusOptions {
  readonly stack: Stack
  readonly state: State
  readonly faults?: Faults
  /** Invokes a function with an event; false when that failed. */
  readonly invoke: (functionId: string, payload: string) => Promise<boolean>
}

/** The event buses of the template, and their rules. What is taken is handed to every target, also after a kill. */
export class Bus {
  readonly #stack: Stack
  readonly #state: State
  readonly #faults: Faults | undefined
  readonly #invoke: BusOptions['invoke']
  readonly #listeners = new Set<(event: BusEvent) => void>()
  readonly #stopped = new AbortController()
  readonly #delivering = new Set<Promise<void>>()
  #calls = 0

  constructor({ stack, state, faults, invoke }: BusOptions) {
    this.#stack = stack
    this.#state = state
    this.#faults = faults
    this.#invoke = invoke
  }

  /** Delivers what targets have not taken before the last stop. */
  start(): void {
    for (const { id, target, event } of this.#state.deliveries()) this.#deliver(id, target, event)
  }

  /** The ARN that the caller must be allowed to put events on. */
  arnOf(name = 'default'): string {
    const { region, account } = this.#stack.place
    return name.startsWith('arn:') ? name : `arn:aws:events:${region}:${account}:event-bus/${name}`
  }

  /** Takes a call's entries, or refuses each with a code of its own. @throws {Refused} */
  put(entries: readonly Entry[], partly = false): { readonly FailedEntryCount: number; readonly Entries: Result[] } {
    if (entries.length < 1 || entries.length > maximumEntries) {
      throw new Refused('ValidationException', `A call takes 1 to ${maximumEntries} entries, not ${entries.length}`)
    }
    if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > maximumBytes) {
      throw new Refused('ValidationException', 'Total size of the entries in the request is over the limit.')
    }
    for (const { EventBusName } of entries) {
      if (!this.#stack.buses.some(({ arn }) => arn === this.arnOf(EventBusName))) {
        throw new Refused('ResourceNotFoundException', `Event bus ${EventBusName ?? 'default'} does not exist.`)
      }
    }
    const taken: { readonly event: BusEvent; readonly arn: string }[] = []
    const results = entries.map((entry, index): Result => {
      if (partly && index === entries.length - 1) return throttled
      const failure = failureOf(entry)
      if (failure) return failure
      const event = this.#eventOf(entry)
      taken.push({ event, arn: this.arnOf(entry.EventBusName) })
      return { EventId: String(event.id) }
    })
    this.#calls += 1
    const delivered = this.#faults?.disturb(taken, `bus\n${this.#calls}`) ?? taken
    for (const { event, arn } of delivered) this.#hand(event, arn)
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results }
  }

  /** Calls back with every event that matches, as it comes, until the returned function is called. */
  listen(pattern: Pattern | undefined, heard: (event: BusEvent) => void): () => void {
    const listener = (event: BusEvent) => {
      if (pattern?.matches(event) ?? true) heard(event)
    }
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Stops trying; what no target has taken yet is kept. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await Promise.all(this.#delivering)
  }

  #eventOf(entry: Entry): BusEvent {
    const { region, account } = this.#stack.place
    const time = typeof entry.Time === 'number' ? entry.Time * 1000 : (entry.Time ?? Date.now())
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': entry.DetailType ?? '',
      source: entry.Source ?? '',
      account,
      time: `${new Date(time).toISOString().slice(0, 19)}Z`,
      region,
      resources: entry.Resources ?? [],
      detail: JSON.parse(entry.Detail ?? '{}') as Json,
    }
  }

  #hand(event: BusEvent, arn: string): void {
    const text = JSON.stringify(event)
    for (const rule of this.#stack.rules) {
      if (!this.#isOn(rule, arn) || !rule.pattern.matches(event)) continue
      for (const { functionId } of rule.targets) {
        this.#deliver(this.#state.addDelivery(functionId, text), functionId, text)
      }
    }
    for (const listener of this.#listeners) listener(event)
  }

  #isOn(rule: Rule, arn: string): boolean {
    return this.#stack.buses.some((bus) => bus.name === rule.bus && bus.arn === arn)
  }

  #deliver(id: number, functionId: string, event: string): void {
    const delivering = this.#untilTaken(id, functionId, event).finally(() => this.#delivering.delete(delivering))
    this.#delivering.add(delivering)
  }

  async #untilTaken(id: number, functionId: string, event: string): Promise<void> {
    const { signal } = this.#stopped
    for (let waitMs = 100; !signal.aborted; waitMs = Math.min(waitMs * 2, 30_000)) {
      if (await this.#invoke(functionId, event)) {
        this.#state.delivered(id)
        return
      }
      await delay(waitMs, undefined, { signal }).catch(() => undefined)
    }
  }
}

const throttled: Failure = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' }

function sizeOf({ Source = '', DetailType = '', Detail = '', Resources = [], Time }: Entry): number {
  const text = [Source, DetailType, Detail, ...Resources].reduce((sum, one) => sum + Buffer.byteLength(one), 0)
  return text + (Time === undefined ? 0 : 14)
}

function failureOf({ Source, DetailType, Detail }: Entry): Failure | undefined {
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (!value) return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${name} is not valid.` }
  }
  try {
    const detail: unknown = JSON.parse(Detail as string)
    if (detail !== null && typeof detail === 'object' && !Array.isArray(detail)) return undefined
  } catch {
    // not JSON: refused below, as what is JSON but no object
  }
  return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
}
