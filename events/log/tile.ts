/** Hashes of a full tile; and positions that share a partition of chunks: a chunk never crosses a multiple of it. */
export const tileWidth = 256

/**
 * A tile of the tree, and how much of it is meant: `width` hashes, 1 to 256, of nodes at height 8 × `level`; the first of
 * them is number `n` × 256 from the left. Source: C2SP tlog-tiles v0.1.0, tiles of height 8.
 */
export interface TileAt {
  readonly level: number
  readonly n: number
  readonly width: number
}

/** A tile as it is stored: 32 bytes for each of its hashes, one after the other. */
export interface Tile {
  readonly level: number
  readonly n: number
  readonly hashes: Uint8Array
}

/** The entries of a tile of level 0. */
export type EntriesAt = Omit<TileAt, 'level'>

/** What a path below `/` asks for. */
export type TilePath = (TileAt & { readonly kind: 'hashes' }) | (EntriesAt & { readonly kind: 'entries' })

/** The highest level that a path can name. */
const topLevel = 63

/** How many hashes tile `n` of a level has in a tree of a size: 256 where it is full, 0 where it is not there. */
export function widthOf(level: number, n: number, size: number): number {
  const nodes = Math.floor(size / tileWidth ** level)
  return Math.max(0, Math.min(tileWidth, nodes - n * tileWidth))
}

/** Every tile of a tree of a size, level by level from the leaves: full ones, and at each level's end a partial one. */
export function tilesOf(size: number): TileAt[] {
  const tiles: TileAt[] = []
  for (let level = 0, nodes = size; nodes > 0; level++, nodes = Math.floor(nodes / tileWidth)) {
    for (let n = 0; n * tileWidth < nodes; n++) tiles.push({ level, n, width: widthOf(level, n, size) })
  }
  return tiles
}

/** Where the tile is served: `tile/0/x001/x234/067.p/8`, a full one without its width. */
export function tilePath({ level, n, width }: TileAt): string {
  if (!Number.isInteger(level) || level < 0 || level > topLevel) throw new Error(`There is no tile of level ${level}`)
  return `tile/${level}/${numbered(n, width)}`
}

/** Where the entries of a tile of level 0 are served: `tile/entries/x001/x234/067.p/8`. */
export const entriesPath = ({ n, width }: EntriesAt): string => `tile/entries/${numbered(n, width)}`

/** What a path asks for; undefined for one that `tilePath` and `entriesPath` never write. */
export function parseTilePath(path: string): TilePath | undefined {
  const found = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path)
  if (!found) return undefined
  const [, of, digits = '', partial] = found
  const n = Number(digits.replace(/[x/]/g, ''))
  const width = partial === undefined ? tileWidth : Number(partial)
  const level = of === 'entries' ? 0 : Number(of)
  const inRange = Number.isSafeInteger(n) && level <= topLevel && (partial === undefined || width < tileWidth)
  // Groups of zeros before the number are not written.
  if (!inRange || digits.startsWith('x000/')) return undefined
  return of === 'entries' ? { kind: 'entries', n, width } : { kind: 'hashes', level, n, width }
}

/** `x001/x234/067`, with `.p/<width>` unless it is full. Throws for what no tile can be. */
function numbered(n: number, width: number): string {
  if (!Number.isSafeInteger(n) || n < 0 || !Number.isInteger(width) || width < 1 || width > tileWidth) {
    throw new Error(`There is no tile ${n} of ${width} hashes`)
  }
  const digits = String(n)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const groups = padded.match(/.{3}/g) as string[]
  const path = groups.map((group, index) => (index < groups.length - 1 ? `x${group}` : group)).join('/')
  return width === tileWidth ? path : `${path}.p/${width}`
}
