import { beforeAll, describe, expect, it } from 'vitest'
import { foldOnto, nothing } from '#events/fold.ts'
import { commandId, drawSalts } from '#functions/store/command-id.ts'
import { EventStore } from '#functions/store/event-store.ts'
import { readFromEarly } from '#functions/store/from-early.ts'
import { createTables } from '../../support/engine.ts'
import { testSource } from '../../support/log.ts'
import { watch, watchKept } from '../../support/watch.ts'
import { withEngine } from '../../support/with-engine.ts'

const engine = withEngine()
let store: EventStore
const stream = 'mission-long-watch'
const kind = watch()

beforeAll(async () => {
  const client = engine.client()
  store = new EventStore({ client, table: (await createTables(client)).events, source: testSource, short: 2 })
  // Versions 1, 2 and 3 in one commit, then one in each.
  for (const entries of [['1', '2', '3'], ['4'], ['5'], ['6'], ['7'], ['8']]) {
    const meta = { commandid: commandId('k', undefined), commandhash: '', recordedBy: 'desk', salt: drawSalts() }
    await store.append(await store.load(stream), entries.map(watchKept), kind.shapes, meta)
  }
})

/** What was kept at a version. */
const keptAt = (version: number) => ({
  kept: async () => {
    const { commits } = await store.load(stream)
    const events = commits.flatMap((commit) => commit.events).slice(0, version)
    return { version, json: JSON.stringify(foldOnto(kind.fold, kind.upcast, nothing(kind.fold), events)) }
  },
})

describe('a stream from its beginning', () => {
  it('is read until a commit is enough', async () => {
    const versions = async (atOnce?: number) =>
      (await store.until(stream, ({ version }) => version >= 5, atOnce)).map(({ version }) => version)
    expect(await versions(1)).toEqual([1, 4, 5])
    expect(await versions(2)).toEqual([1, 4, 5, 6])
    expect(await versions()).toEqual([1, 4, 5, 6, 7, 8])
  })

  it('is read to its end where none is, and may be empty', async () => {
    expect(await store.until(stream, () => false, 2)).toEqual((await store.load(stream)).commits)
    expect(await store.until('mission-nothing', () => true, 2)).toEqual([])
  })
})

describe('the past of a long stream', () => {
  const past = (kept: number, early: number) =>
    readFromEarly(
      { store, views: keptAt(kept) },
      kind,
      stream,
      ({ version }) => version <= early,
      ({ version }) => version >= 4,
      1,
    )
  const ids = (events: readonly { id: string }[]) => events.map(({ id }) => Number(id.split('/')[1]))

  it('begins at the state that is kept, where that is early enough', async () => {
    const { from, events, version } = await past(5, 5)
    expect([from.version, ids(events), version]).toEqual([5, [6, 7, 8], 8])
  })

  it('begins at the beginning where it is not, and goes no further than is enough', async () => {
    const { from, events, version } = await past(6, 5)
    expect([from, ids(events), version]).toEqual([nothing(kind.fold), [1, 2, 3, 4], 8])
  })

  it('is nothing of a stream that is empty', async () => {
    const never = { kept: async () => undefined }
    const all = () => true
    expect(await readFromEarly({ store, views: never }, kind, 'mission-nothing', all, all)).toEqual({
      from: nothing(kind.fold),
      events: [],
      version: 0,
      withholdings: new Map(),
    })
  })
})
