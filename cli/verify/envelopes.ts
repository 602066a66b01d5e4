import type { Findings } from './findings.ts'
import { textOf } from './source.ts'

/** What an entry says that others must agree with. */
export interface Envelope {
  /** `<subject>/<version>` */
  readonly id: string
  readonly subject: string
  readonly version: number
  readonly type: string
  readonly time: string
  readonly datahash: string
}

/** What an entry says; undefined where it says none of that. */
export function envelopeIn(entry: Uint8Array): Envelope | undefined {
  try {
    const { id, subject, type, time, datahash } = JSON.parse(textOf(entry)) as Record<string, unknown>
    if (![id, subject, type, time, datahash].every((one) => typeof one === 'string')) return undefined
    const version = /\/([1-9]\d{0,15})$/.exec(id as string)?.[1]
    return version === undefined
      ? undefined
      : ({ id, subject, type, time, datahash, version: Number(version) } as Envelope)
  } catch {
    return undefined
  }
}

/** Follows every stream through the log: versions one after the other, and no time before the last one's. */
export class Streams {
  readonly #findings: Findings
  #fromStart: boolean
  readonly #last = new Map<string, { readonly version: number; readonly time: string }>()

  /** Where the log is not followed from its start, the first event of each stream may be of any version. */
  constructor(findings: Findings, fromStart: boolean) {
    this.#findings = findings
    this.#fromStart = fromStart
  }

  /** Some entries could not be read: what streams had in them is not known, and no hole. */
  skip(): void {
    this.#fromStart = false
    this.#last.clear()
  }

  follow(position: number, { id, subject, version, time }: Envelope): void {
    const wrong = (kind: 'hole' | 'order' | 'envelope', what: string) => this.#findings.addAt(kind, position, id, what)
    if (id !== `${subject}/${version}`) wrong('envelope', `its id is not of its subject "${subject}"`)
    const last = this.#last.get(subject) ?? (this.#fromStart ? { version: 0, time: '' } : undefined)
    this.#last.set(subject, { version: Math.max(version, last?.version ?? 0), time })
    if (!last) return
    if (version > last.version + 1) wrong('hole', `${missing(subject, last.version, version)} before it in the log`)
    if (version <= last.version) wrong('hole', `version ${last.version} of the stream is before it in the log already`)
    if (time < last.time) wrong('order', `its time, ${time}, is before that of the version before it, ${last.time}`)
  }
}

const missing = (subject: string, last: number, version: number) =>
  version === last + 2
    ? `${subject}/${last + 1} is missing`
    : `${subject}/${last + 1} to ${subject}/${version - 1} are missing`
