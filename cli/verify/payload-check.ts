import { jcs } from '#events/jcs.ts'
import { sameBytes } from '#events/log/base.ts'
import { dataHash } from '#events/log/entry.ts'
import type { Envelope } from './envelopes.ts'
import type { Findings } from './findings.ts'
import type { Payload } from './payloads.ts'

const isWithholding = (type: string) => /^rapporteur\.PayloadWithheld\.v\d+$/.test(type)

/** Holds every payload against the hash in its entry, and every missing one against the event that withholds it. */
export class PayloadCheck {
  /** How many payloads are withheld. */
  withheld = 0
  /** Verifier keys that the log has recorded of itself: a key that signs later is vouched for by the tree. */
  readonly keysAdded: string[] = []
  readonly #findings: Findings
  /** By the position of what is said to withhold them. */
  readonly #waiting = new Map<number, { readonly position: number; readonly envelope: Envelope }[]>()

  constructor(findings: Findings) {
    this.#findings = findings
  }

  check(position: number, entry: Uint8Array, envelope: Envelope, payload: Payload | undefined): void {
    const wrong = (kind: 'payload' | 'withheld' | 'envelope', what: string) =>
      this.#findings.addAt(kind, position, envelope.id, what)
    if (payload?.entry !== undefined && (payload.entry === null || !sameBytes(payload.entry, entry))) {
      wrong('envelope', '/events tells another envelope than its entry')
    }
    if (payload?.isTwice) wrong('payload', 'its payload is told twice')
    const data = payload?.data
    const known = payload !== undefined && data !== undefined && hashOf(payload) === envelope.datahash
    if (data !== undefined && !known) wrong('payload', 'its payload is not the one whose hash is in its entry')
    if (data !== undefined && payload?.withheld !== undefined) {
      const by = JSON.stringify(payload.withheld)
      wrong('withheld', `its payload is there, and is said to be withheld by position ${by}`)
    }
    if (data === undefined) this.#missing(position, envelope, payload?.withheld, wrong)
    for (const { position: of, envelope: one } of this.#waiting.get(position) ?? []) {
      const by = known && isWithholding(envelope.type) && envelope.subject === one.subject
      if (by && (data as { version?: unknown } | null)?.version === one.version) continue
      this.#findings.addAt(
        'withheld',
        of,
        one.id,
        `its payload is missing, and position ${position} does not withhold it`,
      )
    }
    this.#waiting.delete(position)
    if (known) this.#keyIn(envelope, data)
  }

  /** Those that are said to be withheld by what is not in the log as far as it was checked. */
  *unfinished(): Iterable<{ readonly position: number; readonly id: string; readonly by: number }> {
    for (const [by, all] of this.#waiting)
      for (const { position, envelope } of all) yield { position, id: envelope.id, by }
  }

  #missing(
    position: number,
    envelope: Envelope,
    by: unknown,
    wrong: (kind: 'payload' | 'withheld', what: string) => void,
  ): void {
    if (by === undefined) {
      wrong('payload', 'its payload is missing, and nothing says why')
    } else if (isWithholding(envelope.type)) {
      wrong('withheld', 'it withholds a payload, and has none itself')
    } else if (!Number.isSafeInteger(by) || (by as number) <= position) {
      wrong('withheld', `its payload is missing, and is said to be withheld by position ${JSON.stringify(by)}`)
    } else {
      this.withheld++
      const waiting = this.#waiting.get(by as number) ?? []
      this.#waiting.set(by as number, [...waiting, { position, envelope }])
    }
  }

  #keyIn({ subject, type }: Envelope, data: unknown): void {
    const { vkey } = (data ?? {}) as { vkey?: unknown }
    if (subject === 'log-keys' && /^rapporteur\.LogKeyAdded\.v\d+$/.test(type) && typeof vkey === 'string') {
      this.keysAdded.push(vkey)
    }
  }
}

/** `datahash` that a payload gives; undefined where it gives none. */
function hashOf({ data, datasalt }: Payload): string | undefined {
  try {
    return typeof datasalt === 'string' ? dataHash(datasalt, jcs(data)) : undefined
  } catch {
    return undefined
  }
}
