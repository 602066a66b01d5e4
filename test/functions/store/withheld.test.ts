import { beforeAll, describe, expect, it } from 'vitest'
import { foldAsOf } from '#events/as-of.ts'
import { foldOnto, nothing } from '#events/fold.ts'
import { historyAfter } from '#events/history.ts'
import { missionShown } from '#events/mission/history.ts'
import { mission } from '#events/mission/kind.ts'
import { commandId, drawSalts } from '#functions/store/command-id.ts'
import { lastVersion } from '#functions/store/commit.ts'
import { EventStore } from '#functions/store/event-store.ts'
import { foldStream } from '#functions/store/fold-stream.ts'
import { readFromEarly } from '#functions/store/from-early.ts'
import { handle } from '#functions/store/handle.ts'
import { Texts } from '#functions/store/texts.ts'
import { createTables } from '../../support/engine.ts'
import { testSource } from '../../support/log.ts'
import { withEngine } from '../../support/with-engine.ts'

const engine = withEngine()
const stream = 'mission-harbour-watch'
const secret = 'the night watchman, who has a name'
let store: EventStore
let texts: Texts
let now = Date.UTC(2031, 1, 14, 9, 30)

const meta = () => ({ commandid: commandId('k', undefined), commandhash: '', recordedBy: 'desk', salt: drawSalts() })
const none = { kept: async () => undefined }
const opened = {
  missionId: 'harbour-watch',
  names: ['Harbour Watch'],
  organization: 'ostmark-council',
  hosts: [],
  evidence: [],
}
const lesson = (lessonId: string, text: string) =>
  ({ type: 'LessonRecorded', data: { lessonId, text, status: 'to-be-learned', statementIds: [] } }) as const
const withhold = (version: number, ground = 'by order of the court') =>
  handle({ store, views: none, texts }, mission, stream, { type: 'WithholdPayload', data: { version, ground } }, meta())

beforeAll(async () => {
  const client = engine.client()
  const tables = await createTables(client)
  texts = new Texts({ client, table: tables.texts })
  const clock = () => {
    now += 1_000
    return new Date(now)
  }
  store = new EventStore({ client, table: tables.events, source: testSource, short: 2, now: clock })
  const events = [{ type: 'MissionOpened', data: opened } as const, lesson('1', secret)]
  for (let n = 2; n <= 6; n++) events.push(lesson(String(n), `lesson ${n}`))
  for (const event of events) await store.append(await store.load(stream), [event], mission.shapes, meta())
})

/** What was kept at a version, before anything was withheld. */
const keptAt = (version: number) => ({
  kept: async () => {
    const { commits } = await store.load(stream)
    const events = commits.flatMap((commit) => commit.events).slice(0, version)
    return { version, json: JSON.stringify(foldOnto(mission.fold, mission.upcast, nothing(mission.fold), events)) }
  },
})

describe('a payload that is withheld', () => {
  it('is recorded once, and its stream is folded without it at once', async () => {
    const first = await withhold(2)
    expect(first).toMatchObject({ added: true, version: 8 })
    expect(JSON.stringify(first.folded)).not.toContain(secret)
    expect(await withhold(2)).toMatchObject({ added: false, version: 8, folded: first.folded })
    await expect(withhold(2, 'another')).rejects.toMatchObject({ code: 'already-recorded' })
    await expect(withhold(9)).rejects.toMatchObject({ code: 'event-not-recorded' })
    await expect(withhold(8)).rejects.toMatchObject({ code: 'withholding-stays' })
  })

  it('is in no state that a kept one leads to, be that kept before it was recorded, before it was withheld or after', async () => {
    const whole = await foldStream({ store, views: none }, mission, stream)
    expect(JSON.stringify(whole.folded)).not.toContain(secret)
    for (const version of [1, 2, 5, 7, 8]) {
      const kept = keptAt(version)
      if (version === 5) expect((await kept.kept()).json).toContain(secret)
      const { folded } = await foldStream({ store, views: kept }, mission, stream)
      expect(folded, `from ${version}`).toEqual(whole.folded)
    }
  })

  it('is in nothing that is read of the past, of which a kept state holds it or that is read to no later version', async () => {
    const { commits } = await store.load(stream)
    const events = commits.flatMap((commit) => commit.events)
    for (const kept of [1, 2, 5, 8]) {
      for (const version of [2, 3, 6]) {
        const instant = events[version - 1]?.time ?? ''
        const read = await readFromEarly(
          { store, views: keptAt(kept) },
          mission,
          stream,
          (state) => state.time <= instant,
          ({ time }) => time > instant,
          1,
        )
        const then = foldAsOf(mission, read.events, instant, read.from, read.withholdings)
        expect([then.version, JSON.stringify(then).includes(secret)], `${kept}, ${version}`).toEqual([version, false])
        expect(then.withheld).toMatchObject([{ version: 2, by: { version: 8, data: { version: 2 } } }])
      }
      for (const after of [0, 1, 2, 6]) {
        const { events, from, withholdings } = await readFromEarly(
          { store, views: keptAt(kept) },
          mission,
          stream,
          (state) => state.version <= after,
          (commit) => lastVersion(commit) >= after + 2,
          1,
        )
        const items = historyAfter(mission, missionShown, events, after, 2, from, withholdings)
        expect(items.map(({ version }) => version)).toEqual([after + 1, after + 2])
        expect(JSON.stringify(items), `${kept}, ${after}`).not.toContain(secret)
      }
    }
  })
})
