import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audit } from '../../support/audit.ts'
import { listen } from '../../support/listen.ts'
import { checkTiles, entriesOf, headOf, keysOf, rootByInclusion, rootOfEntries } from '../../support/outside.ts'
import { watchKept } from '../../support/watch.ts'
import { recordGround } from './fixtures.ts'
import { type Served, serve } from './served.ts'

let served: Served
let base: string
let close: () => Promise<void>
let entries: Buffer[]
let size: number

beforeAll(async () => {
  served = await serve()
  await recordGround(served)
  const { store } = served.deps
  const some = Array.from({ length: 300 }, (_, index) => watchKept(String(index)))
  const command = {
    commandid: 'r-test',
    commandhash: 'none',
    recordedBy: 'desk-a',
    salt: () => 'AAECAwQFBgcICQoLDA0ODw',
  }
  await store.append(await store.load('watch-harbour'), some, { WatchKept: 1 }, command)
  await served.seal()
  const { url, close: end } = await listen((request) => served.fetch(request))
  ;[base, close] = [url, end]
  size = (await headOf(base, await keysOf(base))).size
  entries = await entriesOf(base, size)
}, 60_000)
afterAll(async () => {
  await close()
  await served.stop()
})

const ask: Served['ask'] = (...asked) => served.ask(...asked)
const bytes = async (path: string, headers: Record<string, string> = {}) => {
  const response = await served.fetch(new Request(`https://log.example${path}`, { headers }))
  return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) }
}

describe('the log, to a reader who trusts nobody', () => {
  it('is the tree that its checkpoint signs, of what the tables hold', async () => {
    expect(size).toBe(304)
    const { root } = await headOf(base, await keysOf(base))
    expect(rootOfEntries(entries)).toBe(root)
    await checkTiles(base, entries)
    const { sealed } = await audit(served.engine.client(), served.tables)
    expect(entries.map((entry) => JSON.parse(entry.toString('utf8')).id)).toEqual(sealed)
  })

  it('has a key, a line each', async () => {
    const { status, headers, text } = await ask('GET', '/log/key')
    expect([status, headers.get('Content-Type')]).toEqual([200, 'text/plain; charset=utf-8'])
    expect(text).toMatch(/^\S+\+[0-9a-f]{8}\+\S+\n$/)
  })

  it('has a checkpoint that is kept for two seconds', async () => {
    const { status, headers, text } = await ask('GET', '/checkpoint')
    expect([status, headers.get('Content-Type')]).toEqual([200, 'text/plain; charset=utf-8'])
    expect(headers.get('Cache-Control')).toBe('max-age=2')
    expect(text).toMatch(/^\S+\n304\n\S+\n\n— \S+ \S+\n$/)
  })
})

