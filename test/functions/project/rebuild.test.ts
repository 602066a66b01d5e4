import { setTimeout as delay } from 'node:timers/promises'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Kind } from '#events/decide.ts'
import type { DomainEvent } from '#events/envelope.ts'
import { kinds } from '#events/kinds.ts'
import type { StreamKind } from '#events/streams.ts'
import { Superseded, Unfinished } from '#functions/project/project.ts'
import { readModels, shape } from '#functions/projections/read-models.ts'
import { Views } from '#functions/projections/views.ts'
import { each } from '#functions/runtime/each.ts'
import { OutOfTime } from '#functions/store/pull.ts'
import { commandsOf } from '../../events/arbitraries.ts'
import { createTables } from '../../support/engine.ts'
import { type Fault, faults, isWrite } from '../../support/faults.ts'
import { eventsOf } from '../../support/given.ts'
import { withEngine } from '../../support/with-engine.ts'
import {
  contents,
  corrected,
  hold,
  noon,
  opened,
  phase,
  projector,
  recording,
  registered,
  rowsOf,
  said,
} from './fixtures.ts'

const engine = withEngine()
const client = engine.client()
let record: Awaited<ReturnType<typeof recording>>

beforeAll(() => {
  vi.spyOn(console, 'info').mockReturnValue()
})
afterAll(() => {
  vi.restoreAllMocks()
})
beforeEach(async () => {
  record = await recording(client)
})

type Options = Parameters<typeof projector>[2]
/** Stretches of three events, and old rows that stay to be compared. */
const keeping = { stretch: 3, graceMs: Number.MAX_SAFE_INTEGER }
const project = (options: Options = {}) => projector(client, record.tables, options)
const views = (table = record.tables.views) => contents(client, table)
const generations = () => new Views({ client, table: record.tables.views }).generations()
const one = said('mira-kovan', 'the harbour had been quiet')

/** Fills a generation, asking again as often as it takes, until it is read; the old rows stay. */
async function filled(step = project(keeping)) {
  let found = await step.fill({ seconds: 0 })
  let rows = found.rows
  while (found.stage === 'filling') {
    found = await step.fill({ seconds: 0, generation: found.generation })
    rows += found.rows
  }
  return { ...found, rows }
}

/** The rows of the whole log, projected event by event where nothing was before. */
async function stepByStep(options: Options = {}) {
  const tables = { ...record.tables, views: (await createTables(client)).views }
  await projector(client, tables, options).run()
  return rowsOf(await views(tables.views), 1)
}

async function recordSome() {
  const actor = registered('mira-kovan')
  const mission = opened('harbour-watch')
  const two = said('ilan-dorsk', 'the bridge is open')
  await record.sealed(actor.stream, actor.event)
  await record.sealed(one.stream, one.event)
  await record.sealed(mission.stream, mission.event, phase('r-1'))
  await record.sealed(one.stream, corrected({ speaker: { actorId: 'ilan-dorsk' } }))
  await record.sealed(two.stream, two.event)
  await record.sealed(one.stream, corrected({ documentId: 'gazette-2031-02-15' }))
}

describe('a rebuild', () => {
  it('makes the same rows in a new generation, which is read from then on', async () => {
    await recordSome()
    await project().run()
    const before = rowsOf(await views(), 1)
    const answer = await filled()
    expect(answer).toMatchObject({ done: false, stage: 'removing', generation: 2, position: 7, head: 7 })
    expect(answer.rows).toBeGreaterThanOrEqual(Object.keys(before).length)
    expect(await generations()).toMatchObject({ live: { n: 2 } })
    expect(rowsOf(await views(), 2)).toEqual(before)
  })

  it('removes the old rows once nobody can be reading them, and all that was kept with them', async () => {
    await recordSome()
    await project().run()
    expect(await project().fill({})).toMatchObject({ done: true, stage: 'done', generation: 2 })
    const left = Object.keys(await views()).filter((key) => !key.startsWith('2#'))
    expect(left.sort()).toEqual(['1#checkpoint 0', 'generation 0'])
    expect((await views())['1#checkpoint 0']).toMatchObject({ closed: true, expiresAt: expect.any(String) })
    expect((await generations())?.retired).toBeUndefined()
    await record.sealed(one.stream, corrected({ language: 'en' }))
    expect(await project().run()).toBe(8)
  })

  it('is done only where it is needed, where that is asked for', async () => {
    await recordSome()
    await project().run()
    expect(await project().fill({ ifNeeded: true })).toMatchObject({ done: true, generation: 1, rows: 0 })
  })

  it('begins nothing where it is to go on with what is read already', async () => {
    await recordSome()
    await project().run()
    await filled()
    expect(await project().fill({ generation: 2 })).toMatchObject({ done: true, generation: 2 })
    expect(await project().fill({ generation: 2 })).toMatchObject({ done: true, generation: 2 })
  })

  it('of a log without events is done as well', async () => {
    expect(await project().fill({})).toMatchObject({ done: true, generation: 2, position: 0, head: 0 })
  })
})

