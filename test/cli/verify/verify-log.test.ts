import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ed25519PublicKey } from '#crypto'
import { parseCheckpoint } from '#events/log/checkpoint.ts'
import { parseNote, verifierKey } from '#events/log/note.ts'
import { emptyTree, rootOf } from '#events/log/tree.ts'
import { type Asked, verifyLog } from '../../../cli/verify/verify-log.ts'
import {
  changed,
  type Files,
  type Fixture,
  fixtures,
  flippedAt,
  logKey,
  logOf,
  noteOf,
  pagesOf,
  replaced,
  seedOf,
  sourceOf,
  textOf,
  utf8,
  witness,
} from './made-log.ts'

const byKey = { keys: [logKey], witnesses: [], quorum: 0 }
const headOf = (files: Files) => parseCheckpoint(parseNote(textOf(files.get('checkpoint'))).text)

async function found(files: Files, asked: Partial<Asked> = {}) {
  const { findings } = await verifyLog(sourceOf(files), { ...byKey, ...asked })
  return findings.kept.map(({ kind, what }) => `${kind}: ${what}`)
}

const events = fixtures(600)
const log = logOf(events)

describe('a log that is as it must be', () => {
  it.each([0, 1, 2, 255, 256, 257, 512, 600])('of %d entries is verified', async (size) => {
    const progress: number[] = []
    const files = logOf(events.slice(0, size))
    const onProgress = (checked: number) => progress.push(checked)
    const checked = await verifyLog(sourceOf(files), { ...byKey, onProgress })
    expect(checked.findings.kept).toEqual([])
    expect(checked.head?.checkpoint).toEqual(headOf(files))
    expect(checked).toMatchObject({ from: 0, withheld: 0, note: textOf(files.get('checkpoint')) })
    expect(progress.at(-1) ?? 0).toBe(size)
  })

  it('is verified as a deployment answers it, in pages', async () => {
    const checked = await verifyLog(pagesOf(log, events), byKey)
    expect(checked.findings.kept).toEqual([])
  })

  it('is verified where a host answers every other path with a page of its own', async () => {
    const get = async (path: string) => log.get(path) ?? utf8('<!doctype html>')
    expect((await verifyLog({ name: 'a mirror', get }, byKey)).findings.kept).toEqual([])
  })

  it('goes on from every checkpoint that was kept, from the new part alone or from all', () =>
    fc.assert(
      fc.asyncProperty(fc.nat({ max: 600 }), fc.nat({ max: 600 }), fc.boolean(), async (one, other, all) => {
        const [before, now] = [
          logOf(events.slice(0, Math.min(one, other))),
          logOf(events.slice(0, Math.max(one, other))),
        ]
        const previous = headOf(before)
        const read = new Set<string>()
        const source = sourceOf(now)
        const get = (path: string) => {
          read.add(path)
          return source.get(path)
        }
        const checked = await verifyLog({ name: 'it', get }, { ...byKey, previous, all })
        expect(checked.findings.kept).toEqual([])
        expect(checked.from).toBe(all ? 0 : previous.size)
        const firstNew = Math.floor(previous.size / 256)
        const bundles = [...read].filter((path) => path.startsWith('tile/entries/'))
        if (!all)
          expect(bundles).toHaveLength(
            previous.size === headOf(now).size ? 0 : Math.ceil(headOf(now).size / 256) - firstNew,
          )
      }),
      { numRuns: 25 },
    ))
})

