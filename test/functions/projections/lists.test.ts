import { setTimeout as delay } from 'node:timers/promises'
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import * as v from 'valibot'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MissionView } from '#events/mission/view.ts'
import { StatementView } from '#events/statement/view.ts'
import { ViewsWriter } from '#functions/project/writer.ts'
import { CursorExpired, formatCursor, InvalidCursor, parseCursor } from '#functions/projections/cursor.ts'
import { listMissions } from '#functions/projections/missions/query.ts'
import { listStatements, type StatementFilters } from '#functions/projections/statements/query.ts'
import { Views } from '#functions/projections/views.ts'
import { withEngine } from '../../support/with-engine.ts'
import { corrected, hold, noon, opened, phase, projector, recording, said } from '../project/fixtures.ts'

const engine = withEngine()
const client = engine.client()
let record: Awaited<ReturnType<typeof recording>>
let views: Views

const begin = async () => {
  record = await recording(client)
  views = new Views({ client, table: record.tables.views })
}
const project = () => projector(client, record.tables).run()

/** Every page of a list, one after the other. */
async function pages(filters: StatementFilters, limit: number) {
  const found: string[][] = []
  let cursor: string | undefined
  do {
    const page = await listStatements(views, { ...filters, limit, cursor })
    found.push(page.items.map(({ statementId }) => statementId))
    cursor = page.next ?? undefined
  } while (cursor)
  return found
}

describe('statements', () => {
  const speakers = ['mira-kovan', 'ilan-dorsk', 'tove-lindahl']
  const documents = ['bulletin-2031-02-14', 'gazette-2031-02-15']
  const all = Array.from({ length: 24 }, (_, n) =>
    said(speakers[n % 3] ?? '', `sentence ${n}`, documents[n % 4 === 0 ? 1 : 0]),
  )

  beforeAll(async () => {
    await begin()
    for (const { stream, event } of all) await record.sealed(stream, event)
    await project()
  })

  /** What a plain filter over everything gives. */
  const plain = ({ speaker, document }: StatementFilters) =>
    all
      .filter(({ event }) => speaker === undefined || event.data.speaker.actorId === speaker)
      .filter(({ event }) => document === undefined || event.data.documentId === document)
      .map(({ id }) => id)
      .reverse()

  it('are what was recorded, in the shape in which one alone is served', async () => {
    const { items } = await listStatements(views, { limit: 100 })
    expect(items).toHaveLength(24)
    for (const item of items) expect(() => v.parse(StatementView, item)).not.toThrow()
    expect(items[0]).toMatchObject({ statementId: all[23]?.id, ...all[23]?.event.data, version: 1, status: 'recorded' })
  })

  it('come newest first, page by page, each once, by any filter and any limit', async () => {
    const filters = fc.record({
      speaker: fc.constantFrom(...speakers, 'nobody', undefined),
      document: fc.constantFrom(...documents, 'nothing', undefined),
    })
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 1, max: 100 }), async (filter, limit) => {
        const found = await pages(filter, limit)
        expect(found.flat()).toEqual(plain(filter))
        for (const page of found) expect(page.length).toBeLessThanOrEqual(limit)
      }),
      { numRuns: 60 },
    )
  })

  it('end with a page that says so, without an empty one after it', async () => {
    expect((await pages({}, 12)).map(({ length }) => length)).toEqual([12, 12])
    expect((await listStatements(views, { limit: 24 })).next).toBeNull()
    expect(await listStatements(views, { speaker: 'nobody', limit: 10 })).toMatchObject({ items: [], next: null })
  })

  it('refuse a cursor of another list, of other filters, or of none', async () => {
    const { next } = await listStatements(views, { speaker: 'mira-kovan', limit: 2 })
    const cursor = next ?? ''
    await expect(listStatements(views, { limit: 2, cursor })).rejects.toThrow(InvalidCursor)
    await expect(listStatements(views, { speaker: 'ilan-dorsk', limit: 2, cursor })).rejects.toThrow(InvalidCursor)
    const document = 'bulletin-2031-02-14'
    await expect(listStatements(views, { speaker: 'mira-kovan', document, limit: 2, cursor })).rejects.toThrow(
      InvalidCursor,
    )
    await expect(listMissions(views, { limit: 2, cursor })).rejects.toThrow(InvalidCursor)
    await expect(listStatements(views, { limit: 2, cursor: 'nonsense' })).rejects.toThrow(InvalidCursor)
    expect((await listStatements(views, { speaker: 'mira-kovan', limit: 90, cursor })).items).toHaveLength(6)
  })
})

