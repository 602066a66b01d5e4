import { access, chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Unusable } from '../deployment.ts'

/** A folder of files that only its owner may read: what is written there is there whole, or not at all. */
export class Folder {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Makes it, if it is not there, and closes it to everybody else. @throws {Unusable} */
  async open(): Promise<void> {
    try {
      await mkdir(this.#path, { recursive: true, mode: 0o700 })
      await chmod(this.#path, 0o700)
    } catch (cause) {
      throw new Unusable(`${this.#path} cannot be written: ${(cause as Error).message}`, { cause })
    }
  }

  /** Undefined where there is no such file. */
  async read(path: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(join(this.#path, path))
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw cause
    }
  }

  async has(path: string): Promise<boolean> {
    return access(join(this.#path, path)).then(
      () => true,
      () => false,
    )
  }

  async write(path: string, content: Uint8Array | string): Promise<void> {
    const file = join(this.#path, path)
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const draft = `${file}.${process.pid}.draft`
    await writeFile(draft, content, { mode: 0o600 })
    await rename(draft, file)
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.#path, path), { recursive: true, force: true })
  }
}
