import { setTimeout as delay } from 'node:timers/promises'
import type { CloudEvent } from '#events/envelope.ts'
import { generationsOf } from '#functions/projections/generations.ts'
import { decodeState, headOf, reached } from '#functions/projections/kept.ts'
import {
  checkpointKey,
  generationKey,
  type Key,
  keyItem,
  parkedPartition,
  partKey,
} from '#functions/projections/keys.ts'
import { shape } from '#functions/projections/read-models.ts'
import type { Item } from '#functions/projections/row.ts'
import { type Derived, foldAll, kindOf, rowDigest, rowName, stateDigest } from './derived.ts'
import type { Findings } from './findings.ts'
import type { Reading } from './reading.ts'

/** How long rows may take to come as far as the log was, in milliseconds, and between two looks. */
const patienceMs = 30_000
const lookMs = 250

/** How many rows are looked at once more that seem wrong: what was read may be a second old. */
const maxAgain = 1_000

/** The rows are of another shape than this code makes of events: they cannot be compared. */
export class OtherShape extends Error {
  override readonly name = 'OtherShape'
  constructor(live: number) {
    super(`The rows are of shape ${live}, and this code makes shape ${shape}: audit with the version that is deployed`)
  }
}

export interface RowsOptions {
  readonly reading: Reading
  readonly table: string
  /** All events below this are in `derived`. */
  readonly size: number
  readonly derived: Derived
  readonly findings: Findings
  /** A stream's events, strongly read. */
  readonly events: (streamId: string) => Promise<readonly CloudEvent[]>
  readonly told: (rows: number) => void
}

/** How many rows and states there were. */
export interface Counted {
  readonly rows: number
  readonly states: number
}

/**
 * Holds the rows that are read, and the states kept beside them, against those that the events give. What was written
 * for an event at the head or beyond was written meanwhile: it says so by its position, and is left alone.
 * @throws {OtherShape}
 */
export async function checkRows(options: RowsOptions): Promise<Counted> {
  for (;;) {
    const { findings, size } = options
    const n = await liveAt(options)
    if (n === undefined) {
      if (size > 0) findings.add('behind', `position ${size}`, 'the rows have not come as far as the log')
      return { rows: 0, states: 0 }
    }
    const check = new RowCheck(options, n)
    await options.reading.scan(options.table, (items) => check.page(items))
    await check.end()
    if ((await generations(options))?.live.n === n) return check.report()
  }
}

const generations = async ({ reading, table }: RowsOptions) => {
  const item = await reading.get(table, keyItem(generationKey))
  return item && generationsOf(item)
}

/** The generation that is read, once it has all events below the head; undefined where it does not come so far. */
async function liveAt(options: RowsOptions): Promise<number | undefined> {
  const end = performance.now() + patienceMs
  do {
    const live = (await generations(options))?.live
    if (live) {
      if (live.shape !== shape) throw new OtherShape(live.shape)
      const checkpoint = await options.reading.get(options.table, keyItem(checkpointKey(live.n)))
      if (!checkpoint?.closed && Number(checkpoint?.position?.N ?? 0) >= options.size) return live.n
    }
    if (!live && options.size === 0) return undefined
    await delay(lookMs)
  } while (performance.now() < end)
  return undefined
}

class RowCheck {
  readonly #options: RowsOptions
  readonly #n: number
  readonly #prefix: string
  readonly #seen = new Set<string>()
  readonly #seenStates = new Set<string>()
  readonly #parked = new Set<string>()
  /** Keys to look at once more. */
  readonly #again: Key[] = []
  /** Streams whose state is to be looked at with all its parts, or once more. */
  readonly #states = new Set<string>()
  #rows = 0
  #kept = 0
  readonly #wrong: [kind: 'row' | 'state' | 'stray', at: string, what: string][] = []

  constructor(options: RowsOptions, n: number) {
    this.#options = options
    this.#n = n
    this.#prefix = `${n}#`
  }

  page(items: readonly Item[]): void {
    for (const item of items) this.#item(item)
    this.#options.told(this.#rows)
  }

