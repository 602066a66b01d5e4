import { createHash, verify } from 'node:crypto'
import { type AttributeValue, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import { expect } from 'vitest'
import type { Tables } from './engine.ts'

type Item = Record<string, AttributeValue>

/**
 * Checks the log against its own rules and against the events table, from the stored items alone: nothing of the
 * product computes here. Answers the ids of the sealed events in the order of the log, and of those that are not sealed.
 */
export async function audit(client: DynamoDBClient, tables: Tables): Promise<{ sealed: string[]; unsealed: string[] }> {
  // The log first: what is appended meanwhile is unsealed, never the other way round.
  const log = await scan(client, tables.log)
  const appended = await scan(client, tables.events)
  const head = log.find(({ pk }) => pk?.S === 'head')
  const size = Number(head?.size?.N ?? 0)

  const entries: Buffer[] = []
  const payloads: Item[] = []
  const hashes: Buffer[] = []
  const chunks = log.filter(({ pk }) => pk?.S?.startsWith('entries#'))
  for (const chunk of chunks.sort((a, b) => Number(a.sk?.S) - Number(b.sk?.S))) {
    const first = Number(chunk.sk?.S)
    const count = Number(chunk.count?.N)
    expect(first, 'I1: each chunk begins where the last one ended').toBe(entries.length)
    expect(chunk.sk?.S).toMatch(/^\d{16}$/)
    expect(chunk.pk?.S, 'a chunk is where its position says').toBe(`entries#${first >> 8}`)
    expect((first + count - 1) >> 8, 'a chunk does not cross a multiple of 256').toBe(first >> 8)
    const within = unbundle(Buffer.from(chunk.entries?.B ?? []))
    expect(within).toHaveLength(count)
    expect(chunk.payloads?.L).toHaveLength(count)
    entries.push(...within)
    hashes.push(Buffer.from(chunk.hashes?.B ?? []))
    payloads.push(...(chunk.payloads?.L ?? []).map(({ M }) => M ?? {}))
  }
  expect(entries.length, 'I1: the chunks end at the head').toBe(size)

  const ids: string[] = []
  const versions = new Map<string, number>()
  const positions = new Map<string, number>()
  entries.forEach((entry, position) => {
    const envelope = JSON.parse(entry.toString('utf8')) as Record<string, string>
    const streamId = envelope.subject ?? ''
    const version = (versions.get(streamId) ?? 0) + 1
    expect(envelope.id, 'I2: each stream in order, each event once').toBe(`${streamId}/${version}`)
    versions.set(streamId, version)
    positions.set(streamId, position)
    ids.push(`${streamId}/${version}`)
    const { d, s, withheld } = payloads[position] ?? {}
    if (withheld) {
      expect([d, s], 'of a payload that is withheld nothing is left').toEqual([undefined, undefined])
      const by = Number(withheld.N)
      expect(by, 'what withholds a payload comes later').toBeGreaterThan(position)
      const { type, subject } = JSON.parse(entries[by]?.toString('utf8') ?? '{}') as Record<string, string>
      expect([type, subject], 'and is an event of the same stream that says so').toEqual([
        'rapporteur.PayloadWithheld.v1',
        streamId,
      ])
      expect(JSON.parse(payloads[by]?.d?.S ?? '{}').version, 'of this very event').toBe(version)
      return
    }
    const hash = createHash('sha256').update(Buffer.from(s?.S ?? '', 'base64url'))
    expect(envelope.datahash, 'a payload is what its envelope says').toBe(
      hash.update(d?.S ?? '', 'utf8').digest('base64url'),
    )
  })
  const marks = log.filter(({ pk }) => pk?.S?.startsWith('stream#'))
  const marked = (name: string): Record<string, number> =>
    Object.fromEntries(marks.map((mark) => [mark.pk?.S?.slice('stream#'.length), Number(mark[name]?.N)]))
  expect(marked('version'), "I2: a stream's mark is its last sealed version").toEqual(Object.fromEntries(versions))
  expect(marked('position'), 'I2: and says where that is').toEqual(Object.fromEntries(positions))
  for (const mark of marks) {
    const streamId = mark.pk?.S?.slice('stream#'.length)
    const told = runsIn(Buffer.from(mark.runs?.B ?? []))
    const those = ids.flatMap((id, position) => (id.slice(0, id.lastIndexOf('/')) === streamId ? [position] : []))
    expect(told, 'I2: and where the latest before it are').toEqual(those.slice(those.length - told.length))
    expect(told.length).toBeGreaterThan(0)
  }
  expect(
    Object.values(marked('version')).reduce((sum, version) => sum + version, 0),
    'I5: the marks sum up to the head',
  ).toBe(size)

  const leaves = entries.map((entry) => sha256(Buffer.of(0), entry))
  expect(Buffer.concat(hashes).equals(Buffer.concat(leaves)), 'I3: the leaf hashes that the chunks keep').toBe(true)
  if (head) {
    expect(Buffer.from(head.root?.B ?? []).toString('hex'), 'I3: the root').toBe(root(leaves).toString('hex'))
    expect(Buffer.from(head.edge?.B ?? []).toString('hex'), 'I3: the edge').toBe(edge(leaves).toString('hex'))
  }

  const tiles = log.filter(({ pk }) => pk?.S?.startsWith('tile#'))
  const stored = Object.fromEntries(tiles.map(({ pk, hashes }) => [pk?.S, hex(hashes?.B)]))
  expect(stored, 'I3: the tiles that are stored are those of the leaves').toEqual(tilesOf(leaves))
  for (const { pk, width, hashes } of tiles) expect(Number(width?.N) * 32, pk?.S).toBe(hashes?.B?.length)
  checkSigned(log, leaves)

  const unsealed: string[] = []
  const sealed = new Map(ids.map((id, position) => [id, position]))
  for (const commit of appended) {
    const streamId = commit.streamId?.S
    commit.events?.L?.forEach(({ M: event = {} }, index) => {
      const id = `${streamId}/${Number(commit.version?.N) + index}`
      const position = sealed.get(id)
      sealed.delete(id)
      if (position === undefined) {
        unsealed.push(id)
        return
      }
      expect(entries[position]?.toString('utf8'), 'what is sealed is what was appended').toBe(event.e?.S)
      const { e: _, ...payload } = event
      expect(payloads[position], 'and so is its payload').toEqual(payload)
    })
  }
  expect([...sealed.keys()], 'nothing is sealed that was not appended').toEqual([])
  return { sealed: ids, unsealed }
}

/** I4: the checkpoint is signed by those who keep the log, by their key, and is what the log began with. */
function checkSigned(log: readonly Item[], leaves: readonly Buffer[]): void {
  const note = log.find(({ pk }) => pk?.S === 'checkpoint')
  const identity = log.find(({ pk }) => pk?.S === 'identity')
  if (!note) return
  const [text = '', signatures = ''] = (note.note?.S ?? '').split('\n\n')
  const [origin, size = '', encoded = ''] = text.split('\n')
  expect(Number(size), 'I4: it says its size').toBe(Number(note.size?.N))
  expect(leaves.length, 'I4: nothing is signed that is not sealed').toBeGreaterThanOrEqual(Number(size))
  expect(encoded, 'I4: what is signed is how the log begins').toBe(
    root(leaves.slice(0, Number(size))).toString('base64'),
  )
  expect(origin).toBe(identity?.origin?.S)
  const lines = signatures.trimEnd().split('\n')
  const vkeys = identity?.vkeys?.L?.map(({ S }) => S ?? '') ?? []
  expect(lines.length).toBeGreaterThan(0)
  for (const line of lines) {
    const [, name, signature = ''] = /^— (\S+) (\S+)$/.exec(line) ?? []
    const bytes = Buffer.from(signature, 'base64')
    const start = `${name}+${bytes.subarray(0, 4).toString('hex')}+`
    const vkey = vkeys.find((one) => one.startsWith(start))
    expect(vkey, 'I4: signed by a key of the log').toBeDefined()
    const key = Buffer.from(vkey?.slice(start.length) ?? '', 'base64').subarray(1)
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') }
    const held = verify(null, Buffer.from(`${text}\n`), { key: jwk, format: 'jwk' }, bytes.subarray(4))
    expect(held, 'I4: the signature holds').toBe(true)
  }
}

/** What is stored of the tiles of height 8: the full ones of level 0, and all above, by their partition and in hex. */
function tilesOf(leaves: readonly Buffer[]): Record<string, string> {
  const tiles: Record<string, string> = {}
  for (let [level, nodes] = [0, leaves]; nodes.length > 0; level++) {
    const above: Buffer[] = []
    for (let n = 0; n * 256 < nodes.length; n++) {
      const hashes = nodes.slice(n * 256, (n + 1) * 256)
      if (level > 0 || hashes.length === 256) tiles[`tile#${level}#${n}`] = hex(Buffer.concat(hashes))
      if (hashes.length === 256) above.push(root(hashes))
    }
    nodes = above
  }
  return tiles
}

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex')

async function scan(client: DynamoDBClient, table: string): Promise<Item[]> {
  const items: Item[] = []
  for await (const page of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
    items.push(...(page.Items ?? []))
  }
  return items
}

/** Positions, of runs of 6 bytes for the first and 2 for how many. */
function runsIn(bytes: Buffer): number[] {
  const positions: number[] = []
  for (let at = 0; at < bytes.length; at += 8) {
    const count = bytes.readUInt16BE(at + 6)
    for (let index = 0; index < count; index++) positions.push(bytes.readUIntBE(at, 6) + index)
  }
  return positions
}

function unbundle(bytes: Buffer): Buffer[] {
  const entries: Buffer[] = []
  for (let at = 0; at < bytes.length; at += 2 + bytes.readUInt16BE(at)) {
    entries.push(bytes.subarray(at + 2, at + 2 + bytes.readUInt16BE(at)))
  }
  return entries
}

const sha256 = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()

/** MTH of RFC 6962 §2.1, as it is written there. */
export function root(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256()
  if (leaves.length === 1) return leaves[0] as Buffer
  const split = largestPowerBelow(leaves.length)
  return sha256(Buffer.of(1), root(leaves.slice(0, split)), root(leaves.slice(split)))
}

/** Roots of the perfect subtrees, left to right. */
export function edge(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return Buffer.alloc(0)
  const split = 2 ** Math.floor(Math.log2(leaves.length))
  return Buffer.concat([root(leaves.slice(0, split)), edge(leaves.slice(split))])
}

const largestPowerBelow = (n: number): number => 2 ** (Math.ceil(Math.log2(n)) - 1)
