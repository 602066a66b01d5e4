import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { parseNote } from '#events/log/note.ts'
import { audit } from '../../../cli/audit/auditing.ts'
import { opened, said } from '../../functions/project/fixtures.ts'
import { sealer } from '../../support/log.ts'
import { withEngine } from '../../support/with-engine.ts'
import { contingents, recordAll, type World, world } from './world.ts'

type Item = Record<string, AttributeValue>

const engine = withEngine()
const mission = opened('harbour-watch-long')
/** The first statement recorded, at position 0 or near. */
const statement = said('speaker-0', 'the harbour was quiet on day 0').stream
let client: DynamoDBClient
let made: World
let undo: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => undefined)
  client = engine.client()
  made = await world(client)
  await recordAll(made, 12)
  await made.sealed(mission.stream, mission.event, ...contingents(0, 120))
  await made.sealed(mission.stream, ...contingents(1, 200))
  await made.projected()
  expect((await audit({ client, ...made.tables })).findings.named).toEqual([])
})
afterEach(async () => {
  for (const back of undo.reverse()) await back()
  undo = []
})

const send = {
  put: (table: string, item: Item) => client.send(new PutItemCommand({ TableName: table, Item: item })),
  remove: (table: string, key: Item) => client.send(new DeleteItemCommand({ TableName: table, Key: key })),
  get: async (table: string, key: Item) =>
    (await client.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item,
  scan: async (table: string) =>
    (await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }))).Items ?? [],
}
const keyOf = (item: Item): Item =>
  item.pk
    ? { pk: item.pk, sk: item.sk as AttributeValue }
    : ({ streamId: item.streamId, version: item.version } as Item)

/** A hand in a table: puts an item there, or in the place of one. */
async function put(table: keyof World['tables'], item: Item): Promise<void> {
  const before = await send.get(made.tables[table], keyOf(item))
  undo.push(() => (before ? send.put(made.tables[table], before) : send.remove(made.tables[table], keyOf(item))))
  await send.put(made.tables[table], item)
}
async function remove(table: keyof World['tables'], item: Item): Promise<void> {
  undo.push(() => send.put(made.tables[table], item))
  await send.remove(made.tables[table], keyOf(item))
}
/** The one item of the table that is so. */
async function one(table: keyof World['tables'], isIt: (item: Item) => boolean): Promise<Item> {
  const found = (await send.scan(made.tables[table])).find(isIt)
  if (!found) throw new Error(`Nothing such in ${table}`)
  return found
}
const inLog = (pk: string) => one('log', (item) => item.pk?.S === pk)
const commit = (streamId: string, version: number) =>
  one('events', (item) => item.streamId?.S === streamId && item.version?.N === String(version))