describe('a list that changes while it is read', () => {
  beforeEach(begin)
  const write = async (...texts: string[]) => {
    for (const text of texts) {
      const { stream, event } = said('mira-kovan', text)
      await record.sealed(stream, event)
    }
    await project()
  }
  const ids = async (limit: number, cursor?: string) => {
    const { items, next } = await listStatements(views, { speaker: 'mira-kovan', limit, cursor })
    return { found: items.map(({ statementId }) => statementId), next: next ?? undefined }
  }
  const idOf = (text: string) => said('mira-kovan', text).id

  it('goes on where it was, past what was recorded since', async () => {
    await write('one', 'two', 'three')
    const { found, next } = await ids(1)
    await write('four', 'five')
    expect(found).toEqual([idOf('three')])
    expect((await ids(10, next)).found).toEqual([idOf('two'), idOf('one')])
  })

  it('goes on where it was, when the row that it stood at is gone', async () => {
    await write('one', 'two', 'three')
    const { next } = await ids(2)
    await record.sealed(said('mira-kovan', 'two').stream, corrected({ speaker: { actorId: 'ilan-dorsk' } }))
    await project()
    expect((await ids(10, next)).found).toEqual([idOf('one')])
    expect((await ids(10)).found).toEqual([idOf('three'), idOf('one')])
  })

  it('tells when its cursor is of rows that are gone', async () => {
    await write('one', 'two')
    const cursor = parseCursor((await ids(1)).next ?? '')
    const gone = formatCursor({ ...cursor, generation: 7 })
    await expect(ids(1, gone)).rejects.toThrow(CursorExpired)
    await expect(ids(1, gone)).rejects.toMatchObject({ generation: 7 })
  })

  it('knows the cursor of a generation that another process was first to see', async () => {
    await write('one', 'two')
    const { next } = await ids(1)
    await client.send(
      new UpdateItemCommand({
        TableName: record.tables.views,
        Key: { pk: { S: 'generation' }, sk: { S: '0' } },
        UpdateExpression: 'SET live.n = :n',
        ExpressionAttributeValues: { ':n': { N: '2' } },
      }),
    )
    const cursor = formatCursor({ ...parseCursor(next ?? ''), generation: 2 })
    expect((await ids(1, cursor)).found).toEqual([]) // generation 2 has no rows here: what matters is that it is read
    await expect(ids(1, next)).rejects.toThrow(CursorExpired)
  })

  it('shows nothing under a filter that its state does not match, whichever was written first', async () => {
    await write('one', 'two')
    const writer = new ViewsWriter({ client, table: record.tables.views, generation: 1, now: () => noon })
    const sk = `2031-02-14T12:00:00.000Z#${idOf('one')}`
    const row = { sk, statementId: idOf('one'), documentId: 'bulletin-2031-02-14', speaker: 'ilan-dorsk' }
    await writer.put({ pk: 'speaker#ilan-dorsk', ...row }, 9) // project is between the row and its state
    expect((await listStatements(views, { speaker: 'ilan-dorsk', limit: 10 })).items).toEqual([])
    expect((await ids(10)).found).toEqual([idOf('two'), idOf('one')])
  })

  it('waits a moment for a state whose row is there already', async () => {
    await write('one')
    await record.sealed(said('mira-kovan', 'one').stream, corrected({ speaker: { actorId: 'ilan-dorsk' } }))
    const slow = engine.client()
    const states = hold(slow, (pk) => pk.includes('#state#'))
    const step = projector(slow, record.tables).run()
    await states.reached
    const listing = listStatements(views, { speaker: 'ilan-dorsk', limit: 10 })
    await delay(5)
    states.release()
    expect((await listing).items.map(({ statementId }) => statementId)).toEqual([idOf('one')])
    await step
  })

  it('shows what stands in it all the while it is corrected', async () => {
    await write('one')
    const { stream } = said('mira-kovan', 'one')
    await record.sealed(stream, corrected({ documentId: 'gazette-2031-02-15' }))
    const step = project()
    const seen: number[] = []
    for (let n = 0; n < 20; n++) seen.push((await listStatements(views, { limit: 10 })).items.length)
    await step
    expect(seen).toEqual(Array(20).fill(1))
  })
})

describe('missions', () => {
  beforeEach(begin)

  it('come newest first with all their reports, in the shape in which one alone is served', async () => {
    for (const missionId of ['harbour-watch', 'bridge-watch']) {
      const { stream, event } = opened(missionId)
      await record.sealed(stream, event)
    }
    await record.sealed('mission-harbour-watch', phase('r-1'))
    await record.sealed('mission-harbour-watch', phase('r-2'))
    await project()
    const first = await listMissions(views, { limit: 1 })
    expect(first.items.map(({ missionId }) => missionId)).toEqual(['bridge-watch'])
    const second = await listMissions(views, { limit: 1, cursor: first.next ?? '' })
    expect(second.next).toBeNull()
    const [mission] = second.items
    expect(
      v.parse(MissionView, mission).timelines.flatMap(({ phases }) => phases.map(({ reportId }) => reportId)),
    ).toEqual(['r-1', 'r-2'])
  })

  it('are none before project has run', async () => {
    expect(await listMissions(views, { limit: 10 })).toMatchObject({ items: [], next: null })
  })
})
