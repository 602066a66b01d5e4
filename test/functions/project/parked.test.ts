import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { CloudEvent } from '#events/envelope.ts'
import { kinds } from '#events/kinds.ts'
import type { Projected } from '#functions/project/generation.ts'
import { ViewsWriter } from '#functions/project/writer.ts'
import { Views } from '#functions/projections/views.ts'
import { faults, isWrite } from '../../support/faults.ts'
import { withEngine } from '../../support/with-engine.ts'
import { contents, corrected, noon, recording, registered, rowKeys, said } from './fixtures.ts'
import { plainProjector } from './plain.ts'

const engine = withEngine()
const client = engine.client()
let record: Awaited<ReturnType<typeof recording>>

beforeEach(async () => {
  record = await recording(client)
  vi.spyOn(console, 'error').mockReturnValue()
})
afterEach(() => {
  vi.restoreAllMocks()
})

const one = said('mira-kovan', 'the harbour had been quiet')
const other = said('ilan-dorsk', 'the bridge is open')
/** An event that this version of the code does not know, and a later one does. */
const reattributed = { type: 'StatementReattributed', data: { speaker: { actorId: 'ilan-dorsk' } } }
const later: Partial<Projected> = {
  kinds: {
    ...kinds,
    statement: {
      fold: kinds.statement.fold,
      upcast: (event: CloudEvent) =>
        event.type === 'rapporteur.StatementReattributed.v1'
          ? { type: 'StatementCorrected', data: { reason: 'reattributed', replaces: event.data } }
          : kinds.statement.upcast(event),
    },
  },
}

const views = () => contents(client, record.tables.views)
const project = (projected: Partial<Projected> = {}) => plainProjector(client, record.tables, { projected }).run()
const parked = async () => (await views())[`1#parked ${one.stream}`]
const parkedStreams = () => new Views({ client, table: record.tables.views }).parked(1)
/** Who stands in lists of speakers with what. */
const speakers = async () =>
  rowKeys(await views()).flatMap((key) => {
    const [, speaker, id] = /^1#speaker#(\S+) .*#(.*)$/.exec(key) ?? []
    return speaker ? [[speaker, id]] : []
  })

it('a stream that cannot be folded is parked, and stops no other', async () => {
  await record.sealed(one.stream, one.event, reattributed)
  await record.sealed(other.stream, other.event)
  expect(await project()).toBe(3)
  expect(await parked()).toEqual({
    generation: '1',
    version: '2',
    position: '1',
    error: expect.stringContaining('rapporteur.StatementReattributed.v1'),
    since: noon.toISOString(),
    tries: '1',
  })
  expect(await parkedStreams()).toEqual([one.stream])
  expect(await speakers()).toContainEqual(['ilan-dorsk', other.id])
})

it('a parked stream is told to the operator, with where it stands and why', async () => {
  await record.sealed(one.stream, one.event, reattributed)
  await project()
  const [entry] = vi.mocked(console.error).mock.calls.map(([text]) => JSON.parse(String(text)))
  expect(entry).toMatchObject({
    step: 'project',
    message: 'stream parked',
    streamId: one.stream,
    version: 2,
    position: 1,
  })
  expect(entry.detail).toContain('StatementReattributed')
})

it('what comes before the event that cannot be folded is shown, also where they came together', async () => {
  await record.sealed(one.stream, one.event, reattributed)
  await project()
  expect(await speakers()).toEqual([['mira-kovan', one.id]])
})

it('a stream whose first event cannot be folded is in no list', async () => {
  await record.sealed(one.stream, reattributed)
  await project()
  expect(await speakers()).toEqual([])
  expect(await parkedStreams()).toEqual([one.stream])
})

it('its later events pass by, and each is one more try', async () => {
  await record.sealed(one.stream, one.event, reattributed)
  const step = plainProjector(client, record.tables)
  await step.run()
  await record.sealed(one.stream, corrected({ language: 'en' }))
  expect(await step.run()).toBe(3)
  expect(await parked()).toMatchObject({ version: '3', position: '2', tries: '2', since: noon.toISOString() })
})

