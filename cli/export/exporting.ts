import { type Checkpoint, parseCheckpoint } from '#events/log/checkpoint.ts'
import { parseNote } from '#events/log/note.ts'
import { entriesPath, type TileAt, tilePath, tilesOf, tileWidth } from '#events/log/tile.ts'
import { Unusable } from '../deployment.ts'
import type { Findings } from '../verify/findings.ts'
import { keysIn } from '../verify/log-key.ts'
import { payloadsPath } from '../verify/payloads.ts'
import { type Source, textOf, Unchecked } from '../verify/source.ts'
import { verifyLog } from '../verify/verify-log.ts'
import type { Folder } from './folder.ts'
import { Mirroring } from './mirroring.ts'
import { readme } from './readme.ts'
import { withhold } from './withholding.ts'

/** What an export came to. */
export interface Exported {
  readonly origin: string
  readonly size: number
  /** The size that the folder had before; 0 where it was none. */
  readonly before: number
  readonly files: number
  /** How many payloads were taken out that are withheld. */
  readonly withheld: number
}

/**
 * Brings a log into a folder, or what is new of it since it was brought there, verifying all that comes: the files are
 * those of the checkpoint that is read first, and it is written last. Interrupted, it goes on with what is there.
 * @throws {Unusable} the log, or the folder, is not as it must be @throws {Unchecked}
 */
export async function exportLog(
  source: Source,
  folder: Folder,
  onProgress: (checked: number, of: number) => void,
): Promise<Exported> {
  const [note, keyLines] = [await needed(source, 'checkpoint'), await needed(source, 'log/key')]
  const keys = keysIn(source, keyLines)
  const previous = await keptIn(folder)
  const mirroring = new Mirroring(source, folder, note)
  const { findings, head } = await verifyLog(mirroring, {
    ...{ keys, witnesses: [], quorum: 0, onProgress },
    ...(previous ? { previous } : {}),
  })
  if (!head || findings.count > 0) {
    for (const path of mirroring.fetched) await folder.remove(path)
    throw new Unusable(wrong(source, findings))
  }
  const { origin, size } = head.checkpoint
  await complete(mirroring, folder, size)
  const withheld = await withhold(folder, previous?.size ?? 0, size)

  await folder.write('log/key', keyLines)
  await folder.write('README.txt', readme(origin))
  await folder.write('checkpoint', note) // the decision: from here on the folder is the log of that size
  if (previous) await removeOutgrown(folder, previous.size, size)
  return { origin, size, before: previous?.size ?? 0, files: mirroring.fetched.length, withheld }
}

async function needed(source: Source, path: string): Promise<Uint8Array> {
  const bytes = await source.get(path)
  if (!bytes) throw new Unchecked(`${source.name} has no /${path}: no log has begun there`)
  return bytes
}

/** The checkpoint of an earlier export. */
async function keptIn(folder: Folder): Promise<Checkpoint | undefined> {
  const note = await folder.read('checkpoint')
  return note && parseCheckpoint(parseNote(textOf(note)).text)
}

/** Fetches what the check had no need of: nothing of a tree that size is to be missing. */
async function complete(mirroring: Mirroring, folder: Folder, size: number): Promise<void> {
  for (const path of pathsOf(size)) {
    if (!(await folder.has(path)) && !(await mirroring.get(path)))
      throw new Unchecked(`${mirroring.name} has no /${path}`)
  }
}

const pathsOf = (size: number): string[] => tilesOf(size).flatMap(pathsAt)

const pathsAt = (at: TileAt): string[] =>
  at.level === 0 ? [tilePath(at), entriesPath(at), payloadsPath(at)] : [tilePath(at)]

/** Files of what was not full at the smaller size, and is wider now. */
async function removeOutgrown(folder: Folder, before: number, size: number): Promise<void> {
  const current = new Set(pathsOf(size))
  const partial = tilesOf(before).filter(({ width }) => width < tileWidth)
  for (const path of partial.flatMap(pathsAt)) if (!current.has(path)) await folder.remove(path)
}

function wrong({ name }: Source, { kept, count }: Findings): string {
  const [first] = kept
  const more = count > 1 ? `, and ${count - 1} more` : ''
  return `${name} is not what its checkpoint signs, or the folder was changed. ${first?.what}${more}. Nothing was exported. If this is said again, remove the folder.`
}
