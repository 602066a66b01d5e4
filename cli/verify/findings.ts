/**
 * What can be wrong, what explains the rest before it. `fork`: the log is not how it was. `signature`, `checkpoint`,
 * `witness`: of the signed head. `entry`, `tile`, `root`: of the tree. `envelope`, `hole`, `order`: of the events.
 * `payload`, `withheld`: of what they say. `proof`: of a proof file.
 */
const kinds = [
  ...(['fork', 'signature', 'checkpoint', 'witness', 'proof', 'entry', 'tile', 'root'] as const),
  ...(['envelope', 'hole', 'order', 'payload', 'withheld'] as const),
] as const

export type Kind = (typeof kinds)[number]

/** One thing that is wrong, and where. */
export interface Finding {
  readonly kind: Kind
  /** In the log, where it is wrong at one. */
  readonly position?: number
  /** A sentence without its end. */
  readonly what: string
}

/** Of each kind. More are counted and not kept: one changed tile makes 256. */
const mostKept = 100

/** All that was found wrong. */
export class Findings {
  readonly #kept = new Map<Kind, Finding[]>(kinds.map((kind) => [kind, []]))
  #count = 0

  add(kind: Kind, what: string, position?: number): void {
    this.#count++
    const kept = this.#kept.get(kind) ?? []
    if (kept.length < mostKept) kept.push({ kind, what, ...(position !== undefined && { position }) })
  }

  /** Something wrong with the event at a position: `Position 217 (statement-s-1/1): its entry is …`. */
  addAt(kind: Kind, position: number, id: string | undefined, what: string): void {
    this.add(kind, `Position ${position}${id === undefined ? '' : ` (${id})`}: ${what}`, position)
  }

  get count(): number {
    return this.#count
  }

  /** What explains the rest first; of each kind the first hundred, in the order of the log. */
  get kept(): readonly Finding[] {
    return [...this.#kept.values()].flat()
  }
}
