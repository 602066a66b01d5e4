import { drawn, type Shown } from '../import/progress.ts'
import { thousands } from '../import/tally.ts'
import type { Told } from './auditing.ts'
import { type Findings, type Kind, kinds } from './findings.ts'

/** Between two changes of the bar, and between two lines where nobody watches. */
const shownMs = 100
const quietMs = 5_000

const parts = { log: 'the log', events: 'the events table', rows: 'the rows' } as const

/** Tells how far an audit has come: on a terminal a bar that moves, elsewhere a line now and then. And what it found. */
export class Telling {
  readonly #out: Shown
  #last = Date.now()
  #drawn = false

  constructor(out: Shown) {
    this.#out = out
  }

  readonly hear: Told = (part, done, all) => {
    const now = Date.now()
    if (now - this.#last < (this.#out.isTTY ? shownMs : quietMs)) return
    this.#last = now
    const said = `${parts[part]}: ${thousands(done)} of ${thousands(all)}`
    if (!this.#out.isTTY) {
      this.#out.write(`${said}\n`)
      return
    }
    this.#drawn = true
    this.#out.write(`\r\x1b[K${`${drawn(all === 0 ? 1 : done / all)} ${said}`.slice(0, (this.#out.columns ?? 80) - 1)}`)
  }

  /** A line that stays. */
  say(line: string): void {
    this.#out.write(`${this.#drawn ? '\r\x1b[K' : ''}${line}\n`)
    this.#drawn = false
  }

  /** The first findings by name, and how many there are of each kind. */
  found(findings: Findings): void {
    for (const { kind, at, what } of findings.named) this.say(`${kind}: ${at}: ${what}`)
    for (const [kind, count] of findings.counts) this.say(`${thousands(count)} ${kinds[kind as Kind]}`)
  }
}
