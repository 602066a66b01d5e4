import { parseBundle } from '#events/log/bundle.ts'
import { entriesPath, type TileAt, tilePath, tileWidth, widthOf } from '#events/log/tile.ts'
import type { Payload, ReadPayloads } from './payloads.ts'
import type { Source } from './source.ts'

/** 256 positions of the log, or at its end fewer, as they were served. */
export interface Block {
  readonly at: TileAt
  /** The level-0 tile, 32 bytes for each position; or why there is none. */
  readonly tile: Uint8Array | string
  /** An entry for each position; or why there are none. */
  readonly entries: readonly Uint8Array[] | string
  /** What is said of the payloads; absent where that is not asked for. */
  readonly payloads: ReadonlyMap<number, Payload> | undefined
}

/** How many blocks are asked for before the first of them is used. */
const ahead = 8

/** The blocks that hold the positions from one to before another, in order, several on their way at a time. */
export async function* blocksOf(source: Source, payloads: ReadPayloads | undefined, from: number, size: number) {
  const last = Math.ceil(size / tileWidth)
  const coming: Promise<Block>[] = []
  let asked = Math.floor(from / tileWidth)
  for (let n = asked; n < last; n++) {
    while (asked < Math.min(last, n + ahead)) {
      const block = blockAt(source, payloads, { level: 0, n: asked++, width: widthOf(0, asked - 1, size) })
      block.catch(() => {}) // whoever waits for it hears it; until then it is nobody's
      coming.push(block)
    }
    yield (await coming.shift()) as Block
  }
}

async function blockAt(source: Source, payloads: ReadPayloads | undefined, at: TileAt): Promise<Block> {
  const [tile, entries, told] = await Promise.all([readTile(source, at), readEntries(source, at), payloads?.(at)])
  return { at, tile, entries, payloads: told }
}

/** The bytes of a tile; or why there are none. */
export async function readTile(source: Source, at: TileAt): Promise<Uint8Array | string> {
  const path = tilePath(at)
  const tile = await source.get(path)
  if (!tile) return `${path} is not there`
  if (tile.length !== 32 * at.width) return `${path} has ${tile.length} bytes, and not ${at.width} hashes`
  return tile
}

async function readEntries(source: Source, at: TileAt): Promise<Uint8Array[] | string> {
  const path = entriesPath(at)
  const bundle = await source.get(path)
  if (!bundle) return `${path} is not there`
  try {
    const entries = parseBundle(bundle)
    return entries.length === at.width ? entries : `${path} has ${entries.length} entries, and not ${at.width}`
  } catch (error) {
    return `${path} cannot be read: ${(error as Error).message}`
  }
}
