import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { actorShown } from '#events/actor/history.ts'
import { actor } from '#events/actor/kind.ts'
import { actorView } from '#events/actor/view.ts'
import type { Kind } from '#events/decide.ts'
import { documentShown } from '#events/document/history.ts'
import { document } from '#events/document/kind.ts'
import { documentView } from '#events/document/view.ts'
import type { CloudEvent, DomainEvent } from '#events/envelope.ts'
import { type Folded, foldOnto, nothing } from '#events/fold.ts'
import { HistoryItem, historyAfter, type Shown } from '#events/history.ts'
import { contingentsAfter } from '#events/mission/contingents-view.ts'
import { missionShown } from '#events/mission/history.ts'
import { mission } from '#events/mission/kind.ts'
import { missionView } from '#events/mission/view.ts'
import { statementShown } from '#events/statement/history.ts'
import { statement } from '#events/statement/kind.ts'
import { statementView } from '#events/statement/view.ts'
import type { StreamKind } from '#events/streams.ts'
import { eventsOf, storedEvents } from '../support/given.ts'
import { patched } from '../support/patch.ts'
import { commandsOf } from './arbitraries.ts'

type AnyKind = Kind<object, { type: string; data: object }, DomainEvent>
type Told = { kind: AnyKind; shown: Shown<object, DomainEvent>; served: (folded: Folded<never>) => object }

/** What `GET` answers, all contingents in it; without what no event is said to change. */
const told: Record<StreamKind, Told> = {
  document: as(document, documentShown, (folded) => without(documentView(folded), 'version')),
  actor: as(actor, actorShown, (folded) => without(actorView(folded), 'version')),
  statement: as(statement, statementShown, (folded) => without(statementView(folded), 'version')),
  mission: as(mission, missionShown, (folded) => ({
    ...without(missionView(folded), 'version', 'next'),
    contingents: contingentsAfter(folded, 0, Number.POSITIVE_INFINITY).items,
  })),
}

function as(kind: unknown, shown: unknown, served: Told['served']): Told {
  return { kind: kind as AnyKind, shown: shown as Told['shown'], served }
}

const without = (value: object, ...names: string[]) =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))

const foldAll = ({ fold, upcast }: AnyKind, events: readonly CloudEvent[]) =>
  foldOnto(fold, upcast, nothing(fold), events)
const plain = (value: unknown) => JSON.parse(JSON.stringify(value))

describe.each(Object.keys(told) as StreamKind[])('the history of every %s', (name) => {
  const { kind, shown, served } = told[name]
  const commands = fc.array(commandsOf[name] as fc.Arbitrary<{ type: string; data: object }>, {
    minLength: 6,
    maxLength: 24,
  })
  const historied = (list: readonly { type: string; data: object }[]) => storedEvents(kind, eventsOf(kind, list))

  it('gives the resource at each of its versions, its changes made one after the other', () => {
    let [changed, most] = [0, 0]
    fc.assert(
      fc.property(commands, (list) => {
        const events = historied(list)
        let resource: unknown = {}
        for (const item of historyAfter(kind, shown, events, 0, 100)) {
          v.parse(HistoryItem, item)
          resource = patched(resource, plain(item.changes))
          deepStrictEqual(resource, plain(served(foldAll(kind, events.slice(0, item.version)) as never)))
          if (item.version > 1) changed += item.changes.length
          most = Math.max(most, item.version)
        }
      }),
      { numRuns: 150 },
    )
    expect(changed).toBeGreaterThan(50)
    expect(most).toBeGreaterThan(4)
  })

  it('is the same from any state that was kept before', () => {
    fc.assert(
      fc.property(commands, fc.nat(8), fc.nat(8), (list, a, b) => {
        const events = historied(list)
        const [kept, after] = [Math.min(a, b, events.length), Math.min(Math.max(a, b), events.length)]
        const from = plain(foldAll(kind, events.slice(0, kept)))
        const onwards = historyAfter(kind, shown, events.slice(kept), after, 3, from)
        deepStrictEqual(onwards, historyAfter(kind, shown, events, after, 3))
      }),
      { numRuns: 60 },
    )
  })

  it('is the same in pages of any size', () => {
    fc.assert(
      fc.property(commands, fc.integer({ min: 1, max: 3 }), (list, size) => {
        const events = historied(list)
        const all = historyAfter(kind, shown, events, 0, 100)
        const pages = []
        for (let at = 0; at < events.length; at += size) pages.push(...historyAfter(kind, shown, events, at, size))
        deepStrictEqual(pages, all)
        deepStrictEqual(
          all.map(({ version }) => version),
          events.map((_, index) => index + 1),
        )
      }),
      { numRuns: 60 },
    )
  })
})

describe('an event in a history', () => {
  const opened = {
    type: 'MissionOpened',
    data: {
      missionId: 'harbour-watch',
      names: ['Harbour Watch'],
      organization: 'ostmark-council',
      hosts: [],
      evidence: [],
    },
  } as const
  const contingent = (reportId: string) =>
    ({
      type: 'ContingentRecorded',
      data: { reportId, personnel: { min: 40 }, assertedBy: 'bulletin', evidence: [] },
    }) as const
  const historyOf = (...events: DomainEvent[]) => {
    const { kind, shown } = told.mission
    return historyAfter(kind, shown, storedEvents(kind, events), 0, 1_000)
  }

  it('says what it is, who recorded it, when and why', () => {
    const [, item] = historyOf(opened, {
      type: 'MissionCorrected',
      data: { reason: 'misread', replaces: { names: ['Watch of the Harbour'] } },
    })
    expect(item).toEqual({
      version: 2,
      type: 'MissionCorrected',
      recordedAt: '2031-02-14T09:30:01.000Z',
      recordedBy: 'desk',
      commandid: 'r-1',
      eventId: 'document-any/2',
      reason: 'misread',
      changes: [
        { pointer: '#/names/0', from: 'Harbour Watch', to: 'Watch of the Harbour' },
        { pointer: '#/corrected', from: false, to: true },
      ],
    })
  })

  it('has its contingent among all of the mission, as they were recorded', () => {
    const many = Array.from({ length: 150 }, (_, index) => contingent(`${150 - index}`))
    const history = historyOf(opened, ...many, {
      type: 'ContingentCorrected',
      data: { reportId: '30', reason: 'misread', replaces: { personnel: { min: 50 } } },
    })
    expect(history[0]?.changes).toContainEqual({ pointer: '#/contingents', to: [] })
    expect(history[150]?.changes).toEqual([
      { pointer: '#/contingents/149', to: expect.objectContaining({ reportId: '1', version: 151 }) },
    ])
    expect(history.at(-1)?.changes).toEqual([
      { pointer: '#/contingents/120/personnel/min', from: 40, to: 50 },
      { pointer: '#/contingents/120/corrected', from: false, to: true },
    ])
  })
})
