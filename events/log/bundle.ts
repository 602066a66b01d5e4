/**
 * Entries one after the other, each with its length before it: uint16 big-endian ‖ entry.
 * Source: entry bundles of C2SP tlog-tiles v0.1.0. Throws for an entry above 65,535 bytes.
 */
export function formatBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bundle = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0))
  const view = new DataView(bundle.buffer)
  let at = 0
  for (const entry of entries) {
    if (entry.length > 0xffff) throw new Error(`An entry of ${entry.length} bytes does not fit a bundle`)
    view.setUint16(at, entry.length)
    bundle.set(entry, at + 2)
    at += 2 + entry.length
  }
  return bundle
}

/** The entries of a bundle. Throws when its bytes end within one. */
export function parseBundle(bundle: Uint8Array): Uint8Array[] {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength)
  const entries: Uint8Array[] = []
  for (let at = 0; at < bundle.length; ) {
    const end = at + 2 <= bundle.length ? at + 2 + view.getUint16(at) : Number.POSITIVE_INFINITY
    if (end > bundle.length) throw new Error(`A bundle of ${bundle.length} bytes ends within an entry`)
    entries.push(bundle.subarray(at + 2, end))
    at = end
  }
  return entries
}
