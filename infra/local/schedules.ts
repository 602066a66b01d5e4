import { setTimeout as delay } from 'node:timers/promises'
import { Unsupported } from './intrinsics.ts'
import type { Schedule, Stack } from './stack.ts'
import type { State } from './state.ts'

const unitsMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/**
 * How often a schedule calls, in milliseconds, of an expression as `rate(1 day)`. @throws {Unsupported} for any other:
 * `cron()` and `at()` among them.
 */
export function periodOf(expression: string, at: string): number {
  const [, count, unit] = /^rate\(([1-9]\d*) (minute|hour|day)s?\)$/.exec(expression) ?? []
  const unitMs = unitsMs[unit ?? '']
  if (count === undefined || unitMs === undefined) throw new Unsupported(at, `the schedule ${expression}`)
  return Number(count) * unitMs
}

/** How long after a start what was missed is made up for, so that nobody waits for it. */
const soonMs = 2_000

/** How often a call that fails is made again, as Lambda does with its event queue, and the waits before. */
const againMs = [60_000, 120_000]

/** The longest that a timer waits at once: longer ones ring at once. */
const longestMs = 86_400_000

export interface SchedulesOptions {
  readonly stack: Stack
  readonly state: State
  /** Invokes a function; false when that failed. */
  readonly invoke: (functionId: string, payload: string) => Promise<boolean>
  readonly log: (line: string) => void
  readonly clock?: Clock
}

/** Milliseconds since 1970, and a wait of so many, or until it is called off. */
export interface Clock {
  now(): number
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

const ownClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => delay(Math.min(ms, longestMs), undefined, { signal, ref: false }).catch(() => undefined),
}

/**
 * The schedules of the template, as long as the local cloud runs; a call that was missed while it did not is made once,
 * soon after its start. A schedule begins when its data does.
 */
export class Schedules {
  readonly #options: SchedulesOptions
  readonly #clock: Clock
  readonly #stopped = new AbortController()
  #running: Promise<void>[] = []

  constructor(options: SchedulesOptions) {
    this.#options = options
    this.#clock = options.clock ?? ownClock
  }

  start(): void {
    this.#running = this.#options.stack.schedules.filter(({ enabled }) => enabled).map((one) => this.#run(one))
  }

  /** Ends when the calls that are under way have. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await Promise.all(this.#running)
  }

  async #run({ id, periodMs, functionId, input }: Schedule): Promise<void> {
    const { state, invoke, log } = this.#options
    const note = `schedule ${id}`
    const { signal } = this.#stopped
    const now = () => this.#clock.now()
    const sleep = (ms: number) => this.#clock.sleep(ms, signal)
    if (state.note(note) === undefined) state.setNote(note, String(now()))
    const dueIn = () => Number(state.note(note)) + periodMs - now()
    await sleep(Math.max(dueIn(), soonMs))
    while (!signal.aborted) {
      if (dueIn() > 0) {
        await sleep(dueIn())
        continue
      }
      state.setNote(note, String(now())) // before the call, as a schedule goes on whatever becomes of it
      for (const waitMs of [0, ...againMs]) {
        await sleep(waitMs)
        if (signal.aborted || (await invoke(functionId, input))) break
        log(`The schedule ${id} has called in vain`)
      }
    }
  }
}
