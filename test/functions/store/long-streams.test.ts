import { deepStrictEqual } from 'node:assert'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Kind } from '#events/decide.ts'
import type { DomainEvent } from '#events/envelope.ts'
import { foldOnto, nothing } from '#events/fold.ts'
import { kinds } from '#events/kinds.ts'
import type { StreamKind } from '#events/streams.ts'
import { Views } from '#functions/projections/views.ts'
import { commandId, drawSalts } from '#functions/store/command-id.ts'
import { EventStore } from '#functions/store/event-store.ts'
import { foldStream } from '#functions/store/fold-stream.ts'
import { handle, IdempotencyKeyReused } from '#functions/store/handle.ts'
import type { KeptStates } from '#functions/store/kept-states.ts'
import { Texts } from '#functions/store/texts.ts'
import { commandsOf } from '../../events/arbitraries.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { faults } from '../../support/faults.ts'
import { decideOn, folded } from '../../support/given.ts'
import { recorder, someCommand, testSource } from '../../support/log.ts'
import { watch, watchKept } from '../../support/watch.ts'
import { withEngine } from '../../support/with-engine.ts'
import { projector } from '../project/fixtures.ts'

const engine = withEngine()
let client: DynamoDBClient
let tables: Tables
beforeEach(async () => {
  client = engine.client()
  tables = await createTables(client)
})

type AnyKind = Kind<object, { type: string; data: object }, DomainEvent>
const noon = new Date('2031-02-14T12:00:00.000Z')
const none: KeptStates = { kept: async () => undefined }
/** `short`: how many commits are read before a kept state is asked for. */
const deps = (views: KeptStates, short?: number) => ({
  store: new EventStore({
    client,
    table: tables.events,
    source: testSource,
    now: () => noon,
    ...(short === undefined ? {} : { short }),
  }),
  texts: new Texts({ client, table: tables.texts }),
  views,
})

/** What was kept of a stream at a version, if it was by the fold that is asked for. */
const keptAt = (kind: Pick<AnyKind, 'fold' | 'upcast'>, version: number): KeptStates => ({
  kept: async (streamId, foldVersion) => {
    if (version === 0 || foldVersion !== kind.fold.version) return undefined
    const { commits } = await deps(none).store.load(streamId)
    const events = commits.flatMap((commit) => commit.events).slice(0, version)
    return { version, json: JSON.stringify(foldOnto(kind.fold, kind.upcast, nothing(kind.fold), events)) }
  },
})

describe.each(Object.keys(kinds) as StreamKind[])('a %s, from any version that was kept', (name) => {
  const kind = kinds[name] as unknown as AnyKind
  const anyCommand = commandsOf[name] as fc.Arbitrary<{ type: string; data: object }>
  const attempt = async <T>(run: () => T | Promise<T>) => {
    try {
      return { answer: await run() }
    } catch (error) {
      return { refused: String(error) }
    }
  }

  /** Records what these commands give, some events to a commit; answers the name of each command that was recorded. */
  async function record(streamId: string, events: readonly DomainEvent[], sizes: readonly number[]) {
    const { store } = deps(none)
    const names: string[] = []
    for (let at = 0; at < events.length; ) {
      const some = events.slice(at, at + (sizes[names.length % sizes.length] ?? 1))
      const commandid = `r-${names.length}`
      await store.append(await store.load(streamId), some, kind.shapes, named(commandid))
      names.push(commandid)
      at += some.length
    }
    return names
  }
  const named = (commandid: string) => someCommand({ commandid, salt: drawSalts() })

  it('is read and decided on as from its first one', async () => {
    let count = 0
    let fromKept = 0
    let decided = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyCommand, { minLength: 4, maxLength: 16 }),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.integer({ min: 1, max: 3 }),
        fc.array(anyCommand, { minLength: 4, maxLength: 4 }), // most are refused: one is not enough to decide anything
        async (list, sizes, anyVersion, short, commands) => {
          const events: DomainEvent[] = []
          for (const one of list) {
            const { answer } = await attempt(() => decideOn(kind, folded(kind, events), one))
            events.push(...(answer?.events ?? []))
          }
          const version = anyVersion % (events.length + 1)
          const [a, b] = [`${name}-a${++count}`, `${name}-b${count}`]
          const names = await record(a, events, sizes)
          await record(b, events, sizes)
          const kept = deps(keptAt(kind, version), short)
          const whole = deps(none)
          const state = async (from: typeof whole, streamId: string) => (await foldStream(from, kind, streamId)).folded
          deepStrictEqual(await state(kept, a), await state(whole, b))
          const { loaded, folded: onwards } = await foldStream(kept, kind, a) // known to be long by now
          deepStrictEqual(onwards, await state(whole, b))
          if (loaded.kept) fromKept++
          const [command = expect.fail()] = commands
          for (const name of names) {
            const again = async (from: typeof whole, streamId: string) => {
              const { version, added } = await handle(from, kind, streamId, command, named(name))
              return { version, added }
            }
            deepStrictEqual(await again(kept, a), await again(whole, b))
          }
          for (const [index, command] of commands.entries()) {
            const told = async (from: typeof whole, streamId: string) => {
              const { folded, version, added } = await handle(from, kind, streamId, command, named(`r-new-${index}`))
              return { folded, version, added }
            }
            const [one, other] = [await attempt(() => told(kept, a)), await attempt(() => told(whole, b))]
            deepStrictEqual(one, other)
            if (one.answer?.added) decided++
          }
        },
      ),
      { numRuns: 40 },
    )
    expect(fromKept).toBeGreaterThan(0)
    expect(decided).toBeGreaterThan(0)
  }, 120_000)
})

