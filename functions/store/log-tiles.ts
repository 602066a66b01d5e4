import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { TileHashes } from '#events/log/proof.ts'
import { type TileAt, tileWidth } from '#events/log/tile.ts'
import { batchGet } from './batch-get.ts'
import { chunksBetween } from './chunk-query.ts'
import { tileKey, tileOf } from './log-item.ts'
import { Recent } from './recent.ts'

/** What a process keeps of tiles, and of bundles: 8 KB a full tile, about 115 KB a full bundle. */
const tileBytes = 16_000_000
const bundleBytes = 16_000_000

/**
 * Tiles and entry bundles of what is sealed. What was read is kept in memory, as much as there is room for: a tile only
 * grows, and what it has never changes. Who asks knows that it is there: see `LogStore.isSigned`.
 */
export class LogTiles {
  readonly #client: DynamoDBClient
  readonly #table: string
  readonly #tiles = new Recent(tileBytes)
  readonly #bundles = new Recent(bundleBytes)

  constructor(options: { client: DynamoDBClient; table: string }) {
    this.#client = options.client
    this.#table = options.table
  }

  /**
   * Reads tiles, at least as wide as they are asked for, all in one call but for unfinished ones of level 0, which are
   * put together from their chunks, once. The answer gives 32 bytes for each hash of a tile that was asked for.
   * Throws when one is not there.
   */
  async tiles(asked: readonly TileAt[]): Promise<TileHashes> {
    const found = new Map<string, Uint8Array>()
    for (const strongly of [false, true]) {
      const missing = widest(asked).filter((at) => !this.#holds(found, at))
      if (missing.length > 0) await this.#readStored(found, missing, strongly)
      const unfinished = missing.filter((at) => at.level === 0 && !has(found, at) && (at.width < tileWidth || strongly))
      await Promise.all(unfinished.map((at) => this.#readChunks(found, at)))
    }
    return (at) => {
      const hashes = found.get(nameOf(at))
      if (!hashes || !has(found, at)) throw new Error(`The log has no tile ${nameOf(at)} of width ${at.width}`)
      return hashes.subarray(0, 32 * at.width)
    }
  }

  /** The first `width` entries of bundle `n`, as they are served. Throws when they are not there. */
  async entries(n: number, width: number): Promise<Uint8Array> {
    const name = String(n)
    const kept = this.#bundles.get(name)
    if (kept) return firstOf(kept, width)
    const from = n * tileWidth
    const chunks = await chunksBetween(this.#client, this.#table, from, from + width)
    const bundle = Buffer.concat(chunks.map(({ entries }) => entries))
    const last = chunks.at(-1)
    if (last && last.first + last.count === from + tileWidth) this.#bundles.set(name, bundle)
    return firstOf(bundle, width)
  }

  /** Whether a tile is found as wide as it is asked for, or kept so, which is then found. */
  #holds(found: Map<string, Uint8Array>, at: TileAt): boolean {
    const kept = found.get(nameOf(at)) ?? this.#tiles.get(nameOf(at))
    if (kept) found.set(nameOf(at), kept)
    return has(found, at)
  }

  async #readStored(found: Map<string, Uint8Array>, asked: readonly TileAt[], strongly: boolean): Promise<void> {
    const keys = asked.map(({ level, n }) => tileKey(level, n))
    for (const tile of (await batchGet(this.#client, this.#table, keys, { strongly })).map(tileOf)) {
      this.#keep(found, tile, tile.hashes)
    }
  }

  /** What of an unfinished tile is kept already ends where a chunk ends: the next ones are read on from there. */
  async #readChunks(found: Map<string, Uint8Array>, at: TileAt): Promise<void> {
    const before = found.get(nameOf(at)) ?? new Uint8Array()
    const from = at.n * tileWidth
    const chunks = await chunksBetween(this.#client, this.#table, from + before.length / 32, from + at.width)
    this.#keep(found, at, Buffer.concat([before, ...chunks.map(({ hashes }) => hashes)]))
  }

  #keep(found: Map<string, Uint8Array>, at: Pick<TileAt, 'level' | 'n'>, hashes: Uint8Array): void {
    if (hashes.length < (found.get(nameOf(at))?.length ?? 0)) return // read before it grew
    found.set(nameOf(at), hashes)
    this.#tiles.set(nameOf(at), hashes)
  }
}

const nameOf = ({ level, n }: Pick<TileAt, 'level' | 'n'>): string => `${level}/${n}`

const has = (found: ReadonlyMap<string, Uint8Array>, at: TileAt): boolean =>
  (found.get(nameOf(at))?.length ?? 0) >= 32 * at.width

/** Each tile once, as wide as it is asked for anywhere. */
function widest(asked: readonly TileAt[]): TileAt[] {
  const tiles = new Map<string, TileAt>()
  for (const at of asked) if (at.width > (tiles.get(nameOf(at))?.width ?? 0)) tiles.set(nameOf(at), at)
  return [...tiles.values()]
}

/** The first entries of a bundle, each with its length before it. Throws when it has fewer. */
function firstOf(bundle: Uint8Array, width: number): Uint8Array {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength)
  let end = 0
  for (let entries = 0; entries < width; entries++) {
    if (end + 2 > bundle.length || end + 2 + view.getUint16(end) > bundle.length) {
      throw new Error(`A bundle of ${bundle.length} bytes does not hold ${width} entries`)
    }
    end += 2 + view.getUint16(end)
  }
  return bundle.subarray(0, end)
}
