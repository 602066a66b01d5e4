import { ed25519PublicKey, ed25519Sign } from '#crypto'
import { formatVkey, parseVkey, verifierKey } from '#events/log/note.ts'
import type { Identity } from '#functions/store/log-item.ts'

/** Signs in the name of the log. Whoever keeps the key elsewhere has another one of these. */
export interface Signer {
  /** Whom it signs as: what readers check with. */
  readonly vkey: string
  /** The signature of Ed25519, 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>
}

/** Where the seeds of the log's keys are kept, by number, from 1: 32 bytes each. */
export interface LogKeys {
  /** Undefined where there is none. @throws {NotSigned} it is refused for good */
  seed(number: number): Promise<Uint8Array | undefined>
  /** Makes one unless there is one, and answers which it is. @throws {NotSigned} as above */
  make(number: number): Promise<Uint8Array>
}

/** Why nothing is signed, as long as nobody mends it. Sealing goes on; somebody must be told. */
export class NotSigned extends Error {
  override readonly name = 'NotSigned'
}

/** Signs as `origin` with a seed of 32 bytes. */
export const signerOf = (origin: string, seed: Uint8Array): Signer => ({
  vkey: formatVkey(verifierKey(origin, ed25519PublicKey(seed))),
  sign: async (message) => ed25519Sign(seed, message),
})

/** The signers of a log, newest first. What was read is kept: a key never changes. */
export class Signers {
  readonly #keys: () => Promise<LogKeys>
  readonly #kept = new Map<string, Signer>()

  /** `keys`: asked when the first one is needed. */
  constructor(keys: () => Promise<LogKeys>) {
    this.#keys = keys
  }

  /** @throws {NotSigned} a key of the log is gone, or is another one */
  async of({ origin, vkeys, parameters }: Identity): Promise<Signer[]> {
    return Promise.all(
      vkeys.map(async (vkey, index) => {
        const signer = this.#kept.get(vkey) ?? (await this.#read(origin, Number(parameters[index])))
        if (signer?.vkey !== vkey) {
          const { name, keyId } = parseVkey(vkey)
          throw new NotSigned(`The key ${name}+${keyId} is ${signer ? 'another one' : 'gone'}`)
        }
        this.#kept.set(vkey, signer)
        return signer
      }),
    )
  }

  /** The signer under a number, made unless there is one. */
  async make(origin: string, number: number): Promise<Signer> {
    return signerOf(origin, await (await this.#keys()).make(number))
  }

  async #read(origin: string, number: number): Promise<Signer | undefined> {
    const seed = await (await this.#keys()).seed(number)
    return seed && signerOf(origin, seed)
  }
}