describe('what was changed is named', () => {
  const entries = 'tile/entries/000'
  const payloads = 'payloads/000.ndjson'
  /** The byte of the entry at a position where its time stands. */
  const inTime = (position: number) =>
    Buffer.from(log.get(entries) ?? []).indexOf(`"${events[position]?.subject}/${events[position]?.version}"`)

  it.each<[string, Files, string[]]>([
    [
      'an entry',
      changed(log, entries, (bytes) => replaced('desk-a', 'desk-b')(bytes)),
      ['entry: Position 0 (statement-s-0/1): its entry is not the one whose leaf hash is in tile/0/000'],
    ],
    [
      'an entry in the unfinished tile',
      changed(log, 'tile/entries/002.p/88', replaced('desk-a', 'desk-b')),
      ['entry: Position 512 (statement-s-1/74): its entry is not the one whose leaf hash is in tile/0/002.p/88'],
    ],
    [
      'an id within an entry',
      changed(log, entries, flippedAt(inTime(14) + 1 + 'statement-s-'.length, 3)),
      [
        'entry: Position 14 (statement-s-8/3): its entry is not the one whose leaf hash is in tile/0/000',
        'envelope: Position 14 (statement-s-8/3): its id is not of its subject "statement-s-0"',
      ],
    ],
    [
      'a hash in the tile of entries',
      changed(log, 'tile/0/001', flippedAt(32 * 7 + 5)),
      ['tile: Position 263 (statement-s-4/38): the hash in tile/0/001 is not that of its entry'],
    ],
    [
      'a hash in a tile above',
      changed(log, 'tile/1/000.p/2', flippedAt(32)),
      ['tile: tile/1/000.p/2 is not what the tiles below it give, for positions 256 to 511'],
    ],
    [
      'a payload',
      changed(
        log,
        payloads,
        replaced('What Mira Kovan said, statement-s-0 2', 'What Mira Kovan says, statement-s-0 2'),
      ),
      ['payload: Position 7 (statement-s-0/2): its payload is not the one whose hash is in its entry'],
    ],
    [
      'a salt',
      changed(log, payloads, (bytes) => utf8(textOf(bytes).replace(/("datasalt":")./, '$1-'))),
      ['payload: Position 0 (statement-s-0/1): its payload is not the one whose hash is in its entry'],
    ],
    [
      'a payload that is gone',
      changed(log, payloads, (bytes) => utf8(textOf(bytes).replace(/^.*\n/, ''))),
      ['payload: Position 0 (statement-s-0/1): its payload is missing, and nothing says why'],
    ],
    [
      'a payload that is said to be withheld beside',
      changed(log, payloads, (bytes) => utf8(textOf(bytes).replace('"position":0,', '"position":0,"withheld":7,'))),
      ['withheld: Position 0 (statement-s-0/1): its payload is there, and is said to be withheld by position 7'],
    ],
    [
      'a line of payloads before another of its position',
      changed(log, payloads, (bytes) => utf8(`{"position":0,"data":{},"datasalt":""}\n${textOf(bytes)}`)),
      ['payload: Position 0 (statement-s-0/1): its payload is told twice'],
    ],
    ['a tile that is gone', changed(log, 'tile/0/001', () => undefined), ['tile: tile/0/001 is not there']],
    [
      'a tile above that is gone',
      changed(log, 'tile/1/000.p/2', () => undefined),
      ['tile: tile/1/000.p/2 is not there'],
    ],
    [
      'entries that are gone',
      changed(log, 'tile/entries/001', () => undefined),
      ['entry: tile/entries/001 is not there'],
    ],
    [
      'a tile cut short',
      changed(log, 'tile/0/001', (bytes) => bytes.subarray(1)),
      ['tile: tile/0/001 has 8191 bytes, and not 256 hashes'],
    ],
    [
      'entries cut short',
      changed(log, entries, (bytes) => bytes.subarray(0, -1)),
      [
        expect.stringMatching(
          /^entry: tile\/entries\/000 cannot be read: A bundle of \d+ bytes ends within an entry$/,
        ) as never,
      ],
    ],
  ])('%s', async (_, files, wrong) => expect(await found(files)).toEqual(wrong))

  it('an entry and its tile, in accord', async () => {
    const other = logOf(events.with(3, { ...events[3], data: { quote: 'What was never said' } } as Fixture))
    const files = new Map(other).set('checkpoint', log.get('checkpoint') as Uint8Array)
    expect(await found(files)).toEqual([
      'root: The entries, and the tiles with them, do not lead to the root that is signed',
    ])
  })

  it('an entry, whose tile was changed elsewhere', async () => {
    const files = changed(changed(log, entries, replaced('desk-a', 'desk-b')), 'tile/0/001', flippedAt(0))
    expect(await found(files)).toEqual(
      [
        'entry: Position 0 (statement-s-0/1): its entry is not the one whose leaf hash is in tile/0/000',
        'entry: Position 256 (statement-s-4/37): its entry is not the one whose leaf hash is in tile/0/001',
        'root: Neither the entries nor the tiles lead to the root that is signed',
        expect.stringContaining('tile/1/000.p/2 is not what the tiles below it give, for positions 0 to 255'),
      ].sort((one, two) => Number(String(one).startsWith('root')) - Number(String(two).startsWith('root'))),
    )
  })

  it('in the new part as in the whole', async () => {
    const previous = headOf(logOf(events.slice(0, 300)))
    const asked = { previous }
    expect(await found(changed(log, 'tile/entries/002.p/88', replaced('desk-a', 'desk-b')), asked)).toEqual([
      'entry: Position 512 (statement-s-1/74): its entry is not the one whose leaf hash is in tile/0/002.p/88',
    ])
    expect(await found(changed(log, 'tile/1/000.p/2', flippedAt(32)), asked)).toEqual([
      'tile: tile/1/000.p/2 is not what the tiles below it give, for positions 256 to 511',
    ])
    expect(await found(changed(log, 'tile/1/000.p/2', flippedAt(0)), asked)).toEqual([
      'tile: The first 300 entries do not lead to the checkpoint that was kept either',
      'root: The entries, and the tiles with them, do not lead to the root that is signed',
    ])
  })

  it('by every bit of a small log: nothing can be flipped and pass', async () => {
    const small = logOf(events.slice(0, 3))
    for (const [path, bytes] of small) {
      if (path === 'log/key') continue
      for (let bit = 0; bit < bytes.length * 8; bit += path === 'checkpoint' ? 1 : 5) {
        const wrong = await found(changed(small, path, flippedAt(bit >> 3, bit & 7)))
        // A line of payloads has spare letters: its position's own digits may name it twice, and the last one counts.
        expect(wrong.length, `${path}, bit ${bit}`).toBeGreaterThan(0)
      }
    }
  })
})

describe('streams', () => {
  const at = (subject: string, version: number, more: Partial<Fixture> = {}): Fixture => ({ subject, version, ...more })
  it.each<[string, Fixture[], string[]]>([
    [
      'without a version',
      [at('statement-s-1', 1), at('statement-s-1', 3)],
      ['hole: Position 1 (statement-s-1/3): statement-s-1/2 is missing before it in the log'],
    ],
    [
      'without their first versions',
      [at('statement-s-1', 3)],
      ['hole: Position 0 (statement-s-1/3): statement-s-1/1 to statement-s-1/2 are missing before it in the log'],
    ],
    [
      'with one twice',
      [at('statement-s-1', 1), at('statement-s-1', 1)],
      ['hole: Position 1 (statement-s-1/1): version 1 of the stream is before it in the log already'],
    ],
    [
      'whose time runs backwards',
      [
        at('statement-s-1', 1, { time: '2031-02-14T09:00:00.000Z' }),
        at('statement-s-1', 2, { time: '2031-02-14T08:59:59.999Z' }),
      ],
      [
        'order: Position 1 (statement-s-1/2): its time, 2031-02-14T08:59:59.999Z, is before that of the version before it, 2031-02-14T09:00:00.000Z',
      ],
    ],
  ])('%s are told, though all is signed', async (_, some, wrong) => expect(await found(logOf(some))).toEqual(wrong))
})

describe('a payload that is withheld', () => {
  const withholding = (version: number, data: object = { version, ground: 'Order of the Ostmark court' }): Fixture => ({
    subject: 'statement-s-1',
    version: 3,
    name: 'PayloadWithheld',
    data,
  })
  const said = (withheld?: number): Fixture[] => [
    { subject: 'statement-s-1', version: 1, ...(withheld !== undefined && { withheld }) },
    { subject: 'statement-s-1', version: 2 },
  ]

  it('is verified where a later event of its stream withholds it', async () => {
    const files = logOf([...said(2), withholding(1)])
    const checked = await verifyLog(sourceOf(files), byKey)
    expect(checked.findings.kept).toEqual([])
    expect(checked.withheld).toBe(1)
  })

  const gone = 'withheld: Position 0 (statement-s-1/1): its payload is missing, and'
  it.each<[string, Fixture[], string[]]>([
    ['by an event that withholds another', [...said(2), withholding(2)], [`${gone} position 2 does not withhold it`]],
    ['by an event that withholds nothing', [...said(1), withholding(1)], [`${gone} position 1 does not withhold it`]],
    ['by an event before it', [...said(0), withholding(1)], [`${gone} is said to be withheld by position 0`]],
    ['by no event', [...said(3), withholding(1)], [`${gone} position 3 does not withhold it`]],
    [
      'by an event of another stream',
      [...said(2), { ...withholding(1), subject: 'statement-s-2', version: 1 }],
      [`${gone} position 2 does not withhold it`],
    ],
    [
      'by an event that is withheld itself',
      [...said(2), { ...withholding(1), withheld: 3 }, { subject: 'statement-s-1', version: 4 }],
      [
        `${gone} position 2 does not withhold it`,
        'withheld: Position 2 (statement-s-1/3): it withholds a payload, and has none itself',
      ],
    ],
  ])('%s is not', async (_, some, wrong) => expect((await found(logOf(some))).sort()).toEqual([...wrong].sort()))

  it('by what was sealed while it was read is for another run to verify', async () => {
    const files = logOf([...said(2)])
    const later = logOf([...said(2), withholding(1)])
    let read = 0
    const get = async (path: string) => (path === 'checkpoint' && read++ > 0 ? later : files).get(path)
    await expect(verifyLog({ name: 'it', get }, byKey)).rejects.toThrow(
      'The payload of statement-s-1/1 was withheld while this ran. Run it again.',
    )
  })
})

it('tells an envelope that /events has otherwise', async () => {
  const told = pagesOf(log, events.with(9, { ...events[9], time: '2031-02-14T00:03:00.000Z' } as Fixture))
  const { findings } = await verifyLog(told, byKey)
  expect(findings.kept.map(({ what }) => what)).toEqual([
    'Position 9 (statement-s-2/2): /events tells another envelope than its entry',
  ])
})

describe('a checkpoint', () => {
  const { size, root } = headOf(log)
  const withNote = (note: string) => new Map(log).set('checkpoint', utf8(note))
  const stranger = { key: verifierKey(logKey.name, ed25519PublicKey(seedOf(5))), fill: 5 }
  const elsewhere = { key: verifierKey('ostmark.example/log', ed25519PublicKey(seedOf(1))), fill: 1 }

  it.each<[string, string, Partial<Asked>, string]>([
    [
      'that another key has signed',
      noteOf(size, root, [], stranger),
      {},
      `signature: The checkpoint of ${logKey.name} is not signed by ${logKey.name}+${logKey.keyId}`,
    ],
    [
      'that was changed',
      noteOf(size, root).replace('\n600\n', '\n601\n'),
      {},
      `signature: The checkpoint was changed, or signed by another key: The signature of ${logKey.name}+${logKey.keyId} does not hold`,
    ],
    [
      'of another log, by a key of its own',
      noteOf(size, root, [], elsewhere),
      { keys: [elsewhere.key] },
      `checkpoint: The checkpoint is of ${logKey.name}, and is signed as ostmark.example/log+${elsewhere.key.keyId}`,
    ],
    ['that is none', 'harbour-watch\n', {}, 'checkpoint: A note has a text, an empty line, and signatures'],
  ])('%s is refused', async (_, note, asked, wrong) => expect(await found(withNote(note), asked)).toEqual([wrong]))

  it('of a size that the log never had ends with what is missing', async () => {
    const files = withNote(noteOf(Number.MAX_SAFE_INTEGER, root))
    const wrong = await found(files)
    expect(wrong).toContain('tile: tile/0/003 is not there')
    expect(wrong.length).toBeLessThan(50)
    expect(await found(files, { previous: headOf(log) })).toEqual(['tile: tile/1/000 is not there'])
  })

  it('that is no text is refused', async () =>
    expect(await found(new Map(log).set('checkpoint', Uint8Array.of(255)))).toEqual([
      'checkpoint: The checkpoint is no text',
    ]))

  it('that is not there is nothing to check by', () =>
    expect(verifyLog(sourceOf(new Map()), byKey)).rejects.toThrow(
      'the fixture has no checkpoint: no log has begun there',
    ))
})

describe('the log as it was kept', () => {
  const shorter = events.slice(0, 500)
  const forked = logOf(events.with(42, { ...events[42], data: { quote: 'What was never said' } } as Fixture))
  const kept = (files: Files) => ({ previous: headOf(files) })
  const told =
    'The log has forked: the 600 entries that are signed now do not begin with the 500 that were signed before'

  it('is not the one that has forked, whether the new part is read or all', async () => {
    expect(await found(forked, kept(logOf(shorter)))).toEqual([`fork: ${told}`])
    expect(await found(forked, { ...kept(logOf(shorter)), all: true })).toEqual([`fork: ${told}`])
  })

  it('is not one of the same size with another root', async () =>
    expect(await found(forked, kept(log))).toEqual([`fork: ${told.replace('500', '600')}`]))

  it('is not one that has become smaller', async () =>
    expect(await found(logOf(shorter), kept(log))).toEqual([
      'fork: The log has 500 entries, and had 600 when its checkpoint was kept',
    ]))

  it('is not another log', async () =>
    expect(await found(log, { previous: { ...headOf(log), origin: 'ostmark.example/log' } })).toEqual([
      `fork: This is the log ${logKey.name}; the checkpoint that was kept is of ostmark.example/log`,
    ]))

  it('goes on from the empty log', async () =>
    expect(await found(log, { previous: { origin: logKey.name, size: 0, root: rootOf(emptyTree) } })).toEqual([]))
})

describe('witnesses', () => {
  const [one, two, three] = [witness('one', 11), witness('two', 12), witness('three', 13)]
  const keys = [one.key, two.key, three.key]
  const seen = logOf(events.slice(0, 10), [
    { ...one, time: 1_928_000_300 },
    { ...two, time: 1_928_000_100 },
  ])

  it('are as many as are wanted, and vouch for the time by which so many had seen it', async () => {
    const by = async (quorum: number) =>
      (await verifyLog(sourceOf(seen), { ...byKey, witnesses: keys, quorum })).head?.witnessed
    expect(await by(2)).toEqual({ time: 1_928_000_300, count: 2 })
    expect(await by(1)).toEqual({ time: 1_928_000_100, count: 2 })
  })

  it('are too few', async () =>
    expect(await found(seen, { witnesses: keys, quorum: 3 })).toEqual([
      'witness: 2 of the 3 witnesses have signed it, and 3 must have',
    ]))

  it('have not signed what another has signed in their name', async () => {
    const forged = logOf(events.slice(0, 10), [{ ...one, fill: 12, time: 1_928_000_300 }])
    const { name } = one.key
    const note = textOf(forged.get('checkpoint'))
    const { keyId } = parseNote(note).signatures[1] as { keyId: string }
    expect(keyId).not.toBe(one.key.keyId)
    const lines = note.trimEnd().split('\n')
    const bytes = Buffer.from((lines.at(-1) as string).split(' ')[2] as string, 'base64')
    bytes.set(Buffer.from(one.key.keyId, 'hex'))
    const files = new Map(forged).set(
      'checkpoint',
      utf8(`${lines.slice(0, -1).join('\n')}\n— ${name} ${bytes.toString('base64')}\n`),
    )
    expect(await found(files, { witnesses: keys, quorum: 1 })).toEqual([
      `signature: The checkpoint was changed, or signed by another key: The signature of ${name}+${one.key.keyId} does not hold`,
    ])
  })
})

it('hears of the keys that the log records as its own', async () => {
  const next = verifierKey(logKey.name, ed25519PublicKey(seedOf(2)))
  const vkey = `${next.name}+${next.keyId}+${Buffer.concat([Buffer.of(1), next.publicKey]).toString('base64')}`
  const added = { subject: 'log-keys', version: 1, name: 'LogKeyAdded', data: { vkey } }
  const checked = await verifyLog(sourceOf(logOf([...events.slice(0, 5), added])), byKey)
  expect(checked.findings.kept).toEqual([])
  expect(checked.keysAdded).toEqual([next])
})
