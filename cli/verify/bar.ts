import { drawn, type Shown } from '../import/progress.ts'

/** Between two drawings, in milliseconds: more are not seen. */
const betweenMs = 50

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 })

/** How far a check has come: on a terminal a bar that moves, elsewhere nothing. */
export class Bar {
  readonly #out: Shown
  readonly #now: () => number
  readonly #began: number
  #last = 0

  constructor(out: Shown, now: () => number = Date.now) {
    this.#out = out
    this.#now = now
    this.#began = now()
  }

  show(checked: number, of: number): void {
    const now = this.#now()
    if (!this.#out.isTTY || now - this.#last < betweenMs) return
    this.#last = now
    const rate = (1_000 * checked) / Math.max(1, now - this.#began)
    const said = `${drawn(checked / of)} ${whole.format(checked)} of ${whole.format(of)}, ${whole.format(rate)} a second`
    this.#out.write(`\r\x1b[K${said.slice(0, (this.#out.columns ?? 80) - 1)}`)
  }

  clear(): void {
    if (this.#last > 0) this.#out.write('\r\x1b[K')
  }
}
