import { deepStrictEqual } from 'node:assert'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { actorShown } from '#events/actor/history.ts'
import { AnyActorView, anyActorView } from '#events/actor/view.ts'
import { foldAsOf } from '#events/as-of.ts'
import type { Kind } from '#events/decide.ts'
import { documentShown } from '#events/document/history.ts'
import { documentRevisions } from '#events/document/revisions.ts'
import { AnyDocumentView, anyDocumentView } from '#events/document/view.ts'
import type { CloudEvent, DomainEvent } from '#events/envelope.ts'
import { FoldAnew, type Folded, foldOnto, nothing } from '#events/fold.ts'
import { HistoryItem, historyAfter, type Shown } from '#events/history.ts'
import { kinds } from '#events/kinds.ts'
import { contingentsAfter } from '#events/mission/contingents-view.ts'
import { missionShown } from '#events/mission/history.ts'
import { AnyMissionView, anyMissionView } from '#events/mission/view.ts'
import { InvalidInput, Refusal } from '#events/refusal.ts'
import { statementShown } from '#events/statement/history.ts'
import { statement } from '#events/statement/kind.ts'
import { AnyStatementView, anyStatementView } from '#events/statement/view.ts'
import type { StreamKind } from '#events/streams.ts'
import { PayloadWithheld, withholdingOf, withholdingsIn, withoutWithheld } from '#events/withheld.ts'
import type { PayloadWithheldEvent, WithholdPayloadCommand } from '#events/withholding.ts'
import { readModels } from '#functions/projections/read-models.ts'
import { decideOn, eventsOf, folded, given, storedEvents } from '../support/given.ts'
import { patched } from '../support/patch.ts'
import { commandsOf } from './arbitraries.ts'
import { event, onRecord, readClaim, retractStatement, withdrawRetraction } from './statement/fixtures.ts'

const claimed = event('ClaimRead', readClaim().data)
const retracted = event('StatementRetracted', retractStatement().data)
const withdrawn = event('RetractionWithdrawn', withdrawRetraction().data)

type AnyKind = Kind<object, { type: string; data: object }, DomainEvent>
const plain = (value: unknown) => JSON.parse(JSON.stringify(value))
const foldAll = ({ fold, upcast }: AnyKind, events: readonly CloudEvent[]) =>
  foldOnto(fold, upcast, nothing(fold), events)

const withhold = (version: number, ground = 'by order of the court'): WithholdPayloadCommand => ({
  type: 'WithholdPayload',
  data: { version, ground },
})
const withheld = (version: number, ground?: string): PayloadWithheldEvent => ({
  type: 'PayloadWithheld',
  data: withhold(version, ground).data,
})

