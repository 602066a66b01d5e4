import { settledIn, type Tally, thousands } from './tally.ts'

/** Where progress is shown: a terminal, or what keeps lines. */
export interface Shown {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Between two lines, where nobody watches. */
const quietMs = 5_000
const barWidth = 24

/** Tells how far an import has come: on a terminal a bar that moves, elsewhere a line now and then. */
export class Progress {
  readonly #out: Shown
  readonly #bytes: number | undefined
  readonly #now: () => number
  readonly #began: number
  readonly #before: number
  #lastShown = 0
  #drawn = false

  /** `bytes` is the size of the file, where it is known; `before` how many lines an earlier run has settled. */
  constructor(out: Shown, bytes: number | undefined, before: number, now: () => number = Date.now) {
    this.#out = out
    this.#bytes = bytes
    this.#before = before
    this.#now = now
    this.#began = now()
    this.#lastShown = this.#began
  }

  /** `offset` is how many bytes of the file are settled. */
  show(tally: Tally, offset: number): void {
    const now = this.#now()
    if (!this.#out.isTTY) {
      if (now - this.#lastShown < quietMs) return
      this.#lastShown = now
      this.#out.write(`${this.#said(tally, offset)}\n`)
      return
    }
    this.#drawn = true
    const bar = this.#bytes ? `${drawn(offset / this.#bytes)} ` : ''
    this.#out.write(`\r\x1b[K${`${bar}${this.#said(tally, offset)}`.slice(0, (this.#out.columns ?? 80) - 1)}`)
  }

  /** Says something between, without breaking the bar. */
  say(line: string): void {
    this.clear()
    this.#out.write(`${line}\n`)
  }

  clear(): void {
    if (this.#drawn) this.#out.write('\r\x1b[K')
    this.#drawn = false
  }

  /** `4,500 lines, 42 %, 812 a second, 3 refused` */
  #said(tally: Tally, offset: number): string {
    const settled = settledIn(tally)
    const seconds = Math.max((this.#now() - this.#began) / 1_000, 0.001)
    const share = this.#bytes ? [`${Math.floor((100 * offset) / this.#bytes)} %`] : []
    const refused = tally.refused > 0 ? [`${thousands(tally.refused)} refused`] : []
    const rate = `${thousands((settled - this.#before) / seconds)} a second`
    return [`${thousands(settled)} lines`, ...share, rate, ...refused].join(', ')
  }
}

/** `[######------------------]` of a share from 0 to 1. */
export function drawn(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barWidth)
  return `[${'#'.repeat(full)}${'-'.repeat(barWidth - full)}]`
}