describe('a tile', () => {
  it('is served for good, at every width that it ever had', async () => {
    const full = await bytes('/tile/0/000')
    expect([full.status, full.headers.get('Content-Type')]).toEqual([200, 'application/octet-stream'])
    expect(full.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
    expect(full.body).toHaveLength(8192)
    for (const width of [1, 48, 255]) {
      const { body } = await bytes(`/tile/0/000.p/${width}`)
      expect(body).toEqual(full.body.subarray(0, 32 * width))
    }
    expect((await bytes('/tile/0/001.p/48')).body).toHaveLength(48 * 32)
    expect((await bytes('/tile/1/000.p/1')).body).toHaveLength(32)
  })

  it.each([
    ...['/tile/0/001', '/tile/0/001.p/49', '/tile/0/002.p/1', '/tile/1/000', '/tile/1/000.p/2', '/tile/2/000.p/1'],
    ...['/tile/entries/001', '/tile/entries/001.p/49', '/tile/entries/002.p/1', '/tile/63/000.p/1'],
  ])('%s is not there yet, and may be in a second', async (path) => {
    const { status, headers, body } = await ask('GET', path)
    expect([status, body.type, headers.get('Cache-Control')]).toEqual([404, '/problems/not-found', 'max-age=1'])
  })

  it.each([
    ...['/tile/0/0', '/tile/00/000', '/tile/0/000.p/0', '/tile/0/000.p/01', '/tile/0/000.p/256', '/tile/0/x000/000'],
    ...['/tile/64/000', '/tile/0/000/', '/tile/0/000.p/', '/tile/-1/000', '/tile/0/000.p/1/2', '/tile/0/00x'],
    ...['/tile/entries/0', '/tile/entries/000.p/0', '/tile/entries/x000/000', '/tile/data/000', '/tile/0/%30%30'],
  ])('%s is no path of one', async (path) => {
    const { status, headers, body } = await ask('GET', path, { undescribed: true })
    expect([status, body.type, headers.get('Cache-Control')]).toEqual([404, '/problems/not-found', 'max-age=1'])
  })
})

describe('a bundle of entries', () => {
  it('has the same bytes, compressed for those who take it so', async () => {
    const plain = await bytes('/tile/entries/000')
    expect(plain.headers.get('Content-Encoding')).toBeNull()
    expect(plain.headers.get('Vary')).toBe('Accept-Encoding')
    expect(plain.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
    for (const accepted of ['gzip', 'br, gzip;q=0.5', '*', 'GZIP']) {
      const { headers, body } = await bytes('/tile/entries/000', { 'Accept-Encoding': accepted })
      expect([accepted, headers.get('Content-Encoding'), headers.get('Vary')]).toEqual([
        accepted,
        'gzip',
        'Accept-Encoding',
      ])
      expect(headers.get('ETag')).not.toBe(plain.headers.get('ETag'))
      expect(gunzipSync(body)).toEqual(plain.body)
      expect(body.length).toBeLessThan(plain.body.length / 2)
    }
    for (const accepted of ['identity', 'gzip;q=0', 'br', 'gzip;q=0, *', '']) {
      const { headers } = await bytes('/tile/entries/000', { 'Accept-Encoding': accepted })
      expect([accepted, headers.get('Content-Encoding')]).toEqual([accepted, null])
    }
  })
})

describe('a proof of inclusion', () => {
  it('leads each entry to the signed root, and to that of any earlier size', async () => {
    for (const position of [0, 1, 3, 200, 255, 256, 303]) {
      const { body } = await ask('GET', `/proofs/inclusion?position=${position}`)
      expect([body.position, body.size]).toEqual([position, 304])
      const led = rootByInclusion(entries[position] as Buffer, position, 304, body.hashes)
      expect([led, body.rootHash]).toEqual([rootOfEntries(entries), rootOfEntries(entries)])
    }
    for (const past of [1, 7, 256, 257, 300]) {
      const { body } = await ask('GET', `/proofs/inclusion?position=${past - 1}&size=${past}`)
      const root = rootOfEntries(entries.slice(0, past))
      expect([body.rootHash, rootByInclusion(entries[past - 1] as Buffer, past - 1, past, body.hashes)]).toEqual([
        root,
        root,
      ])
    }
  })

  it('is a file with the checkpoint for those who ask for text', async () => {
    const as = { headers: { Accept: 'text/plain' } }
    const { headers, text } = await ask('GET', '/proofs/inclusion?position=5', as)
    expect([headers.get('Content-Type'), headers.get('Vary')]).toEqual(['text/plain; charset=utf-8', 'Accept'])
    const [proof = '', ...note] = text.split('\n\n')
    const [first, index, ...hashes] = proof.split('\n')
    expect([first, index]).toEqual(['c2sp.org/tlog-proof@v1', 'index 5'])
    expect(rootByInclusion(entries[5] as Buffer, 5, 304, hashes)).toBe(rootOfEntries(entries))
    expect(note.join('\n\n')).toBe((await ask('GET', '/checkpoint')).text)
    const past = await ask('GET', '/proofs/inclusion?position=5&size=6', as)
    expect([past.status, past.body.errors[0].parameter]).toEqual([422, 'size'])
  })

  it.each([
    ['position=304', 'position'],
    ['position=6&size=6', 'position'],
    ['position=0&size=0', 'position'],
    ['position=0&size=305', 'size'],
    ['position=9007199254740991', 'position'],
  ])('is refused of %s', async (asked, parameter) => {
    const { status, body } = await ask('GET', `/proofs/inclusion?${asked}`)
    expect([status, body.type, body.errors[0].parameter]).toEqual([422, '/problems/invalid-input', parameter])
  })
})

describe('a proof of consistency', () => {
  it('names both roots, and is empty of nothing and of the same', async () => {
    for (const [from, to] of [
      [0, 304],
      [304, 304],
      [1, 2],
      [7, 300],
      [256, 304],
      [255, 257],
    ] as const) {
      const { body } = await ask('GET', `/proofs/consistency?from=${from}${to === 304 ? '' : `&to=${to}`}`)
      expect(body).toMatchObject({
        from,
        to,
        fromRoot: rootOfEntries(entries.slice(0, from)),
        toRoot: rootOfEntries(entries.slice(0, to)),
      })
      expect(body.hashes.length > 0).toBe(from !== 0 && from !== to)
    }
  })

  it.each([
    ['from=305', 'from'],
    ['from=8&to=7', 'from'],
    ['from=0&to=305', 'to'],
  ])('is refused of %s', async (asked, parameter) => {
    const { status, body } = await ask('GET', `/proofs/consistency?${asked}`)
    expect([status, body.type, body.errors[0].parameter]).toEqual([422, '/problems/invalid-input', parameter])
  })
})
