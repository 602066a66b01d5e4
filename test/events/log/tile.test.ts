import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entriesPath, parseTilePath, tilePath, tilesOf, widthOf } from '#events/log/tile.ts'
import vectors from '../../vectors/log/tiles.json' with { type: 'json' }

describe('a path', () => {
  it.each(vectors.paths)('is $path', ({ level, n, width, path, entries }) => {
    expect(tilePath({ level, n, width })).toBe(path)
    expect(entriesPath({ n, width })).toBe(entries)
    expect(parseTilePath(path)).toEqual({ kind: 'hashes', level, n, width })
    expect(parseTilePath(entries)).toEqual({ kind: 'entries', n, width })
  })

  it('is read as it was written', () =>
    fc.assert(
      fc.property(fc.nat({ max: 63 }), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, n, width) => {
        expect(parseTilePath(tilePath({ level, n, width }))).toEqual({ kind: 'hashes', level, n, width })
        expect(parseTilePath(entriesPath({ n, width }))).toEqual({ kind: 'entries', n, width })
      }),
    ))

  it.each([
    ...['tile/0/00', 'tile/0/0000', 'tile/0/x000/067', 'tile/0/001/067', 'tile/0/x001', 'tile/0/x001/x067'],
    ...[
      'tile/00/067',
      'tile/64/067',
      'tile/-1/067',
      'tile/x/067',
      'tile/067',
      'tile/0/',
      'tile/entries/',
      'tile/0/067/',
    ],
    ...['tile/0/067.p/0', 'tile/0/067.p/256', 'tile/0/067.p/08', 'tile/0/067.p/', 'tile/0/067.p', 'tile/0/067.p/8/'],
    ...['/tile/0/067', 'tile/0/067 ', 'tile/0/067\n', 'tile/0/x999/x999/x999/x999/x999/999', 'tile/entry/067', ''],
    ...['tile/0/0６7', 'TILE/0/067', 'tile/0/X001/067', 'tile/0/067.P/8'],
  ])('is not %j', (path) => expect(parseTilePath(path)).toBeUndefined())

  it('is read only as it would be written', () => {
    const part = fc.constantFrom('tile', 'entries', '0', '63', '000', '001', 'x000', 'x001', '067.p', '8', '255', '256')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const path = ['tile', ...parts].join('/')
        const read = parseTilePath(path)
        if (read) expect(read.kind === 'entries' ? entriesPath(read) : tilePath(read)).toBe(path)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    { level: 0, n: -1, width: 1 },
    { level: 0, n: 0.5, width: 1 },
    { level: 0, n: 0, width: 0 },
    { level: 0, n: 0, width: 257 },
    { level: 64, n: 0, width: 1 },
    { level: -1, n: 0, width: 1 },
  ])('has none to a tile that cannot be: %j', (at) => expect(() => tilePath(at)).toThrow('There is no tile'))
})

describe('the tiles of a tree', () => {
  it.each(vectors.trees)('of $size are as many as $source says', ({ size, levels }) => {
    const tiles = tilesOf(size)
    const found = levels.map((_, level) => {
      const here = tiles.filter((tile) => tile.level === level)
      return {
        full: here.filter(({ width }) => width === 256).length,
        partial: here.find(({ width }) => width < 256)?.width ?? 0,
      }
    })
    expect(found).toEqual(levels)
    expect(tiles.every(({ level }) => level < levels.length)).toBe(true)
  })

  it('hold each node of their level once, and no tile is empty', () =>
    fc.assert(
      fc.property(fc.nat({ max: 200_000 }), (size) => {
        const tiles = tilesOf(size)
        for (let level = 0; level < 4; level++) {
          const here = tiles.filter((tile) => tile.level === level)
          expect(here.map(({ n }) => n)).toEqual(here.map((_, index) => index))
          expect(here.reduce((sum, { width }) => sum + width, 0)).toBe(Math.floor(size / 256 ** level))
        }
        expect(tiles.every((tile) => tile.width > 0 && tile.width === widthOf(tile.level, tile.n, size))).toBe(true)
      }),
      { numRuns: 30 },
    ))

  it('are none in an empty tree', () => expect(tilesOf(0)).toEqual([]))
})