describe('withholding a payload', () => {
  const before = [onRecord, claimed]
  it('is recorded in the stream of its event', () => given(statement, before).when(withhold(2)).thenAdds(withheld(2)))
  it('is recorded once, however often it is told', () =>
    given(statement, [...before, withheld(2)])
      .when(withhold(2))
      .thenAlready(3))
  it('is refused on another ground than it was told', () =>
    given(statement, [...before, withheld(2)])
      .when(withhold(2, 'at her own request'))
      .thenRefused('already-recorded', { differences: ['#/ground'] }))
  it('is refused of an event that is not there', () =>
    given(statement, before).when(withhold(3)).thenRefused('event-not-recorded', { version: 2 }))
  it('is refused in a stream without events', () =>
    given(statement, []).when(withhold(1)).thenRefused('event-not-recorded'))
  it('is refused of what withholds another', () =>
    given(statement, [...before, withheld(2)])
      .when(withhold(3))
      .thenRefused('withholding-stays'))

  it('takes the event out of the resource, and says that it was there', () => {
    const view = anyStatementView(folded(statement, [...before, withheld(2)]))
    expect(view).toMatchObject({ status: 'recorded', version: 3, claims: [] })
    expect(view.withheld).toEqual([
      {
        eventId: 'document-any/2',
        version: 2,
        type: 'ClaimRead',
        recordedAt: '2031-02-14T09:30:01.000Z',
        ground: 'by order of the court',
        withheldAt: '2031-02-14T09:30:02.000Z',
        by: 3,
      },
    ])
  })

  it('leaves of a resource whose first event is withheld that it is on record', () => {
    const view = anyStatementView(folded(statement, [...before, withheld(1)]))
    expect(view).toEqual({
      statementId: 'any',
      version: 3,
      recordedAt: '2031-02-14T09:30:00.000Z',
      recordedBy: 'desk',
      status: 'withheld',
      withheld: [expect.objectContaining({ type: 'StatementRecorded', version: 1, by: 3 })],
    })
  })

  it('lets nothing more be decided on what is withheld', () => {
    const command = { type: 'RecordStatement', data: onRecord.data } as const
    given(statement, [onRecord, withheld(1)])
      .when(command)
      .thenRefused('withheld', { withheld: [1] })
    const withdraw = { type: 'WithdrawClaim', data: { claimId: 'c-1', reason: 'misread' } } as const
    given(statement, [...before, withheld(1)])
      .when(withdraw)
      .thenRefused('withheld', { withheld: [1] })
    given(statement, [...before, withheld(2)])
      .when(withdraw)
      .thenRefused('withheld', { withheld: [2] })
    given(statement, [onRecord]).when(withdraw).thenRefused('claim-not-recorded')
    given(statement, [...before, withheld(1)])
      .when(withhold(2))
      .thenAdds(withheld(2))
  })

  it('leaves a statement retracted whose retraction is withheld, until that is withdrawn', () => {
    const view = (...events: (typeof retracted | typeof withdrawn | PayloadWithheldEvent)[]) =>
      anyStatementView(folded(statement, [onRecord, ...events]))
    expect(view(retracted, withheld(2))).toMatchObject({ status: 'retracted' })
    expect(JSON.stringify(view(retracted, withheld(2)))).not.toContain(retracted.data.reason)
    given(statement, [onRecord, retracted, withheld(2)])
      .when({ type: 'WithdrawRetraction', data: withdrawn.data })
      .thenAdds(withdrawn)
    expect(view(retracted, withheld(2), withdrawn)).toMatchObject({ status: 'recorded' })
    expect(view(retracted, withdrawn, withheld(2), withheld(3))).toMatchObject({ status: 'recorded' })
  })

  it('is read as it was frozen', () => {
    const sample = JSON.parse(readFileSync('test/vectors/events/PayloadWithheld.v1.json', 'utf8')) as CloudEvent
    expect(withholdingOf(sample).data).toEqual(v.parse(PayloadWithheld, sample.data))
    expect(() => withholdingOf({ ...sample, type: 'rapporteur.PayloadWithheld.v2' })).toThrow('is not as')
    expect(() => withholdingOf({ ...sample, data: { version: 10, ground: 'x' } })).toThrow('does not come before it')
    expect(() => withholdingOf({ ...sample, data: { version: 2 } })).toThrow('is not as')
  })
})

describe('events that are handed on', () => {
  const sealed = storedEvents(statement, [onRecord, claimed, withheld(2)]).map((event, index) => {
    return { ...event, datasalt: 'salt', position: 40 + index }
  })
  it('are without what one of them withholds', () => {
    const [first, second, third] = withoutWithheld(sealed)
    expect([first, third]).toEqual([sealed[0], sealed[2]])
    const { data: _, datasalt: __, ...envelope } = sealed[1] as CloudEvent
    expect(second).toEqual({ ...envelope, withheld: 42 })
  })
  it('are as they are where it is of another stream', () => {
    const other = sealed.map((event, index) =>
      index === 2 ? { ...event, id: 'actor-a/3', subject: 'actor-a' } : event,
    )
    expect(withoutWithheld(other)).toEqual(other)
  })
})

