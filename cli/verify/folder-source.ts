import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Source, Unchecked } from './source.ts'

/** A log as files in a folder, as `npm run export` writes them. */
export const folderSource = (folder: string): Source => ({
  name: folder,
  async get(path) {
    try {
      return await readFile(join(folder, path))
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
      throw new Unchecked(`${join(folder, path)} cannot be read: ${message}`, { cause })
    }
  },
})
