import { deepStrictEqual } from 'node:assert'
import { readdirSync, readFileSync } from 'node:fs'
import { toJsonSchema } from '@valibot/to-json-schema'
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { CorrectMembership, MergeActor, RecordMembership, RegisterActor, UndoMerge } from '#events/actor/commands.ts'
import { ActorRegistered, ActorRevised, ActorsMerged, MergeUndone } from '#events/actor/events.ts'
import { MembershipCorrected, MembershipRecorded } from '#events/actor/membership.ts'
import { ActorView, actorView } from '#events/actor/view.ts'
import type { Kind } from '#events/decide.ts'
import { RecordDocument } from '#events/document/commands.ts'
import { DocumentCorrected, DocumentRecorded, DocumentRevised } from '#events/document/events.ts'
import { DocumentView, documentView } from '#events/document/view.ts'
import type { CloudEvent, DomainEvent } from '#events/envelope.ts'
import { foldOnto, nothing } from '#events/fold.ts'
import { jcs } from '#events/jcs.ts'
import { kinds, shapes } from '#events/kinds.ts'
import { dataHash } from '#events/log/entry.ts'
import {
  CloseMission,
  CorrectMission,
  OpenMission,
  RecordContingent,
  RecordLesson,
  RecordPhase,
  ReopenMission,
  RetractContingent,
  RetractLesson,
  RetractPhase,
} from '#events/mission/commands.ts'
import { ContingentCorrected, ContingentRecorded, ContingentRetracted } from '#events/mission/contingent.ts'
import {
  MissionClosed,
  MissionCorrected,
  MissionOpened,
  MissionReopened,
  PhaseCorrected,
  PhaseRecorded,
  PhaseRetracted,
} from '#events/mission/events.ts'
import { LessonCorrected, LessonRecorded, LessonRetracted } from '#events/mission/lesson.ts'
import { MissionView, missionView } from '#events/mission/view.ts'
import { SourceAdded, StatementLinked, TranslationAdded } from '#events/statement/beside.ts'
import { ClaimRead, ClaimWithdrawn } from '#events/statement/claim.ts'
import {
  AddSource,
  AddTranslation,
  CorrectStatement,
  DisputeStatement,
  LinkStatement,
  ReadClaim,
  RecordStatement,
  RetractStatement,
  SettleDispute,
  WithdrawClaim,
  WithdrawRetraction,
} from '#events/statement/commands.ts'
import { DisputeSettled, StatementDisputed } from '#events/statement/dispute.ts'
import { StatementCorrected, StatementRecorded } from '#events/statement/events.ts'
import { RetractionWithdrawn, StatementRetracted } from '#events/statement/retraction.ts'
import { StatementView, statementView } from '#events/statement/view.ts'
import { parseStream, type StreamKind } from '#events/streams.ts'
import { isWithholding, PayloadWithheld } from '#events/withheld.ts'
import { WithholdPayload } from '#events/withholding.ts'
import { decideOn, folded, storedEvents } from '../support/given.ts'
import { commandsOf } from './arbitraries.ts'

const payloads = {
  DocumentRecorded,
  DocumentRevised,
  DocumentCorrected,
  ActorRegistered,
  ActorRevised,
  MembershipRecorded,
  MembershipCorrected,
  ActorsMerged,
  MergeUndone,
  StatementRecorded,
  StatementCorrected,
  TranslationAdded,
  SourceAdded,
  StatementLinked,
  StatementDisputed,
  DisputeSettled,
  StatementRetracted,
  RetractionWithdrawn,
  ClaimRead,
  ClaimWithdrawn,
  MissionOpened,
  MissionCorrected,
  MissionClosed,
  MissionReopened,
  PhaseRecorded,
  PhaseCorrected,
  PhaseRetracted,
  ContingentRecorded,
  ContingentCorrected,
  ContingentRetracted,
  LessonRecorded,
  LessonCorrected,
  LessonRetracted,
  PayloadWithheld,
} as const
const bodies = {
  RecordDocument,
  RegisterActor,
  RecordMembership,
  CorrectMembership,
  MergeActor,
  UndoMerge,
  RecordStatement,
  CorrectStatement,
  AddTranslation,
  AddSource,
  LinkStatement,
  DisputeStatement,
  SettleDispute,
  RetractStatement,
  WithdrawRetraction,
  ReadClaim,
  WithdrawClaim,
  OpenMission,
  RecordPhase,
  RecordContingent,
  RecordLesson,
  CorrectMission,
  RetractPhase,
  RetractContingent,
  RetractLesson,
  CloseMission,
  ReopenMission,
  WithholdPayload,
}
const views = { DocumentView, ActorView, StatementView, MissionView }

const folder = new URL('../vectors/events/', import.meta.url)
const samples = readdirSync(folder).map((file) => ({
  file,
  event: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as CloudEvent,
}))
/** Those that tell something of their stream, and not of its events. */
const told = samples.filter(({ event }) => !isWithholding(event))
const kindOf = (event: CloudEvent) => anyKind(parseStream(event.subject)?.kind as StreamKind)
const anyKind = (name: StreamKind) =>
  kinds[name] as unknown as Kind<object, { type: string; data: object }, DomainEvent>