it('makes the rows that projecting step by step has made, of any history', async () => {
  const streams = (['statement', 'statement', 'mission', 'actor', 'document'] as const).map((kind, index) => ({
    kind,
    streamId: `${kind}-${index}`,
    commands: fc.array(commandsOf[kind] as fc.Arbitrary<never>, { maxLength: 9 }),
  }))
  const history = fc.tuple(...streams.map(({ commands }) => commands))
  const eventsIn = (kind: StreamKind, commands: readonly never[]): DomainEvent[] =>
    eventsOf(kinds[kind] as unknown as Kind<unknown, never, DomainEvent>, commands)
  let most = 0
  await fc.assert(
    fc.asyncProperty(
      history,
      fc.infiniteStream(fc.nat(4)),
      fc.integer({ min: 1, max: 5 }),
      async (lists, which, every) => {
        record = await recording(client)
        const left = lists.map((commands, index) => eventsIn(streams[index]?.kind ?? 'statement', commands))
        const size = left.flat().length
        for (let n = 0; n < size; n++) {
          const at = which.next().value
          const index = [0, 1, 2, 3, 4].map((step) => (at + step) % 5).find((one) => left[one]?.length) ?? 0
          await record.sealed(streams[index]?.streamId ?? '', left[index]?.shift() as DomainEvent)
          if (n % every === 0) await project().run()
        }
        await project().run()
        expect(await filled()).toMatchObject({ generation: 2, position: size })
        const all = await views()
        expect(rowsOf(all, 2)).toEqual(rowsOf(all, 1))
        most = Math.max(most, Object.keys(rowsOf(all, 2)).length)
      },
    ),
    { numRuns: 12 },
  )
  expect(most).toBeGreaterThan(5)
}, 120_000)

describe('while writes go on', () => {
  it('ends with the rows of all that was recorded, and no reader goes back', async () => {
    const sentences = Array.from({ length: 40 }, (_, n) => said('mira-kovan', `sentence ${n}`))
    const write = async (from: number, to: number) => {
      for (const { stream, event } of sentences.slice(from, to)) {
        await record.sealed(stream, event)
        await record.sealed(stream, corrected({ speaker: { actorId: 'ilan-dorsk' } }))
        await project().run()
      }
    }
    await write(0, 15)
    let over = false
    const readers = [1, 2].map(() => new Views({ client, table: record.tables.views }))
    const seen: { generation: number; position: number }[] = []
    const reading = (async () => {
      for (let n = 0; !over; n++) seen.push((await readers[n % 2]?.checkpoint()) ?? { generation: 0, position: 0 })
    })()
    const writing = write(15, 40)
    const answer = await project({ stretch: 4 }).fill({})
    await writing
    await project().run()
    over = true
    await reading
    expect(answer).toMatchObject({ done: true, generation: 2 })
    expect(rowsOf(await views(), 2)).toEqual(await stepByStep())
    const positions = seen.map(({ position }) => position)
    expect(positions).toEqual(positions.toSorted((a, b) => a - b))
    expect(new Set(seen.map(({ generation }) => generation))).toEqual(new Set([1, 2]))
  }, 120_000)
})