/** What an audit names, as `kind: at: what`. */
async function named(): Promise<string[]> {
  const { findings } = await audit({ client, ...made.tables })
  return findings.named.map(({ kind, at, what }) => `${kind}: ${at}: ${what}`)
}
const flipped = (bytes: Uint8Array, at: number): Uint8Array => {
  const copy = Uint8Array.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

describe('of the log, an audit names', () => {
  it('an entry of which one byte was changed', async () => {
    const chunk = await inLog('entries#0')
    const text = Buffer.from(chunk.entries?.B ?? []).toString('latin1')
    const at = text.indexOf('"recordedby":"desk-a"') + '"recordedby":"desk-'.length
    await put('log', { ...chunk, entries: { B: Buffer.from(`${text.slice(0, at)}b${text.slice(at + 1)}`, 'latin1') } })
    const found = await named()
    expect(found).toContainEqual(expect.stringMatching(/^entry: position 0, \S+\/1: the entry is not what was sealed$/))
    expect(found.filter((line) => !/position 0, /.test(line))).toEqual([])
  })

  it('a payload that was changed', async () => {
    const chunk = await inLog('entries#0')
    const [first, ...rest] = chunk.payloads?.L ?? []
    const d = { S: first?.M?.d?.S?.replace('quiet', 'loud') ?? '' }
    await put('log', { ...chunk, payloads: { L: [{ M: { ...first?.M, d } as Item }, ...rest] } })
    expect(await named()).toContainEqual(expect.stringMatching(/^payload: position 0, \S+\/1: the payload in the log/))
  })

  it('a payload that is missing and that nothing withholds', async () => {
    const chunk = await inLog('entries#0')
    const [, ...rest] = chunk.payloads?.L ?? []
    await put('log', { ...chunk, payloads: { L: [{ M: { withheld: { N: '3' } } }, ...rest] } })
    expect(await named()).toContainEqual(
      expect.stringMatching(/^withheld: position 0, \S+\/1: the event at position 3/),
    )
  })

  it('a leaf hash that was changed, where the entry is what was sealed', async () => {
    const chunk = await inLog('entries#0')
    await put('log', { ...chunk, hashes: { B: flipped(chunk.hashes?.B ?? new Uint8Array(), 33) } })
    expect(await named()).toEqual([
      expect.stringMatching(/^hashes: position 1, \S+: its chunk says another leaf hash$/),
    ])
  })

  it('a chunk that is gone', async () => {
    const chunk = await one('log', (item) => item.pk?.S === 'entries#1')
    await remove('log', chunk)
    const found = await named()
    expect(found[0]).toBe(`chunk: position ${Number(chunk.sk?.S)}: the log has no event there`)
    expect(found).toHaveLength(20)
  })

  it('a chunk that holds what another one holds, and one beyond the end', async () => {
    const chunk = await one('log', (item) => item.pk?.S === 'entries#1')
    const within = Number(chunk.sk?.S) + 1
    await put('log', { ...chunk, sk: { S: String(within).padStart(16, '0') } })
    const { findings } = await audit({ client, ...made.tables })
    expect(findings.count('chunk')).toBe(Number(chunk.count?.N) - 1)
    expect(findings.count('stray')).toBe(1)
    const others = new Set(findings.named.map(({ kind, what }) => `${kind}: ${what}`))
    expect(others).toContain('chunk: two chunks hold this position')
  })

  it('an event that is in it twice', async () => {
    const chunk = await one('log', (item) => item.pk?.S === 'entries#1')
    const { entries, payloads } = chunk
    const bytes = Buffer.from(entries?.B ?? [])
    const length = 2 + bytes.readUInt16BE(0)
    const second = length + 2 + bytes.readUInt16BE(length)
    const twice = Buffer.concat([bytes.subarray(0, length), bytes.subarray(0, length), bytes.subarray(second)])
    const list = payloads?.L ?? []
    await put('log', {
      ...chunk,
      entries: { B: twice },
      payloads: { L: [list[0], list[0], ...list.slice(2)] as AttributeValue[] },
    })
    const found = await named()
    const position = Number(chunk.sk?.S)
    expect(found).toContainEqual(
      expect.stringMatching(
        `^order: position ${position + 1}, ${mission.stream}/\\d+: the event is also at position ${position}$`,
      ),
    )
    expect(found).toContainEqual(
      expect.stringMatching(/^order: .*: the log has later events of the stream, and not this$/),
    )
  })

  it('a tile of any level that was changed, or is gone, or is too wide', async () => {
    const [full, above] = [await inLog('tile#0#0'), await inLog('tile#1#0')]
    await put('log', { ...full, hashes: { B: flipped(full.hashes?.B ?? new Uint8Array(), 32 * 7) } })
    await put('log', { ...above, hashes: { B: flipped(above.hashes?.B ?? new Uint8Array(), 0) } })
    expect(await named()).toEqual([
      'tile: tile 0/0: hash 7 of it is not that of the entries',
      'tile: tile 1/0: hash 0 of it is not that of the entries',
    ])
    await remove('log', full)
    await put('log', { ...above, hashes: { B: Buffer.concat([above.hashes?.B ?? Buffer.alloc(0), Buffer.alloc(32)]) } })
    expect(await named()).toEqual([
      'tile: tile 1/0: it has 2 hashes, beyond the log',
      'tile: tile 0/0: the tile is missing',
    ])
  })

  it('a root or an edge that are not those of the entries', async () => {
    const head = await inLog('head')
    await put('log', { ...head, root: { B: flipped(head.root?.B ?? new Uint8Array(), 5) } })
    expect(await named()).toEqual([`root: size ${head.size?.N}: the head's root is not that of the entries`])
    await put('log', { ...head, edge: { B: flipped(head.edge?.B ?? new Uint8Array(), 40) } })
    expect(await named()).toEqual([`root: size ${head.size?.N}: the head's edge is not that of the entries`])
  })

  it('a mark that says another version, another position, or nothing', async () => {
    const mark = await inLog(`stream#${statement}`)
    const version = Number(mark.version?.N)
    await put('log', { ...mark, version: { N: String(version + 1) }, runs: { B: new Uint8Array() } })
    expect(await named()).toEqual([`mark: ${statement}: it says version ${version + 1}, and the log has ${version}`])
    await put('log', { ...mark, position: { N: '5' }, runs: { B: new Uint8Array() } })
    expect(await named()).toEqual([
      expect.stringMatching(`^mark: ${statement}: it says position 5, and the event is at`),
    ])
    await put('log', { ...mark, runs: { B: Buffer.from('00000000000901'.padEnd(16, '0'), 'hex') } })
    expect(await named()).toEqual([expect.stringContaining(`mark: ${statement}: it says version`)])
    await remove('log', mark)
    expect(await named()).toEqual([`mark: ${statement}: the mark is missing`])
  })

  it('a mark of what there is not', async () => {
    const mark = await inLog(`stream#${statement}`)
    await put('log', { ...mark, pk: { S: 'stream#mission-none' }, runs: { B: new Uint8Array() } })
    expect(await named()).toEqual([expect.stringMatching(/^mark: mission-none: it says version/)])
    await put('log', {
      ...mark,
      pk: { S: 'stream#mission-none' },
      position: { N: '9999' },
      runs: { B: new Uint8Array() },
    })
    expect(await named()).toEqual([
      expect.stringMatching(/^mark: mission-none: it says position 9999, and the log ends/),
    ])
  })

  it('an item that nobody keeps there', async () => {
    await put('log', { pk: { S: 'notes' }, sk: { S: '0' } })
    expect(await named()).toEqual(['stray: notes: nobody keeps such an item in the log'])
  })

  it('a checkpoint whose signature, size, root or origin is another one', async () => {
    const checkpoint = await inLog('checkpoint')
    const note = checkpoint.note?.S ?? ''
    const { keyId, bytes } = parseNote(note).signatures[0] as ReturnType<typeof parseNote>['signatures'][number]
    const signature = Buffer.concat([Buffer.from(keyId, 'hex'), bytes])
    const forged = note.replace(signature.toString('base64'), Buffer.from(flipped(signature, 20)).toString('base64'))
    await put('log', { ...checkpoint, note: { S: forged } })
    expect(await named()).toEqual([expect.stringMatching(/^checkpoint: .* does not hold$/)])
    await put('log', { ...checkpoint, size: { N: '3' } })
    expect(await named()).toEqual([expect.stringMatching(/^checkpoint: size 3: what was signed is of size \d+$/)])
    await put('log', { ...checkpoint, note: { S: note.replace(/^.+\n/, 'log.elsewhere.example\n') } })
    expect(await named()).toEqual([expect.stringMatching(/^checkpoint: .* does not hold$/)])
  })

  it('a checkpoint that was rightly signed, of another log', async () => {
    const other = await world(client)
    await other.sealed('mission-other', ...contingents(0, 5))
    const seal = sealer(client, { ...other.tables })
    await seal.sign()
    const [theirs, identity] = await Promise.all(
      ['checkpoint', 'identity'].map((pk) => send.get(other.tables.log, { pk: { S: pk }, sk: { S: '0' } })),
    )
    await put('log', theirs ?? {})
    await put('log', identity ?? {})
    expect(await named()).toEqual(['checkpoint: size 5: what was signed is not the root of the entries'])
  })
})

describe('of the events table, an audit names', () => {
  it('a commit that is gone', async () => {
    await remove('events', await commit(statement, 1))
    const found = await named()
    expect(found).toContainEqual(expect.stringMatching(`^lost: position \\d+, ${statement}/1: the event is in the log`))
    expect(found).toContainEqual(`commit: ${statement}/1: the stream has later versions, and not this`)
  })

  it('an entry or a payload that was changed, also to what could have been appended', async () => {
    const item = await commit(statement, 1)
    const { e, d, s } = item.events?.L?.[0]?.M ?? {}
    const edited = (M: Item): Item => ({ ...item, events: { L: [{ M }] } })
    await put('events', edited({ e: { S: e?.S?.replace('desk-a', 'desk-b') ?? '' }, d, s } as Item))
    expect(await named()).toContainEqual(
      expect.stringMatching(`^commit: position \\d+, ${statement}/1: the event is another one in the log$`),
    )
    await put('events', edited({ e, d: { S: d?.S?.replace('quiet', 'loud') ?? '' }, s } as Item))
    expect(await named()).toContainEqual(
      `commit: ${statement}/1: the payload of ${statement}/1 is not what its entry was made of`,
    )
    await put('events', edited({ e: { S: e?.S?.replace('{', '{ ') ?? '' }, d, s } as Item))
    expect(await named()).toContainEqual(`commit: ${statement}/1: the entry of ${statement}/1 is not canonical`)
    await put('events', edited({} as Item))
    expect(await named()).toContainEqual(expect.stringMatching(`^commit: ${statement}/1: Commit .* cannot be read`))
  })

  it('a commit that was put among the others', async () => {
    const item = await commit(mission.stream, 1)
    await put('events', { ...item, version: { N: '5' } })
    expect(await named()).toContainEqual(`commit: ${mission.stream}/5: another commit has this version too`)
  })

  it('a hole before what is not sealed yet', async () => {
    const item = await commit(statement, 1)
    await put('events', { ...item, streamId: { S: 'mission-hole' }, version: { N: '3' } })
    expect(await named()).toContainEqual('commit: mission-hole/1: the stream has later versions, and not this')
  })
})

describe('of the rows, an audit names', () => {
  const isRow = (item: Item) => /^1#(?!state#|checkpoint|parked)/.test(item.pk?.S ?? '') && !item.gone
  const nameOf = (item: Item) => `${item.pk?.S?.slice(2)} ${item.sk?.S}`

  it('one that was changed', async () => {
    const row = await one('views', isRow)
    await put('views', { ...row, topic: { S: 'elsewhere' } })
    expect(await named()).toEqual([`row: ${nameOf(row)}: the row is not what the events give`])
  })

  it('one that is missing, or buried', async () => {
    const row = await one('views', isRow)
    await put('views', { ...keyOf(row), gone: { BOOL: true }, position: row.position } as Item)
    expect(await named()).toEqual([`row: ${nameOf(row)}: the row is missing`])
    await remove('views', row)
    expect(await named()).toEqual([`row: ${nameOf(row)}: the row is missing`])
  })

  it('one that no event gives', async () => {
    const row = await one('views', isRow)
    await put('views', { ...row, sk: { S: 'nobody' } })
    expect(await named()).toEqual([`row: ${row.pk?.S?.slice(2)} nobody: no event gives this row`])
  })

  it('a kept state that was changed, is missing, or is of nothing', async () => {
    const isState = (item: Item) => item.pk?.S?.endsWith(statement) === true && item.sk?.S === 'head'
    const state = await one('views', isState)
    const other = await one('views', (item) => /#state#\d+#statement-/.test(item.pk?.S ?? '') && !isState(item))
    await put('views', { ...state, body: other.body } as Item)
    expect(await named()).toEqual([`state: ${statement}: the state is not what the events give`])
    await put('views', { ...state, version: { N: '9' } })
    expect(await named()).toEqual([expect.stringMatching(`^state: ${statement}: the state is of version 9`)])
    await remove('views', state)
    expect(await named()).toEqual([`state: ${statement}: the state is missing`])
    await put('views', { ...state, pk: { S: `${state.pk?.S}x` } })
    expect(await named()).toContain(`state: ${statement}x: no event gives this state`)
  })

  it('a stream that is parked', async () => {
    await put('views', { pk: { S: '1#parked' }, sk: { S: statement }, version: { N: '1' } })
    expect(await named()).toEqual([`parked: ${statement}: project has parked it, though it can be folded`])
  })
})

it('names the first twenty findings and counts all', async () => {
  await remove('log', await one('log', (item) => item.pk?.S === 'entries#1'))
  const { findings } = await audit({ client, ...made.tables })
  expect(findings.named).toHaveLength(20)
  expect(findings.count('chunk')).toBeGreaterThan(20)
  expect(findings.total).toBeGreaterThanOrEqual(findings.count('chunk'))
})