describe('every event that was ever stored', () => {
  it('has a frozen sample, of each of its shapes', () => {
    const stored = Object.entries(shapes).flatMap(([type, now]) =>
      Array.from({ length: now }, (_, shape) => `${type}.v${shape + 1}.json`),
    )
    expect(samples.map(({ file }) => file).sort()).toEqual(stored.sort())
    expect(stored.length).toBeGreaterThanOrEqual(6)
  })

  it.each(told)('is read and folded: $file', ({ event }) => {
    const kind = kindOf(event)
    const first = { ...event, id: `${event.subject}/1` }
    const { state, version } = foldOnto(kind.fold, kind.upcast, nothing(kind.fold), [first])
    expect(version).toBe(1)
    expect(JSON.parse(JSON.stringify(state))).toEqual(state)
  })

  it.each(told)('is lifted to what today’s schema takes: $file', ({ event }) => {
    const { type, data } = kindOf(event).upcast(event)
    const payload: v.GenericSchema = payloads[type as keyof typeof payloads]
    expect(v.parse(payload, data)).toEqual(data)
  })

  it.each(samples)('has the hash of its payload: $file', ({ event }) => {
    expect(dataHash(event.datasalt ?? '', jcs(event.data))).toBe(event.datahash)
  })

  it('is refused when its type, its shape or its payload is not there', () => {
    const [sample] = samples
    if (!sample) return expect.fail('no sample')
    const upcast = kindOf(sample.event).upcast
    for (const type of ['rapporteur.Unheard.v1', sample.event.type.replace('v1', 'v9'), 'constructor']) {
      expect(() => upcast({ ...sample.event, type })).toThrow(type)
    }
    const { data: _, ...withheld } = sample.event
    expect(() => upcast(withheld)).toThrow('has no payload')
  })
})

describe.each(Object.keys(kinds) as StreamKind[])('laws of every %s', (name) => {
  const kind = anyKind(name)
  const commands = fc.array(commandsOf[name] as fc.Arbitrary<{ type: string; data: object }>, {
    minLength: 1,
    maxLength: 8,
  })
  const refused = Symbol('refused')
  const runs = { numRuns: 60 }
  /** `toStrictEqual` compares what stands under `constructor`, which is an id like any other. */
  const same = (a: unknown, b: unknown) => deepStrictEqual(a, b)

  /** The events that these commands give, each decided on what those before it left; refusals leave nothing. */
  const run = (list: readonly { type: string; data: object }[]) => {
    const events: DomainEvent[] = []
    for (const command of list) {
      const decided = attempt(() => decideOn(kind, folded(kind, events), command))
      if (decided !== refused) events.push(...decided.events)
    }
    return events
  }
  const attempt = <T>(decide: () => T): T | typeof refused => {
    try {
      return decide()
    } catch {
      return refused
    }
  }

  it('deciding twice adds nothing, and names the version that says it', () => {
    let decided = 0
    fc.assert(
      fc.property(commands, (list) => {
        const events: DomainEvent[] = []
        for (const command of list) {
          const first = attempt(() => decideOn(kind, folded(kind, events), command))
          if (first === refused) continue
          events.push(...first.events)
          const version = 'version' in first ? first.version : events.length
          expect(decideOn(kind, folded(kind, events), command)).toEqual({ events: [], version })
          decided++
        }
      }),
      runs,
    )
    expect(decided).toBeGreaterThan(20)
  })

  it('its state is plain JSON', () => {
    fc.assert(
      fc.property(commands, (list) => {
        const state = folded(kind, run(list))
        same(JSON.parse(JSON.stringify(state)), state)
      }),
      runs,
    )
  })

  it('its events are what their schemas take, and leave no member undefined', () => {
    fc.assert(
      fc.property(commands, (list) => {
        for (const { type, data } of run(list)) {
          const payload: v.GenericSchema = payloads[type as keyof typeof payloads]
          expect(v.parse(payload, data)).toStrictEqual(JSON.parse(JSON.stringify(data)))
        }
      }),
      runs,
    )
  })

  it('its view is what its schema says', () => {
    const view = { document: documentView, actor: actorView, statement: statementView, mission: missionView }[name]
    const schema: v.GenericSchema = {
      document: DocumentView,
      actor: ActorView,
      statement: StatementView,
      mission: MissionView,
    }[name]
    fc.assert(
      fc.property(commands, (list) => {
        const state = folded(kind, run(list))
        if (state.version === 0) return
        const seen = view(state as never)
        expect(v.parse(schema, seen)).toStrictEqual(JSON.parse(JSON.stringify(seen)))
      }),
      runs,
    )
  })

  it('folds on from a state that was kept as it folds whole', () => {
    fc.assert(
      fc.property(commands, fc.nat(8), (list, at) => {
        const events = storedEvents(kind, run(list))
        const kept = foldOnto(kind.fold, kind.upcast, nothing(kind.fold), events.slice(0, at))
        const onwards = foldOnto(kind.fold, kind.upcast, JSON.parse(JSON.stringify(kept)), events.slice(at))
        same(onwards, foldOnto(kind.fold, kind.upcast, nothing(kind.fold), events))
      }),
      runs,
    )
  })
})

describe('schemas in OpenAPI', () => {
  it.each(Object.entries({ ...payloads, ...bodies, ...views }))(
    'of %s has a title, and says what it takes',
    (_, schema) => {
      const json = toJsonSchema(schema as v.GenericSchema, { errorMode: 'ignore' })
      expect(json.title).toBeTruthy()
      expect(json).toMatchObject({ type: 'object', additionalProperties: false })
    },
  )
})
