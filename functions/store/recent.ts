/**
 * Bytes that never change, kept by name while there is room: what was asked for least recently makes way. For what the
 * log has sealed, which every reader may ask for again.
 */
export class Recent {
  readonly #most: number
  readonly #kept = new Map<string, Uint8Array>()
  #bytes = 0

  /** `most`: how many bytes are kept at once. */
  constructor(most: number) {
    this.#most = most
  }

  get(name: string): Uint8Array | undefined {
    const bytes = this.#kept.get(name)
    if (bytes) {
      this.#kept.delete(name)
      this.#kept.set(name, bytes) // to the end: asked for just now
    }
    return bytes
  }

  set(name: string, bytes: Uint8Array): void {
    this.#forget(name)
    this.#kept.set(name, bytes)
    this.#bytes += bytes.length
    for (const [oldest] of this.#kept) {
      if (this.#bytes <= this.#most) break
      this.#forget(oldest)
    }
  }

  #forget(name: string): void {
    this.#bytes -= this.#kept.get(name)?.length ?? 0
    this.#kept.delete(name)
  }
}