  #item(item: Item): void {
    const [pk, sk] = [item.pk?.S ?? '', item.sk?.S ?? '']
    if (!pk.startsWith(this.#prefix)) return // of another generation, which nobody reads
    if (pk === `${this.#prefix}checkpoint`) return
    if (pk === parkedPartition(this.#n)) {
      if (item.gone === undefined) this.#parked.add(sk)
      return
    }
    const [, foldVersion, streamId] = /^\d+#state#(\d+)#(.*)$/s.exec(pk) ?? []
    if (streamId !== undefined) {
      if (sk === 'head') this.#state(streamId, Number(foldVersion), item)
      return // parts are read with their head; those that are left expire
    }
    const key = { pk: pk.slice(this.#prefix.length), sk }
    this.#seen.add(rowName(key))
    if (item.gone === undefined) this.#rows++
    if (this.#isWrong(key, item) !== undefined) this.#again.push(key)
  }

  /** What is wrong with a stored row; undefined where nothing is. */
  #isWrong(key: Key, item: Item | undefined): string | undefined {
    const wanted = this.#options.derived.rows.get(rowName(key))
    if (item && Number(item.position?.N) >= this.#options.size) return undefined
    if (!item || item.gone !== undefined) return wanted === undefined ? undefined : 'the row is missing'
    if (wanted === undefined) return 'no event gives this row'
    return rowDigest(item) === wanted ? undefined : 'the row is not what the events give'
  }

  #state(streamId: string, foldVersion: number, item: Item): void {
    this.#kept++
    this.#seenStates.add(streamId)
    const state = this.#options.derived.states.get(streamId)
    const head = headOf(item)
    const at = reached(head)
    if (at.position >= this.#options.size) return
    const isWhole = head.body !== undefined && head.since.length === 0 && state?.foldVersion === foldVersion
    if (!isWhole || at.version !== state?.version || at.position !== state.position) this.#states.add(streamId)
    else if (!isState(head.body, state.digest)) this.#states.add(streamId)
  }

  /** Looks once more at what seems wrong, strongly, and at what was not there. */
  async end(): Promise<void> {
    const { derived, reading, table, size } = this.#options
    for (const name of derived.rows.keys()) {
      if (this.#seen.has(name)) continue
      const [pk = '', sk = ''] = name.split('\n')
      this.#again.push({ pk, sk })
    }
    for (const [index, key] of this.#again.entries()) {
      const stored = { pk: this.#prefix + key.pk, sk: key.sk }
      const item = index < maxAgain ? await reading.get(table, keyItem(stored)) : undefined
      const what = index < maxAgain ? this.#isWrong(key, item) : 'the row is not what the events give, or not there'
      if (what !== undefined) this.#wrong.push(['row', `${key.pk} ${key.sk}`, what])
    }
    for (const [streamId, { position }] of derived.states) {
      if (!this.#seenStates.has(streamId) && position < size) this.#states.add(streamId)
    }
    for (const streamId of this.#states) {
      const what = await this.#stateWrong(streamId)
      if (what !== undefined) this.#wrong.push(['state', streamId, what])
    }
  }

  /** What is wrong with the kept state of a stream, read strongly with its parts. */
  async #stateWrong(streamId: string): Promise<string | undefined> {
    const { derived, reading, table, size, events } = this.#options
    const state = derived.states.get(streamId)
    const kind = kindOf(streamId)
    if (!state || !kind) return 'no event gives this state'
    const key: Key = { pk: `${this.#prefix}state#${state.foldVersion}#${streamId}`, sk: 'head' }
    const item = await reading.get(table, keyItem(key))
    if (!item) return 'the state is missing'
    const head = headOf(item)
    const at = reached(head)
    if (at.position >= size) return undefined
    if (at.version !== state.version || at.position !== state.position) {
      return `the state is of version ${at.version} at position ${at.position}, and not of ${state.version} at ${state.position}`
    }
    const pieces: Uint8Array[] = []
    for (let index = 0; index < head.parts; index++) {
      const part = await reading.get(table, keyItem(partKey(key, head.version, index)))
      if (!part?.body?.B) return `part ${index} of the state is missing`
      pieces.push(part.body.B)
    }
    const body = head.body ? [head.body] : pieces
    const wanted =
      head.since.length === 0
        ? state.digest
        : stateDigest(JSON.stringify(foldAll(kind, (await events(streamId)).slice(0, head.version))))
    return isState(body, wanted) ? undefined : 'the state is not what the events give'
  }

  report(): Counted {
    const { findings, derived } = this.#options
    for (const finding of this.#wrong) findings.add(...finding)
    for (const [streamId, why] of derived.unfoldable) findings.add('parked', streamId, `it cannot be folded: ${why}`)
    for (const streamId of this.#parked) {
      if (!derived.unfoldable.has(streamId))
        findings.add('parked', streamId, 'project has parked it, though it can be folded')
    }
    return { rows: this.#rows, states: this.#kept }
  }
}

/** Whether a compressed state says what it is to say. */
function isState(body: Uint8Array | readonly Uint8Array[] | undefined, digest: string): boolean {
  if (body === undefined) return false
  try {
    return stateDigest(decodeState(body instanceof Uint8Array ? [body] : body)) === digest
  } catch {
    return false // it cannot even be unpacked
  }
}
