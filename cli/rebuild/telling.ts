import type { Filled } from '#functions/projections/rebuild.ts'

/** Where progress is shown: a terminal, or what keeps lines. */
export interface Shown {
  readonly isTTY?: boolean
  write(text: string): unknown
}

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 })

/** Tells how far a rebuild has come: on a terminal a line that changes, elsewhere a line for each answer. */
export class Telling {
  readonly #out: Shown
  #stage: Filled['stage'] | undefined
  #heard = 0

  constructor(out: Shown) {
    this.#out = out
  }

  /** An answer, and in how many milliseconds it came. */
  hear(filled: Filled, ms: number): void {
    const { stage, generation, position, head, rows } = filled
    this.#heard++
    if (stage === 'filling') {
      const rate = rows > 0 ? `, ${whole.format((rows / ms) * 1_000)} rows/s` : ''
      this.#show(`Generation ${generation}: ${whole.format(position)} of ${whole.format(head)} events${rate}`)
    }
    if (stage === 'removing' && this.#stage !== 'removing') {
      this.say(`Generation ${generation} is read, with ${whole.format(position)} events. The old rows go in a minute`)
    }
    if (stage === 'done') {
      const nothing = this.#heard === 1 && rows === 0
      this.say(
        nothing
          ? `Nothing to rebuild: generation ${generation} is of the shape that the code writes`
          : `Rebuilt: generation ${generation} alone is left`,
      )
    }
    this.#stage = stage
  }

  /** A line that stays. */
  say(line: string): void {
    this.#out.write(`${this.#out.isTTY ? '\r\x1b[K' : ''}${line}\n`)
  }

  #show(line: string): void {
    if (this.#out.isTTY) this.#out.write(`\r\x1b[K${line}`)
    else this.say(line)
  }
}