describe('a long stream', () => {
  const streamId = 'mission-harbour-watch'
  const kind = watch()
  const meta = (key: string, commandhash = 'none') => someCommand({ commandid: commandId('key', key), commandhash })
  const write = async (count: number, from = 1) => {
    const { store } = deps(none)
    let loaded = await store.load(streamId)
    for (let n = from; n < from + count; n++) {
      const { version, time } = await store.append(loaded, [watchKept(`entry ${n}`)], kind.shapes, meta(`${n}`))
      loaded = { ...loaded, version, time }
    }
  }
  const entries = async (from: ReturnType<typeof deps>) =>
    (await foldStream(from, kind, streamId)).folded.state.entries.map(({ entry }) => entry)
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => `entry ${index + 1}`)
  const called = async (run: () => Promise<unknown>) => {
    const using = faults(client)
    await run()
    return using.calls.map(({ command, table }) => `${command} ${table?.split('-')[0]}`)
  }

  it('is read whole as long as it is short, and asks for no state', async () => {
    await write(3)
    const reading = deps({ kept: () => Promise.reject(new Error('It was asked for a state')) }, 4)
    expect(await called(() => entries(reading))).toEqual(['Query events'])
    expect(await entries(reading)).toEqual(upTo(3))
  })

  it('costs its beginning, its kept state and what came since; from the second time on not even its beginning', async () => {
    const record = recorder(client, tables)
    await write(12)
    await record.seal.run([streamId])
    const projected = { kinds: { ...kinds, mission: kind }, models: [] }
    await projector(client, tables, { projected: projected as never }).run()
    await write(2, 13)
    const reading = deps(new Views({ client, table: tables.views }), 5)
    const state = ['GetItem views', 'BatchGetItem views']
    expect(await called(async () => expect(await entries(reading)).toEqual(upTo(14)))).toEqual([
      'Query events',
      ...state,
      'Query events',
      'Query events',
    ])
    const { calls } = faults(client)
    expect(await entries(reading)).toEqual(upTo(14))
    expect(calls.map(({ command }) => command)).toEqual(['BatchGetItem', 'Query', 'Query'])
  })

  it('is read on where no state is kept of it, or an older one than was read already', async () => {
    await write(12)
    expect(await entries(deps(none, 5))).toEqual(upTo(12))
    expect(await entries(deps(keptAt(kind as never, 4), 5))).toEqual(upTo(12))
    expect(await called(() => entries(deps(keptAt(kind as never, 5), 5)))).toHaveLength(3) // one for the test's own state
  })

  it('is not believed to be where its events are not', async () => {
    await write(6)
    const ahead: KeptStates = { kept: async () => ({ version: 9, json: '{"version":9}' }) }
    expect(await entries(deps(ahead, 5))).toEqual(upTo(6))
  })

  it('knows a command of its beginning that is sent again, and one that is another under its name', async () => {
    await write(12)
    const from = deps(keptAt(kind as never, 10), 3)
    const again = await handle(from, kind, streamId, { entry: 'refused' }, meta('2'))
    expect(again).toMatchObject({ version: 2, added: false, events: [] })
    const other = handle(from, kind, streamId, { entry: 'refused' }, meta('2', 'other'))
    await expect(other).rejects.toBeInstanceOf(IdempotencyKeyReused)
  })

  it('takes one more, at the version and not before the time that is on record', async () => {
    await write(12)
    const late = deps(keptAt(kind as never, 12), 3)
    const { version, added } = await handle(late, kind, streamId, { entry: 'entry 13' }, meta('13'))
    expect({ version, added }).toEqual({ version: 13, added: true })
    const early = {
      ...late,
      store: new EventStore({ client, table: tables.events, source: testSource, short: 3, now: () => new Date(0) }),
      views: keptAt(kind as never, 13),
    }
    const { events } = await handle(early, kind, streamId, { entry: 'entry 14' }, meta('14'))
    expect(events[0]?.time).toBe(noon.toISOString())
  })

  it('is long above 500 commits', async () => {
    let asked = 0
    const views: KeptStates = { kept: async () => void asked++ }
    await write(499)
    expect(await entries(deps(views))).toHaveLength(499)
    expect(asked).toBe(0)
    await write(2, 500)
    expect(await entries(deps(views))).toHaveLength(501)
    expect(asked).toBe(1)
  }, 120_000)
})