describe('several at once', () => {
  it('two rebuilds and doorbells end with one set of rows', async () => {
    await recordSome()
    await project().run()
    const fill = () => project({ stretch: 2 }).fill({})
    const ring = () => project({ stretch: 2 }).run()
    await Promise.all([fill(), ring(), delay(5).then(fill), ring()])
    const { live, filling, retired } = (await generations()) ?? {}
    expect({ filling, retired }).toEqual({})
    const all = await views()
    expect(rowsOf(all, live?.n ?? 0)).toEqual(await stepByStep())
    const others = Object.keys(all).filter(
      (key) => !key.startsWith(`${live?.n}#`) && !/^(generation|\d+#checkpoint) /.test(key),
    )
    expect(others).toEqual([])
  }, 60_000)

  it('one that comes late changes nothing any more', async () => {
    await recordSome()
    await project().run()
    const late = engine.client()
    const held = hold(late, (pk) => pk.startsWith('2#'))
    const zombie = projector(late, record.tables, keeping).fill({ seconds: 0 })
    await held.reached
    const later = () => new Date(noon.getTime() + 120_000) // by then it is taken for dead
    expect(await filled(project({ ...keeping, now: later }))).toMatchObject({ generation: 2, stage: 'removing' })
    await record.sealed(one.stream, corrected({ speaker: { actorId: 'mira-kovan' } }, 'it was her'))
    await project().run()
    const expected = rowsOf(await views(), 2)
    held.release()
    await zombie
    expect(rowsOf(await views(), 2)).toEqual(expected)
    expect(expected).toEqual(await stepByStep())
  })

  it('an invocation that was at the old rows goes on with the new ones', async () => {
    await recordSome()
    await project().run()
    await record.sealed(one.stream, corrected({ language: 'en' }))
    const late = engine.client()
    const held = hold(late, (pk) => pk.startsWith('1#'))
    const doorbell = projector(late, record.tables, keeping).run()
    await held.reached
    await filled()
    await record.sealed(one.stream, corrected({ language: 'de' }))
    held.release()
    expect(await doorbell).toBe(9)
    const { position } = (await views())['1#checkpoint 0'] ?? {}
    expect(position).toBe('8') // closed
    expect(await new Views({ client, table: record.tables.views }).checkpoint()).toEqual({ generation: 2, position: 9 })
  })
})

describe('processes that stay', () => {
  it('go on from where others have brought the rows, wherever they stood themselves', async () => {
    await recordSome()
    const [ours, theirs] = [project(), project()]
    let size = await ours.run()
    for (const [index, step] of [theirs, theirs, ours, ours, theirs, ours].entries()) {
      await record.sealed(one.stream, corrected({ language: index % 2 === 0 ? 'en' : 'de' }))
      expect(await step.run()).toBe(++size)
      expect(await step.run()).toBe(size)
    }
    expect(rowsOf(await views(), 1)).toEqual(await stepByStep())
  })

  it('go on with the new rows once they are read', async () => {
    await recordSome()
    const ours = project(keeping)
    const size = await ours.run()
    await filled()
    await record.sealed(one.stream, corrected({ language: 'de' }))
    expect(await ours.run()).toBe(size + 1)
    expect(await new Views({ client, table: record.tables.views }).checkpoint()).toEqual({
      generation: 2,
      position: size + 1,
    })
    expect(rowsOf(await views(), 2)).toEqual(await stepByStep())
  })
})

describe('interrupted at any write', () => {
  const rounds = async (fault?: Fault) => {
    const tables = { ...record.tables, views: (await createTables(client)).views }
    await projector(client, tables).run()
    const failing = engine.client()
    const { calls, set } = faults(failing)
    if (fault) set(fault)
    const once = (using: DynamoDBClient, now = noon) =>
      projector(using, tables, { stretch: 3, now: () => now }).fill({})
    const ended = await once(failing).then(
      () => 0,
      () => 1,
    )
    // Whoever died on it may hold the filling for a minute more.
    if (ended) await once(client, new Date(noon.getTime() + 120_000))
    const { live, ...rest } = (await new Views({ client, table: tables.views }).generations()) ?? {}
    const all = await views(tables.views)
    const others = Object.keys(all).filter((key) => /^\d+#/.test(key) && !key.startsWith(`${live?.n}#`))
    return { rows: rowsOf(all, live?.n ?? 0), rest, others, ended, writes: calls.filter(isWrite).length }
  }
  const checkpoints = (keys: readonly string[]) => keys.filter((key) => !key.endsWith('#checkpoint 0'))

  it.each(['before', 'after'] as const)(
    'that fails %s it lands, it ends right when it is asked again',
    async (when) => {
      await recordSome()
      const clean = await rounds()
      expect(clean).toMatchObject({ rest: {}, ended: 0 })
      expect(clean.writes).toBeGreaterThan(30)
      expect(checkpoints(clean.others)).toEqual([])
      await each(
        Array.from({ length: clean.writes }, (_, index) => index + 1),
        6,
        async (nth) => {
          const { rows, rest, others, ended } = await rounds({ nth, when })
          expect(rows, `write ${nth}`).toEqual(clean.rows)
          expect({ rest, others: checkpoints(others), ended }, `write ${nth}`).toEqual({
            rest: {},
            others: [],
            ended: 1,
          })
        },
      )
    },
    240_000,
  )
})

describe('code whose rows have another shape', () => {
  /** The same rows under other keys, as a later version of the code makes them. */
  const other = (step: number): Options => ({
    ...keeping,
    projected: {
      shape: shape + step,
      models: readModels.map((model) => ({
        ...model,
        rows: (folded, streamId, position) =>
          model.rows(folded, streamId, position).map((row) => ({ ...row, pk: `later-${step}-${row.pk}` })),
      })),
    },
  })

  it('fills a new generation when it is rung, and the old one is served as it stands until then', async () => {
    await recordSome()
    await project().run()
    const before = rowsOf(await views(), 1)
    await record.sealed(one.stream, corrected({ language: 'en' }))
    const outOfTime = () => 1_000
    await expect(project(other(1)).run(outOfTime)).rejects.toThrow(OutOfTime)
    expect(await generations()).toMatchObject({ live: { n: 1, shape }, filling: { n: 2, shape: shape + 1, head: 8 } })
    const reading = new Views({ client, table: record.tables.views })
    expect(await reading.checkpoint()).toEqual({ generation: 1, position: 7 }) // it ages, and says so
    expect(rowsOf(await views(), 1)).toEqual(before)
    expect(await project(other(1)).run()).toBe(8)
    expect(await generations()).toMatchObject({ live: { n: 2, shape: shape + 1 } })
    expect(rowsOf(await views(), 2)).toEqual(await stepByStep(other(1)))
    expect(rowsOf(await views(), 1)).toEqual(before)
    expect(await reading.checkpoint()).toEqual({ generation: 2, position: 8 }) // within the time that 1 is taken for granted
  })

  it('does not touch what other code fills, and goes on with its own', async () => {
    await recordSome()
    await project().run()
    await expect(project(other(1)).run(() => 1_000)).rejects.toThrow(OutOfTime)
    await record.sealed(one.stream, corrected({ language: 'en' }))
    expect(await project().run()).toBe(8)
    expect(await generations()).toMatchObject({ live: { n: 1 }, filling: { n: 2, shape: shape + 1 } })
  })

  it('takes the place of what earlier code was filling, which is given up and removed', async () => {
    await recordSome()
    await project().run()
    const earlier = engine.client()
    const held = hold(earlier, (pk) => pk.startsWith('2#'))
    const superseded = projector(earlier, record.tables, other(1)).run()
    await held.reached
    expect(await project({ ...other(2), graceMs: 0 }).fill({})).toMatchObject({ done: true, generation: 3 })
    held.release()
    await expect(superseded).rejects.toThrow(Superseded)
    expect(await generations()).toMatchObject({ live: { n: 3, shape: shape + 2 } })
    await project({ ...other(2), graceMs: 0 }).fill({}) // and what came late goes with the next one
    const left = Object.keys(await views()).filter((key) => !key.startsWith('4#'))
    expect(left.sort()).toEqual(['1#checkpoint 0', '2#checkpoint 0', '3#checkpoint 0', 'generation 0'])
  })

  it('waits for another invocation that fills, so that its doorbell is not lost', async () => {
    await recordSome()
    await project().run()
    const slow = engine.client()
    const held = hold(slow, (pk) => pk.startsWith('2#'))
    const filling = projector(slow, record.tables, other(1)).run()
    await held.reached
    await expect(project(other(1)).run(() => 1_000)).rejects.toThrow(Unfinished)
    const waiting = project(other(1)).run()
    held.release()
    expect(await filling).toBe(7)
    expect(await waiting).toBe(7)
  })
})

it('a stream that cannot be folded is parked in both generations, and stops neither', async () => {
  vi.spyOn(console, 'error').mockReturnValue()
  await recordSome()
  await record.sealed('treaty-of-the-harbour', { type: 'TreatySigned', data: {} })
  await project().run()
  await filled()
  const reading = new Views({ client, table: record.tables.views })
  expect(await reading.parked(1)).toEqual(['treaty-of-the-harbour'])
  expect(await reading.parked(2)).toEqual(['treaty-of-the-harbour'])
  expect((await views())['2#parked treaty-of-the-harbour']).toMatchObject({
    generation: '2',
    position: '7',
    tries: '1',
  })
  expect(await reading.checkpoint()).toEqual({ generation: 2, position: 8 })
  vi.mocked(console.error).mockRestore()
})
