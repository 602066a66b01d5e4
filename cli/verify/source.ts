/** Where the files of a log are read: a deployment, a static mirror, a folder, or whatever a page in a browser has. */
export interface Source {
  /** As a person calls it. */
  readonly name: string
  /** The bytes at a path such as `tile/0/000`; undefined where there is none. @throws {Unchecked} */
  get(path: string): Promise<Uint8Array | undefined>
}

/** Nothing is known to be wrong, and nothing could be verified: no network, no such log, not enough to go by. */
export class Unchecked extends Error {
  override readonly name = 'Unchecked'
}

/** Text of bytes in UTF-8. Throws for others. */
export const textOf = (bytes: Uint8Array): string => utf8.decode(bytes)

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