describe.each(Object.keys(kinds) as StreamKind[])('whatever is withheld of a %s', (name) => {
  const kind = kinds[name] as unknown as AnyKind
  const { shown, view, schema } = {
    document: { shown: documentShown, view: anyDocumentView, schema: AnyDocumentView },
    actor: { shown: actorShown, view: anyActorView, schema: AnyActorView },
    statement: { shown: statementShown, view: anyStatementView, schema: AnyStatementView },
    mission: { shown: missionShown, view: anyMissionView, schema: AnyMissionView },
  }[name] as unknown as {
    shown: Shown<object, DomainEvent>
    view: (folded: Folded<object>) => { version: number }
    schema: v.GenericSchema
  }
  const commands = (minLength: number) =>
    fc.array(commandsOf[name] as fc.Arbitrary<{ type: string; data: object }>, { minLength, maxLength: 16 })
  const models = readModels.filter((model) => model.kind === name)

  /** A history in which payloads are withheld that no other has a word of, and what was recorded after that. */
  const histories = fc
    .tuple(commands(4), fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), commands(0))
    .map(([first, picks, later]) => {
      const events: (DomainEvent | PayloadWithheldEvent)[] = eventsOf(kind, first)
      if (events.length === 0) return undefined
      const chosen = [...new Set(picks.map((pick) => 1 + (pick % events.length)))]
      for (const version of chosen) events.push(withheld(version))
      for (const command of later) {
        try {
          events.push(...decideOn(kind, folded(kind, events), command).events)
        } catch (error) {
          if (!(error instanceof Refusal || error instanceof InvalidInput)) throw error
        }
      }
      const stored = storedEvents(kind, events).map((event, index) =>
        chosen.includes(index + 1) ? { ...event, data: secret(event.data) as object } : event,
      )
      return { chosen, stored }
    })
  const secret = (value: unknown): unknown => {
    if (typeof value === 'string') return `secret ${value}`
    if (Array.isArray(value)) return value.map(secret)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, secret(member)]))
  }
  const each = (check: (history: { chosen: readonly number[]; stored: CloudEvent[] }) => void, numRuns = 120) => {
    let [checked, most] = [0, 0]
    fc.assert(
      fc.property(histories, (history) => {
        if (!history) return
        check(history)
        checked++
        most = Math.max(most, history.stored.length)
      }),
      { numRuns },
    )
    expect(checked).toBeGreaterThan(numRuns / 3)
    expect(most).toBeGreaterThan(4)
  }
  const told = (value: unknown) => expect(JSON.stringify(value)).not.toContain('secret')

  it('is in no state, view, row, list or history, at no time', () => {
    let seen = 0
    each(({ chosen, stored }) => {
      const whole = foldAll(kind, stored)
      told(whole)
      expect(whole.withheld?.map(({ version }) => version)).toEqual(chosen.toSorted((a, b) => a - b))
      const answer = view(whole)
      told(answer)
      deepStrictEqual(v.parse(schema, answer), plain(answer))
      told(models.flatMap((model) => model.rows(whole, `${name}-any`, 7)))
      if (name === 'mission') told(contingentsAfter(whole as never))
      if (name === 'document') told(documentRevisions(stored))
      for (const { time } of stored) {
        const then = foldAsOf(kind, stored, time)
        told(then)
        told(view(then))
        told(models.flatMap((model) => model.rows(then, `${name}-any`, 7)))
      }
      const first = stored[0] as CloudEvent
      if (!chosen.includes(1)) return
      // Without a word of what withholds it, it would be there: the check can fail.
      if (JSON.stringify(foldAll(kind, [first])).includes('secret')) seen++
    })
    expect(seen).toBeGreaterThan(5)
  })

  it('changes nothing in its history but that it is withheld, and all changes give the resource', () => {
    each(({ chosen, stored }) => {
      const withholdings = withholdingsIn(stored)
      let resource: unknown = {}
      for (const item of historyAfter(kind, shown, stored, 0, 100)) {
        v.parse(HistoryItem, item)
        told(item)
        const isWithheld = chosen.includes(item.version)
        expect(item.withheld?.ground).toBe(isWithheld ? 'by order of the court' : undefined)
        resource = patched(resource, plain(item.changes))
        const { fold, upcast } = kind
        const then = foldOnto(fold, upcast, nothing(fold), stored.slice(0, item.version), withholdings)
        const { version: _, next: __, ...answer } = plain(view(then))
        deepStrictEqual(resource, answer)
      }
    })
  })

  it('is the same when its payload is removed', () => {
    each(({ chosen, stored }) => {
      const removed = stored.map((event, index) => {
        const { data: _, ...envelope } = event
        return chosen.includes(index + 1) ? { ...envelope, withheld: 99 } : event
      })
      deepStrictEqual(foldAll(kind, removed), foldAll(kind, stored))
      deepStrictEqual(historyAfter(kind, shown, removed, 0, 100), historyAfter(kind, shown, stored, 0, 100))
      // One by one, as they come: what withholds an event is known when it comes.
      const onto = nothing(kind.fold)
      for (const event of removed) foldOnto(kind.fold, kind.upcast, onto, [event])
      deepStrictEqual(onto, foldAll(kind, stored))
    }, 60)
  })

  it('is to be folded anew where it is folded already', () => {
    each(({ chosen, stored }) => {
      const at = stored.findIndex(({ type }) => type.includes('PayloadWithheld'))
      const before = foldAll(kind, stored.slice(0, at))
      const following = stored.slice(at)
      expect(() => foldOnto(kind.fold, kind.upcast, before, following)).toThrow(FoldAnew)
      expect(chosen.length).toBeGreaterThan(0)
    }, 30)
  })
})
