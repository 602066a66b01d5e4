import { setTimeout as delay } from 'node:timers/promises'
import { Unusable } from '../deployment.ts'

/** What one line was answered. */
export interface Answer {
  readonly status: number
  readonly problem?: { readonly type?: string; readonly detail?: string; readonly title?: string }
}

/** What came of one request: its answer, or why it is to be sent again. */
type Tried<Result> = { readonly answer: Result } | { readonly again: string; readonly afterMs?: number | undefined }

/** How often in a row nothing is achieved before we give up: with the waits between, three minutes. */
const maxFruitless = 14
const [firstWaitMs, longestWaitMs] = [250, 20_000]
/** The API begins lines for 20 seconds, and the gateway gives up at 30. */
const timeoutMs = 60_000

export interface SenderOptions {
  /** Of the API, without a slash at its end. */
  readonly url: string
  readonly key: string
  /** Told why something is sent again. */
  readonly say: (line: string) => void
  readonly wait?: (ms: number) => Promise<unknown>
}

/** Speaks to the API, patiently: what was not answered, or was told to come again, is sent again. */
export class Sender {
  readonly #options: SenderOptions
  readonly #wait: (ms: number) => Promise<unknown>

  constructor(options: SenderOptions) {
    this.#options = options
    this.#wait = options.wait ?? delay
  }

  /** Who runs there: `urn:rapporteur:<uuid>`, another one for each deployment. @throws {Unusable} */
  async source(): Promise<string> {
    const headers = { Accept: 'application/json' }
    for (let fruitless = 0; ; fruitless++) {
      const tried = await this.#try('/', { headers }, (text) => (JSON.parse(text) as { source?: unknown }).source)
      if (!('answer' in tried)) await this.#pause(tried, fruitless)
      else if (typeof tried.answer === 'string') return tried.answer
      else throw new Unusable(`What answers at ${this.#options.url} is not Rapporteur.`)
    }
  }

  /**
   * Sends lines as one import, and again those that were not settled, in their order, until all are. `settled` gets
   * each line's answer, once. Told twice is told once, so it does no harm to send again what may have been recorded.
   * @throws {Unusable} the API refuses the import as a whole, or nothing was achieved for minutes
   */
  async settle(lines: readonly Buffer[], settled: (index: number, answer: Answer) => void): Promise<void> {
    let pending = lines.map((_, index) => index)
    for (let fruitless = 0; pending.length > 0; ) {
      const body = Buffer.concat(pending.flatMap((index) => [lines[index] as Buffer, newline]))
      const headers = { 'Content-Type': 'application/x-ndjson' }
      const count = pending.length
      const tried = await this.#try('/imports', { method: 'POST', headers, body }, (text) => answersIn(text, count))
      if ('answer' in tried) {
        const { answer } = tried
        for (const [at, index] of pending.entries()) if (!isLeft(answer[at])) settled(index, answer[at] as Answer)
        pending = pending.filter((_, at) => isLeft(answer[at]))
        fruitless = pending.length < count ? 0 : fruitless + 1
        const why = answer.find((one) => isLeft(one) && !/not-tried$/.test(one?.problem?.type ?? ''))
        if (pending.length > 0 && (why || fruitless > 0)) {
          await this.#pause({ again: reason(why?.problem) ?? 'no line was tried' }, fruitless)
        }
      } else {
        await this.#pause(tried, fruitless++)
      }
    }
  }

  async #try<Result>(path: string, init: RequestInit, read: (text: string) => Result): Promise<Tried<Result>> {
    const headers = { ...init.headers, Authorization: `Bearer ${this.#options.key}` }
    try {
      const response = await fetch(this.#options.url + path, {
        ...init,
        headers,
        signal: AbortSignal.timeout(timeoutMs),
      })
      const text = await response.text()
      if (response.ok) return { answer: read(text) }
      const said = reason(problemIn(text)) ?? `status ${response.status}`
      if (response.status < 500 && response.status !== 429 && response.status !== 408)
        throw new Unusable(refused(response, said))
      const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN)
      return { again: said, afterMs: seconds > 0 ? Math.min(seconds, 60) * 1_000 : undefined }
    } catch (error) {
      if (error instanceof Unusable) throw error
      // Nobody answered, or the answer broke off.
      const { message, cause } = error as Error
      return { again: cause instanceof Error && cause.message ? cause.message : message }
    }
  }

  /** Waits before the next try, longer each time. @throws {Unusable} after so many in vain */
  async #pause({ again, afterMs }: { again: string; afterMs?: number | undefined }, fruitless: number): Promise<void> {
    if (fruitless >= maxFruitless)
      throw new Unusable(`Given up: ${again} What is settled is recorded; run it again to go on.`)
    const ms = Math.max(afterMs ?? 0, Math.min(longestWaitMs, firstWaitMs * 2 ** fruitless) * (0.5 + Math.random() / 2))
    if (ms >= 1_000) this.#options.say(`${again} Again in ${Math.round(ms / 1_000)} s.`)
    await this.#wait(ms)
  }
}

const newline = Buffer.from('\n')

/** Not tried, or not now: to be sent again. */
const isLeft = (answer: Answer | undefined) => answer?.status === 503

/** Throws when the answer is not one of so many lines: it was cut off on its way. */
function answersIn(text: string, count: number): Answer[] {
  const answers = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Answer)
  if (answers.length !== count) throw new Error(`${answers.length} of ${count} lines were answered.`)
  return answers
}

function problemIn(text: string): Answer['problem'] {
  try {
    return (JSON.parse(text) as Answer['problem']) ?? undefined
  } catch {
    return undefined
  }
}

/** A gateway before the API says `message`. */
const reason = (problem: (Answer['problem'] & { message?: string }) | undefined) =>
  problem?.detail ?? problem?.title ?? problem?.message

function refused({ status, url }: Response, said: string): string {
  const hint = status === 401 ? ' Give the key with --key, or in RAPPORTEUR_KEY.' : ''
  return `${url} answers ${status}: ${said}${hint}`
}