it('is tried again when a process begins: code that can fold it catches up, at the position of its mark', async () => {
  await record.sealed(one.stream, one.event, reattributed)
  await project()
  await record.sealed(other.stream, other.event)
  await record.sealed(one.stream, corrected({ language: 'en' }))
  await project()
  await project(later)
  expect(await speakers()).toEqual([
    ['ilan-dorsk', one.id],
    ['ilan-dorsk', other.id],
  ])
  expect((await views())[`1#speaker#ilan-dorsk 2031-02-14T12:00:00.000Z#${one.id}`]).toMatchObject({ position: '3' })
  expect((await views())[`1#state#${kinds.statement.fold.version}#${one.stream} head`]).toMatchObject({ version: '3' })
  expect(await parkedStreams()).toEqual([])
  expect(await parked()).toBeUndefined()
})

it('is tried again at its next event', async () => {
  const step = plainProjector(client, record.tables, { projected: later })
  await step.run() // its first run, before anything is parked
  await record.sealed(one.stream, one.event, reattributed)
  await project()
  await record.sealed(one.stream, corrected({ language: 'en' }))
  await step.run()
  expect(await speakers()).toEqual([['ilan-dorsk', one.id]])
  expect(await parkedStreams()).toEqual([])
})

it('catching up ends at what is sealed', async () => {
  await record.sealed(one.stream, one.event, reattributed)
  await project()
  await record.append(one.stream, corrected({ speaker: { actorId: 'mira-kovan' } }))
  await project(later)
  expect(await speakers()).toEqual([['ilan-dorsk', one.id]])
  await record.seal.run([one.stream])
  await project(later)
  expect(await speakers()).toEqual([['mira-kovan', one.id]])
})

it('is parked anew with its own time and tries, after it was cleared', async () => {
  const clock = { now: noon }
  const writer = new ViewsWriter({ client, table: record.tables.views, generation: 1, now: () => clock.now })
  await writer.park({ streamId: one.stream, version: 2, position: 1, error: new Error('first') })
  await writer.park({ streamId: one.stream, version: 2, position: 1, error: new Error('again') })
  await writer.unpark(one.stream, 2)
  clock.now = new Date('2031-03-01T12:00:00.000Z')
  await writer.park({ streamId: one.stream, version: 5, position: 9, error: new Error('anew') })
  expect(await parked()).toEqual({
    generation: '1',
    version: '5',
    position: '9',
    error: 'Error: anew',
    since: '2031-03-01T12:00:00.000Z',
    tries: '1',
  })
})

it('is not cleared by who has not seen why it is parked', async () => {
  const writer = new ViewsWriter({ client, table: record.tables.views, generation: 1, now: () => noon })
  await writer.park({ streamId: one.stream, version: 6, position: 9, error: new Error('at 6') })
  await writer.unpark(one.stream, 5)
  expect(await parkedStreams()).toEqual([one.stream])
  await writer.park({ streamId: one.stream, version: 5, position: 7, error: new Error('late') })
  expect(await parked()).toMatchObject({ version: '6', error: 'Error: at 6' })
})

it('a stream of a kind that only later code knows waits for it', async () => {
  await record.sealed('treaty-of-the-harbour', { type: 'TreatySigned', data: {} })
  await record.sealed(other.stream, other.event)
  expect(await project()).toBe(2)
  expect(await parkedStreams()).toEqual(['treaty-of-the-harbour'])
})

it('clearing survives each of its writes failing', async () => {
  await record.sealed(one.stream, one.event, reattributed)
  const { stream, event } = registered('mira-kovan')
  await project()
  await record.sealed(stream, event)
  const clean = await recordedWrites()
  expect(clean.writes).toBeGreaterThanOrEqual(6)
  for (let nth = 1; nth <= clean.writes; nth++) {
    for (const when of ['before', 'after'] as const) {
      record = await again()
      const failing = engine.client()
      faults(failing).set({ nth, when })
      await plainProjector(failing, record.tables, { projected: later })
        .run()
        .catch(() => undefined)
      await project(later)
      expect(rowKeys(await views()), `write ${nth} ${when}`).toEqual(clean.rows)
      expect(await parkedStreams(), `write ${nth} ${when}`).toEqual([])
    }
  }

  /** The same record, parked as it was, in tables of its own. */
  async function again() {
    const fresh = await recording(client)
    await fresh.sealed(one.stream, one.event, reattributed)
    await plainProjector(client, fresh.tables).run()
    await fresh.sealed(stream, event)
    return fresh
  }
  async function recordedWrites() {
    const counted = engine.client()
    const { calls } = faults(counted)
    await plainProjector(counted, record.tables, { projected: later }).run()
    return { writes: calls.filter(isWrite).length, rows: rowKeys(await views()) }
  }
})
