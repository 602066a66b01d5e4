import { createHash } from 'node:crypto'

/**
 * RFC 6962 §2.1 as it stands: MTH, PATH and PROOF by their recursive definitions over the hashes of leaves, with
 * `node:crypto` alone. What was hashed once is kept, so that thousands of trees over the same leaves cost little.
 */
export class Rfc6962 {
  readonly leaves: readonly Buffer[]
  readonly #kept = new Map<string, Buffer>()

  constructor(entries: readonly Uint8Array[]) {
    this.leaves = entries.map((entry) => sha256(Buffer.of(0), entry))
  }

  /** MTH(D[from:to]) */
  root(to: number, from = 0): Buffer {
    if (from === to) return sha256()
    if (to - from === 1) return this.leaves[from] as Buffer
    const name = `${from}-${to}`
    const middle = from + below(to - from)
    const root = this.#kept.get(name) ?? sha256(Buffer.of(1), this.root(middle, from), this.root(to, middle))
    this.#kept.set(name, root)
    return root
  }

  /** PATH(m, D[from:to]) with m counted from the tree's first leaf. */
  path(position: number, to: number, from = 0): Buffer[] {
    if (to - from === 1) return []
    const middle = from + below(to - from)
    return position < middle
      ? [...this.path(position, middle, from), this.root(to, middle)]
      : [...this.path(position, to, middle), this.root(middle, from)]
  }

  /** PROOF(m, D[n]) for 0 < m ≤ n */
  proof(first: number, size: number): Buffer[] {
    return this.#subproof(first, 0, size, true)
  }

  #subproof(first: number, from: number, to: number, known: boolean): Buffer[] {
    if (first === to - from) return known ? [] : [this.root(to, from)]
    const split = below(to - from)
    const middle = from + split
    return first <= split
      ? [...this.#subproof(first, from, middle, known), this.root(to, middle)]
      : [...this.#subproof(first - split, middle, to, false), this.root(middle, from)]
  }
}

const sha256 = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()

/** k: the largest power of two smaller than n. */
const below = (n: number) => 2 ** (Math.ceil(Math.log2(n)) - 1)
