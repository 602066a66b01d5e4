import { afterEach, describe, expect, it } from 'vitest'
import { type Clock, periodOf, Schedules } from '../../../infra/local/schedules.ts'
import type { Schedule, Stack } from '../../../infra/local/stack.ts'
import { State } from '../../../infra/local/state.ts'

const schedule = { id: 'Sweep', enabled: true, periodMs: 86_400_000, functionId: 'Seal', input: '{"sweep":true}' }
const stackOf = (...schedules: Partial<Schedule>[]) =>
  ({ schedules: schedules.map((given) => ({ ...schedule, ...given })) }) as unknown as Stack

let running: Schedules | undefined
afterEach(() => running?.stop())

/** A clock that goes on when it is told to. */
class HandMoved implements Clock {
  #now = Date.parse('2031-02-14T00:00:00.000Z')
  #sleepers: { until: number; wake: () => void }[] = []

  now = () => this.#now

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted || ms <= 0) return resolve()
      this.#sleepers.push({ until: this.#now + ms, wake: resolve })
      signal.addEventListener('abort', () => resolve())
    })
  }

  /** Wakes each sleeper at its time, and lets it do what it has to. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      await new Promise(setImmediate)
      const [next] = this.#sleepers.sort((a, b) => a.until - b.until)
      if (!next || next.until > end) break
      this.#sleepers.shift()
      this.#now = next.until
      next.wake()
    }
    this.#now = end
  }
}

/** Schedules with a clock of their own, and what they called. */
function start(stack: Stack, state = new State(), fails = 0) {
  const calls: string[] = []
  const clock = new HandMoved()
  running = new Schedules({
    stack,
    state,
    clock,
    invoke: async (id, payload) => {
      calls.push(`${id} ${payload}`)
      return calls.length > fails
    },
    log: () => undefined,
  })
  running.start()
  return { calls, state, pass: (ms: number) => clock.pass(ms) }
}
const hours = (count: number) => count * 3_600_000

describe('a schedule', () => {
  it('reads how often, and refuses by its name what it does not know', () => {
    expect(periodOf('rate(1 day)', 'Sweep')).toBe(hours(24))
    expect(periodOf('rate(90 minutes)', 'Sweep')).toBe(hours(1.5))
    for (const other of ['cron(0 3 * * ? *)', 'at(2031-02-14T00:00:00)', 'rate(0 days)', 'rate(1 week)']) {
      expect(() => periodOf(other, 'Sweep')).toThrow(`Sweep: the schedule ${other}`)
    }
  })

  it('calls once in each period while the cloud runs, and not at the start of new data', async () => {
    const { calls, pass } = start(stackOf({}))
    await pass(hours(23))
    expect(calls).toEqual([])
    await pass(hours(2))
    expect(calls).toEqual(['Seal {"sweep":true}'])
    await pass(hours(48))
    expect(calls).toHaveLength(3)
  })

  it('calls once, soon after a start, for all that was missed', async () => {
    const state = new State()
    state.setNote('schedule Sweep', String(Date.parse('2031-02-10T00:00:00.000Z')))
    const { calls, pass } = start(stackOf({}), state)
    await pass(5_000)
    expect(calls).toHaveLength(1)
    await running?.stop()
    const again = start(stackOf({}), state)
    await again.pass(5_000)
    expect(again.calls).toEqual([])
  })

  it('calls again what fails, twice, and goes on with the next period', async () => {
    const { calls, pass } = start(stackOf({}), new State(), 3)
    await pass(hours(25))
    expect(calls).toHaveLength(3)
    await pass(hours(24))
    expect(calls).toHaveLength(4)
  })

  it('calls nobody where it is disabled', async () => {
    const state = new State()
    state.setNote('schedule Sweep', '0')
    const { calls, pass } = start(stackOf({ enabled: false }), state)
    await pass(5_000)
    expect(calls).toEqual([])
  })
})
