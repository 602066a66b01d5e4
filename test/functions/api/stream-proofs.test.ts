import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { jcs } from '#events/jcs.ts'
import { someCommand } from '../../support/log.ts'
import { dataHash, readNote, rootByInclusion } from '../../support/outside.ts'
import { idOf, otherStatement, recordGround, recordOther, statement, statementPath } from './fixtures.ts'
import { type Served, serve } from './served.ts'

let served: Served
const ask: Served['ask'] = (...asked) => served.ask(...asked)
const otherPath = `/statements/${idOf(otherStatement)}`

beforeAll(async () => {
  served = await serve()
  await recordGround(served)
  await ask('POST', '/statements', { json: statement })
}, 60_000)
afterAll(() => served.stop())

interface Proof {
  readonly vkeys: string[]
  readonly checkpoint: string
  readonly events: { position: number; entry: string; event: Record<string, unknown>; proof: string }[]
  readonly next: string | null
}

/** Checks a proof as a stranger would, offline: nothing but the answer, and the key that it names. */
function check({ vkeys, checkpoint, events }: Proof): void {
  const { root, size } = readNote(checkpoint, vkeys)
  for (const { position, entry, event, proof } of events) {
    const [lines = '', ...note] = proof.split('\n\n')
    expect(note.join('\n\n')).toBe(checkpoint)
    const [, index, ...hashes] = lines.split('\n')
    expect(index).toBe(`index ${position}`)
    expect(rootByInclusion(Buffer.from(entry), position, size, hashes)).toBe(root)
    const { data, datasalt, withheld: _, ...envelope } = event
    expect(JSON.parse(entry)).toEqual(envelope)
    if (data !== undefined) expect(dataHash(datasalt as string, jcs(data))).toBe(event.datahash)
  }
}

it('is there a moment after it is recorded, and says so until then', async () => {
  const { status, headers, body } = await ask('GET', `${statementPath}/proof`)
  expect([status, body.type, headers.get('Retry-After')]).toEqual([503, '/problems/not-signed-yet', '2'])
  await served.seal()
  expect((await ask('GET', `${statementPath}/proof`)).status).toBe(200)
})

it('proves every event of a statement, corrections and all, wherever they are in the log', async () => {
  for (const language of ['fr', 'de', 'cs']) {
    const json = { reason: `It is ${language}.`, replaces: { language } }
    expect((await ask('POST', `${statementPath}/corrections`, { json })).status).toBe(201)
    await served.seal()
    await ask('PUT', `/actors/${language}-desk`, { json: { kind: 'organization', name: language } })
    await served.seal()
  }
  const { body } = await ask('GET', `${statementPath}/proof`)
  check(body)
  expect(body).toMatchObject({ statementId: idOf(statement), origin: expect.any(String), next: null })
  expect(body.events.map(({ event }: { event: { id: string } }) => event.id)).toEqual(
    [1, 2, 3, 4].map((version) => `statement-${idOf(statement)}/${version}`),
  )
  const log = (await ask('GET', '/events?limit=100')).body.events
  for (const { position, event } of body.events) expect(log[position]).toEqual({ ...event, position })
})

it('leaves out what is not signed yet', async () => {
  await ask('POST', `${statementPath}/corrections`, { json: { reason: 'It is not.', replaces: { language: 'pl' } } })
  const { body } = await ask('GET', `${statementPath}/proof`)
  expect(body.events).toHaveLength(4)
  await served.seal()
  expect((await ask('GET', `${statementPath}/proof`)).body.events).toHaveLength(5)
})

it('finds events that the mark does not tell of, as of the time before marks did', async () => {
  const before = (await ask('GET', `${statementPath}/proof`)).body
  const streamId = `statement-${idOf(statement)}`
  const { version, position } = (await served.deps.log.mark(streamId)) ?? { version: 0, position: 0 }
  const Item = {
    pk: { S: `stream#${streamId}` },
    sk: { S: '0' },
    version: { N: String(version) },
    position: { N: String(position) },
  }
  await served.engine.client().send(new PutItemCommand({ TableName: served.tables.log, Item }))
  expect((await ask('GET', `${statementPath}/proof`)).body).toEqual(before)
})

it('says of a withheld payload by what, from when that is signed on, be it removed yet or not', async () => {
  const { store } = served.deps
  const streamId = `statement-${idOf(statement)}`
  const withholding = { type: 'PayloadWithheld', data: { version: 2, ground: 'An order of the Ostmark court' } }
  await store.append(await store.load(streamId), [withholding], { PayloadWithheld: 1 }, someCommand())
  const early = await ask('GET', `${statementPath}/proof`)
  expect([early.status, early.body.type]).toEqual([503, '/problems/not-signed-yet'])
  await served.seal()
  const { body } = await ask('GET', `${statementPath}/proof`)
  check(body)
  const { position } = body.events.at(-1)
  const { event } = body.events[1]
  expect([event.data, event.datasalt, event.withheld]).toEqual([undefined, undefined, position])
  expect(body.events[2].event.data).toBeDefined()
})

it('is cut where it is too large, and goes on by its cursor', async () => {
  const small = await serve(() => ({ pageBytes: 6_000 }))
  try {
    await recordGround(small)
    await recordOther(small)
    for (let n = 0; n < 5; n++) {
      const json = { reason: `${n}`, replaces: { language: ['fr', 'de', 'cs', 'pl', 'nl'][n] } }
      await small.ask('POST', `${otherPath}/corrections`, { json })
    }
    await small.seal()
    const seen: string[] = []
    let next: string | null = ''
    let pages = 0
    for (; next !== null; pages++) {
      const { body } = await small.ask('GET', `${otherPath}/proof${next && `?cursor=${next}`}`)
      check(body)
      seen.push(...body.events.map(({ event }: { event: { id: string } }) => event.id.split('/')[1]))
      next = body.next
    }
    expect(seen).toEqual(['1', '2', '3', '4', '5', '6'])
    expect(pages).toBeGreaterThan(1)
    const wrong = await small.ask('GET', `${otherPath}/proof?cursor=x`)
    expect([wrong.status, wrong.body.type]).toEqual([422, '/problems/invalid-cursor'])
  } finally {
    await small.stop()
  }
})

it.each(['/documents/bulletin-2031-02-14', '/actors/mira-kovan'])('is there of %s too', async (path) => {
  const { body } = await ask('GET', `${path}/proof`)
  check(body)
  expect(body.events.length).toBeGreaterThan(0)
})
